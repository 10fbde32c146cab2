import { func } from "../../core/check.js";
import { part } from "./part.js";
import { payloads } from "./wire.js";

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

/**
 * Shared state: a value of the gateway under a key. The code is loaded with the first call. All of it
 * rejects with a `TypeError` or `RangeError` for a bad argument, with the gateway's codes, such as
 * `FORBIDDEN`, and with `UNREACHABLE` or `TIMED_OUT`, after which a change may have been made.
 * @typedef {object} State
 * @property {string} key up to 1,024 bytes without control characters
 * @property {() => Promise<StateValue>} get the newest value
 * @property {(value: unknown, options?: WriteOptions) => Promise<{ version: string }>} set
 * @property {(options?: Omit<WriteOptions, "ttl">) => Promise<void>} delete
 * @property {<Value>(change: (value: Value | undefined) => Value | undefined | Promise<Value | undefined>, options?: UpdateOptions) => Promise<StateValue>} update
 *   changes the value from what it is now, again when someone else was faster; `undefined` leaves it as
 *   it is. Resolves to how it is then; `CONFLICT` after the last try.
 * @property {(callback: (state: StateValue) => unknown, options?: { signal?: AbortSignal }) => () => void} watch
 *   calls back with the value, now and when it has changed: with the newest one, not with each. The result
 *   stops it. Events `error` of `live` say when it is not allowed.
 */

const load = async () => {
  const [state] = await part(Promise.all([import("./state.js"), payloads()]));
  return state;
};

/** @param {any} live @param {string} key @returns {State} */
function stateOf(live, key) {
  /** @param {"get" | "set" | "remove" | "update" | "watch"} name @returns {(...args: any[]) => Promise<any>} */
  const call =
    (name) =>
    async (...args) =>
      /** @type {any} */ ((await load())[name])(live, key, ...args);
  return {
    key,
    get: call("get"),
    set: call("set"),
    delete: call("remove"),
    update: call("update"),
    watch(callback, options = {}) {
      func(callback, "State.watch: callback");
      const stop = new AbortController();
      call("watch")(callback, options, stop.signal).catch((error) => {
        live.dispatchEvent(
          new CustomEvent("error", { detail: { code: error.code, error, channel: key } }),
        );
      });
      return () => stop.abort();
    },
  };
}

/** What gateways and their clients share, as methods of `Live`. The code is loaded with the first call. */
export class Shared extends EventTarget {
  /**
   * Shared state under a key: a value of the gateway.
   * @param {string} key up to 1,024 bytes without control characters
   * @returns {State}
   */
  state(key) {
    return stateOf(this, key);
  }

  /**
   * Reads keys of one bucket and writes some of them at once, unless one has changed meanwhile; then it
   * does so again. Keys are in one bucket when they have the same text in braces: `{cart:7}:items`.
   * @template [Value=unknown]
   * @param {readonly string[]} keys up to 100
   * @param {(values: Map<string, Value | undefined>) => unknown} change its result, a `Map` or an object,
   *   holds the new values of some of the keys, `undefined` to delete one
   * @param {UpdateOptions} [options]
   * @returns {Promise<Map<string, string | null>>} versions of what was written; rejects with `CONFLICT`
   *   after the last try, and as those of `State`
   */
  async transaction(keys, change, options) {
    return (await load()).transaction(/** @type {any} */ (this), keys, change, options);
  }

  /**
   * Waits for a lock, which is renewed until it is released or lost. Who waits gets it in no particular
   * order.
   * @param {string} name as a key
   * @param {import("./lock.js").LockOptions} [options]
   * @returns {Promise<import("./lock.js").Lock>} rejects with `LOCKED` after `wait` ms, the signal's
   *   reason, and as those of `State`
   */
  async lock(name, options) {
    return (await part(import("./lock.js"))).lock(/** @type {any} */ (this), name, options);
  }

  /**
   * The servers of a service that are registered at the gateway, now and from now on.
   * @param {string} service
   * @returns {Promise<import("./endpoints.js").Endpoints>} rejects as those of `State`
   */
  async endpoints(service) {
    return (await part(import("./endpoints.js"))).endpoints(/** @type {any} */ (this), service);
  }
}
