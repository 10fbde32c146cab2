/**
 * Holds a Web Lock until a promise ends.
 * @param {string} name @param {LockOptions} options
 * @param {(lock: Lock | null) => Promise<unknown> | undefined} held
 * @returns {Promise<boolean>} true: the lock was stolen, or the wait for it has ended; never rejects
 */
export const lock = (name, options, held) =>
  navigator.locks.request(name, options, held).then(
    () => false,
    () => true,
  );

/** @param {AbortSignal} signal @returns {Promise<void>} until it is aborted */
export const ended = (signal) =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve());
  });
