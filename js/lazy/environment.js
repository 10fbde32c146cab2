/**
 * The world outside: the clock, chance, the network and the module loader.
 * Everything that is not a plain calculation goes through it, so that the
 * tests can bring a simulated one.
 *
 * @typedef {object} Environment
 * @property {() => number} now ms on a clock that never goes back
 * @property {() => number} date the wall clock, ms since 1970
 * @property {() => number} random in [0, 1)
 * @property {(url: string, init: RequestInit) => Promise<Response>} fetch
 * @property {(url: string) => Promise<any>} load `import()` of a plain URL
 * @property {(ms: number, done: () => void) => () => void} after calls `done` once, later; returns how to cancel
 */

/** @type {Environment} */
export const page = {
  now: () => performance.now(),
  date: Date.now,
  random: Math.random,
  fetch: (url, init) => fetch(url, init),
  load: (url) => import(/* @vite-ignore */ /* webpackIgnore: true */ url),
  after(ms, done) {
    const timer = setTimeout(done, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * @param {Environment} env @param {number} ms @param {AbortSignal} [signal]
 * @returns {Promise<void>} rejects with the signal's reason as soon as it aborts
 */
export function sleep(env, ms, signal) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = env.after(ms, () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    });
    signal?.addEventListener("abort", abort, { once: true });
  });
}
