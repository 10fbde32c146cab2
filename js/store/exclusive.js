/**
 * Work that one tab at a time does for a key, by a Web Lock; the next finds
 * what the one before has written.
 */

const LIMIT = 10_000; // ms that another tab is waited for; it may hang

/**
 * @typedef {object} ExclusiveOptions
 * @property {AbortSignal} [signal] ends the wait for other tabs, not the work
 * @property {number} [limit] ms to wait for other tabs at most, 10 s by default; then the work is
 *   done beside theirs
 */

/**
 * @template T
 * @param {string} name of the lock
 * @param {(others: boolean) => Promise<T>} work `others`: another tab was waited for
 * @param {(waiting: boolean) => Promise<unknown>} after what the next tab, if one is waiting, waits
 *   for as well; never rejects
 * @param {ExclusiveOptions} [options]
 * @returns {Promise<T>} what `work` gives, as soon as it does
 */
export async function exclusively(name, work, after, { signal, limit = LIMIT } = {}) {
  signal?.throwIfAborted();
  const { locks } = globalThis.navigator ?? {};
  if (!locks) return work(true);
  return new Promise((resolve, reject) => {
    let begun = false;
    const run = async (/** @type {boolean} */ others) => {
      begun = true;
      await work(others).then(resolve, reject);
      const { pending = [] } = await locks.query();
      await after(pending.some((request) => request.name === name));
    };
    const patience = AbortSignal.timeout(limit);
    const given = signal ? AbortSignal.any([signal, patience]) : patience;
    locks
      .request(name, { ifAvailable: true }, (lock) =>
        // The lock that was not free is asked for by a request of its own.
        lock ? run(false) : void wait(),
      )
      .catch(() => {
        if (!begun) void run(true); // no locks in this place
      });
    const wait = () =>
      locks
        .request(name, { signal: given }, () => run(true))
        .catch(() => {
          if (signal?.aborted) reject(signal.reason);
          else if (!begun) void run(true);
        });
  });
}
