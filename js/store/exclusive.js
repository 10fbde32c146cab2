/**
 * Work that one tab at a time does for a key, under a Web Lock; the next tab finds
 * the result of the one before.
 */

const LIMIT = 10_000; // ms to wait for another tab, which may hang

/**
 * @typedef {object} ExclusiveOptions
 * @property {AbortSignal} [signal] ends the wait for other tabs, not the work
 * @property {number} [limit] ms to wait for other tabs, 10 s by default; after that, the
 *   work runs in parallel
 */

/**
 * @template T
 * @param {string} name of the lock
 * @param {(others: boolean) => Promise<T>} work `others`: it waited for another tab
 * @param {(waiting: boolean) => Promise<unknown>} after runs before the lock is released; `waiting`:
 *   another tab waits for it; never rejects
 * @param {ExclusiveOptions} [options]
 * @returns {Promise<T>} as `work`, as soon as it settles
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
    const timeout = AbortSignal.timeout(limit);
    const given = signal ? AbortSignal.any([signal, timeout]) : timeout;
    locks
      .request(name, { ifAvailable: true }, (lock) =>
        // A lock that was taken needs another request.
        lock ? run(false) : void wait(),
      )
      .catch(() => {
        if (!begun) void run(true); // locks are not available here
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
