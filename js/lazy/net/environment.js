import { onAbort } from "./abort.js";

/**
 * The outside world: clock, random numbers, network and module loader.
 * Everything that is not a plain calculation goes through it, so tests can
 * simulate it.
 *
 * @typedef {object} Environment
 * @property {() => number} now ms on a monotonic clock
 * @property {() => number} date the wall clock, ms since 1970
 * @property {() => number} random in [0, 1)
 * @property {(url: string, init: RequestInit) => Promise<Response>} fetch
 * @property {(url: string) => Promise<unknown>} load `import()` of a plain URL
 * @property {(ms: number, done: () => void) => () => void} after calls `done` once, after `ms`; returns a function that cancels
 * @property {() => boolean} online
 * @property {() => boolean} hidden whether the page is hidden
 * @property {() => boolean} asked whether a visitor has just clicked, tapped or pressed a key
 * @property {(changed: () => void) => () => void} watch calls `changed` when `online` or `hidden` changes; returns a function that stops
 */

/** @type {Environment} */
export const page = {
  now: () => performance.now(),
  date: Date.now,
  random: Math.random,
  fetch: (url, init) => fetch(url, init),
  load: (url) => import(/* @vite-ignore */ /* webpackIgnore: true */ url),
  after(ms, done) {
    // A longer delay would overflow to 0.
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
 * Calls that are waiting for an origin. Each is woken with whether the origin works again.
 * @typedef {Set<(well: boolean) => void>} Bell
 */

/**
 * Waits for `ms`. An offline page waits until it is online, a hidden page four
 * times as long. Both continue at once when that changes or the bell rings.
 *
 * @param {Environment} env
 * @param {number} ms
 * @param {{ signal?: AbortSignal, left?: number, bell?: Bell, awake?: boolean }} [options] `left`: ms
 *   that the wait never exceeds; `awake`: ignores offline and hidden
 * @returns {Promise<boolean>} the bell's value, if it rang; rejects with the signal's reason as soon as it aborts
 */
export function sleep(env, ms, { signal, left = Infinity, bell, awake } = {}) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const longer = awake ? ms : env.online() ? (env.hidden() ? 4 * ms : ms) : Infinity;
    const cancel = env.after(Math.min(left, longer), () => end(false));
    const unwatch = env.watch(() => env.online() && !env.hidden() && end(false));
    const unfollow = onAbort(signal, (reason) => {
      clear();
      reject(reason);
    });
    const clear = () => {
      cancel();
      unwatch();
      bell?.delete(end);
      unfollow();
    };
    const end = (/** @type {boolean} */ well) => {
      clear();
      resolve(well);
    };
    bell?.add(end);
  });
}
