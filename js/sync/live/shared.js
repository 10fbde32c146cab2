import { abortSignal, checkOptions, func } from "../../core/check.js";
import { checkKey, failed } from "./keys.js";

/** @typedef {import("./live.js").Live} Live */

/**
 * The holder of a lock: a write that carries it is refused with `FENCED` unless it still is the holder.
 * The lock must be in the bucket of the keys. A `Lock` is one.
 * @typedef {{ lock: string, token: number }} Fence
 *
 * @typedef {object} StateValue
 * @property {unknown} value JSON or a `Uint8Array`; undefined for none
 * @property {string | null} version `null` for none
 *
 * @typedef {object} WriteOptions
 * @property {string | null} [version] that is there now (`null`: none), or the write is refused with
 *   `CONFLICT`; default: whatever is there
 * @property {Fence} [fence]
 * @property {number} [ttl] ms after which the value ends; default: never
 * @property {AbortSignal} [signal] ends waiting for the answer; it may be done all the same
 *
 * @typedef {object} UpdateOptions
 * @property {number} [retries] after conflicts; default 100
 * @property {Fence} [fence]
 * @property {number} [ttl] ms, of an update
 * @property {AbortSignal} [signal]
 */

const load = () => import("./state.js");

/**
 * Shared state: a value of the gateway under a key. The code is loaded with the first call. All of it
 * rejects with the gateway's codes, such as `FORBIDDEN`, and with `UNREACHABLE` or `TIMED_OUT`, after
 * which a change may have been made.
 * @param {Live} live @param {string} key
 */
export function stateOf(live, key) {
  checkKey(key, "Live.state: key");
  return {
    key,
    /** The newest value. @returns {Promise<StateValue>} */
    get: async () => (await load()).get(live, key),
    /** @param {unknown} value @param {WriteOptions} [options] @returns {Promise<{ version: string }>} */
    set: async (value, options) => (await load()).set(live, key, value, options),
    /** @param {Omit<WriteOptions, "ttl">} [options] @returns {Promise<void>} */
    delete: async (options) => (await load()).remove(live, key, options),
    /**
     * Changes the value from what it is now, again when someone else was faster.
     * @param {(value: any) => unknown} change its result is the new value; `undefined` leaves it as it is
     * @param {UpdateOptions} [options]
     * @returns {Promise<StateValue>} as it is then; `CONFLICT` after the last try
     */
    update: async (change, options) => (await load()).update(live, key, change, options),
    /**
     * Calls back with the value, now and when it has changed: with the newest one, not with each. Events
     * `error` of `live` say when that is not allowed.
     * @param {(state: StateValue) => unknown} callback
     * @param {{ signal?: AbortSignal }} [options]
     * @returns {() => void} stops it
     */
    watch(callback, options = {}) {
      func(callback, "State.watch: callback");
      checkOptions("State.watch", options, { signal: abortSignal });
      const stop = new AbortController();
      const { signal } = options;
      const all = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
      load()
        .then(({ watch }) => watch(live, key, callback, all))
        .catch((error) => failed(live, "UNREACHABLE", error, key));
      return () => stop.abort();
    },
  };
}

/** @typedef {ReturnType<typeof stateOf>} State */

/** What gateways and their clients share, as methods of `Live`. The code is loaded with the first call. */
export class Shared extends EventTarget {
  /**
   * Shared state under a key: a value of the gateway.
   * @param {string} key up to 1,024 bytes without control characters
   * @returns {State}
   */
  state(key) {
    return stateOf(/** @type {Live} */ (/** @type {unknown} */ (this)), key);
  }

  /**
   * Reads keys of one bucket and writes some of them at once, unless one has changed meanwhile; then it
   * does so again. Keys are in one bucket when they have the same text in braces: `{cart:7}:items`.
   * @param {readonly string[]} keys up to 100
   * @param {(values: Map<string, any>) => unknown} change its result, a `Map` or an object, holds the
   *   new values of some of the keys, `undefined` to delete one
   * @param {UpdateOptions} [options]
   * @returns {Promise<Map<string, string | null>>} versions of what was written; rejects with a
   *   `TypeError` or `RangeError`, with `CONFLICT` after the last try, and as `State.set`
   */
  async transaction(keys, change, options) {
    const { transaction } = await load();
    return transaction(/** @type {any} */ (this), keys, change, options);
  }

  /**
   * Waits for a lock, which is renewed until it is released or lost. Who waits gets it in no particular
   * order.
   * @param {string} name as a key
   * @param {import("./lock.js").LockOptions} [options]
   * @returns {Promise<import("./lock.js").Lock>} rejects with `LOCKED` after `wait` ms, the signal's
   *   reason, and as `State.set`
   */
  async lock(name, options) {
    const { lock } = await import("./lock.js");
    return lock(/** @type {any} */ (this), name, options);
  }

  /**
   * The servers of a service that are registered at the gateway, now and from now on.
   * @param {string} service
   * @returns {Promise<import("./endpoints.js").Endpoints>} rejects as `State.get`
   */
  async endpoints(service) {
    const { endpoints } = await import("./endpoints.js");
    return endpoints(/** @type {any} */ (this), service);
  }
}
