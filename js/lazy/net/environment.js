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
 * @property {() => boolean} online
 * @property {() => boolean} hidden whether nobody sees the page
 * @property {() => boolean} asked whether a visitor has just clicked, tapped or pressed a key
 * @property {(changed: () => void) => () => void} watch tells when `online` or `hidden` change; returns how to stop
 */

/** @type {Environment} */
export const page = {
  now: () => performance.now(),
  date: Date.now,
  random: Math.random,
  fetch: (url, init) => fetch(url, init),
  load: (url) => import(/* @vite-ignore */ /* webpackIgnore: true */ url),
  after(ms, done) {
    // A longer delay would overflow to none at all.
    const timer = setTimeout(done, Math.min(ms, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
  online: () => globalThis.navigator?.onLine !== false,
  hidden: () => globalThis.document?.hidden === true,
  asked: () => globalThis.navigator?.userActivation?.isActive === true,
  watch(changed) {
    const stop = new AbortController();
    globalThis.addEventListener?.("online", changed, stop);
    globalThis.document?.addEventListener("visibilitychange", changed, stop);
    return () => stop.abort();
  },
};

/**
 * Bells wake those who wait for an endpoint, and tell whether it is well again.
 * @typedef {Set<(well: boolean) => void>} Bell
 */

/**
 * Waits, and no longer than makes sense: an offline page waits until it is
 * online, a hidden one four times as long, and both go on at once when that
 * changes or the bell rings.
 *
 * @param {Environment} env
 * @param {number} ms
 * @param {{ signal?: AbortSignal, left?: number, bell?: Bell, awake?: boolean }} [options] `left`: ms
 *   that it never exceeds; `awake`: neither offline nor hidden count
 * @returns {Promise<boolean>} what the bell told, if it rang; rejects with the signal's reason as soon as it aborts
 */
export function rest(env, ms, { signal, left = Infinity, bell, awake } = {}) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const longer = awake ? ms : env.online() ? (env.hidden() ? 4 * ms : ms) : Infinity;
    const cancel = env.after(Math.min(left, longer), () => end(false));
    const unwatch = env.watch(() => env.online() && !env.hidden() && end(false));
    const abort = () => {
      clear();
      reject(signal?.reason);
    };
    const clear = () => {
      cancel();
      unwatch();
      bell?.delete(end);
      signal?.removeEventListener("abort", abort);
    };
    const end = (/** @type {boolean} */ well) => {
      clear();
      resolve(well);
    };
    bell?.add(end);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
