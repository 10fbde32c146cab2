import { Subscribers } from "./subscribers.js";

/** @typedef {import("./engine.js").Reason} Reason */

/**
 * The events of a cache.
 * - `set`: a value was stored
 * - `evict`, `expire`: an entry made room for others, or its lifetime ended
 * - `remove`: a value left memory, for any reason. Setting the very same object again is not an
 *   `overwrite`.
 * - `reject`: a value was larger than the budget
 * - `invalidate`: how many entries in memory a pattern or tags matched
 * - with `persist`, the store's `persist`, `error` and `degraded`
 * @template [Value=unknown]
 * @typedef {object} CacheEvents
 * @property {CustomEvent<{ key: string, value: Value }>} set
 * @property {CustomEvent<{ key: string, value: Value }>} evict
 * @property {CustomEvent<{ key: string, value: Value }>} expire
 * @property {CustomEvent<{ key: string, value: Value, reason: Reason }>} remove
 * @property {CustomEvent<{ key: string, size: number }>} reject
 * @property {CustomEvent<{ count: number, tags?: string[], pattern?: Pattern<Value> }>} invalidate
 * @property {CustomEvent<{ entries: number, bytes: number }>} persist bytes that reached IndexedDB
 * @property {CustomEvent<import("../core/errors.js").ApusError>} error
 * @property {CustomEvent<import("../core/errors.js").ApusError | { reason: "store", cause: unknown }>} degraded
 */

/**
 * Which entries to invalidate: a glob (js/cache/match.js), a RegExp, or a predicate.
 * @template [Value=unknown]
 * @typedef {string | RegExp | ((key: string, value: Value) => unknown)} Pattern
 */

/**
 * @template Event
 * @typedef {import("../core/event-types.js").Listener<Event>} Listener
 */

/** Dispatches a cache's events. Types without a listener so far create no event. */
export class Events {
  /** Event types that anyone ever listened to, and "change" while anyone subscribes. @type {Set<string>} */
  heard = new Set();
  subscribers = new Subscribers(this.heard);
  /** The cache, once it is open. @type {EventTarget | undefined} */
  target;

  /** @param {string} type @param {object} detail */
  emit(type, detail) {
    if (this.heard.has(type)) this.target?.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** An entry left, or was rejected. @type {import("./engine.js").Tell} */
  left = (type, key, value) => {
    if (type !== "overwrite") this.subscribers.tell(type, key); // else `set` or `reject` follows
    if (type === "reject") return this.emit(type, { key, size: value });
    if (type !== "invalidate") this.emit(type, { key, value });
    this.emit("remove", { key, value, reason: type });
  };
}

/**
 * An EventTarget with a cache's event types. It notes which of them have had listeners.
 * @template [Value=unknown]
 */
export class CacheTarget extends EventTarget {
  #events;
  #owner;

  /** @param {{ events: Events, heap: { owner: import("../core/owner.js").Owner } }} levels */
  constructor({ events, heap }) {
    super();
    this.#events = events;
    this.#owner = heap.owner;
    events.target = this;
  }

  /**
   * Calls the listener after each change of a key, or of any key that begins with the prefix: once a
   * change, when it is complete. The listener may use the cache. If it throws, the page reports an
   * unhandled rejection; the cache and other listeners go on.
   *
   * A change costs O(subscribers of its key + subscribed prefixes).
   * @param {string | { prefix: string }} what
   * @param {(change: import("./subscribers.js").Change<Value>) => unknown} listener
   * @returns {() => void} ends it; calling it again does nothing
   * @throws {TypeError | import("../core/errors.js").ApusError} for a bad argument; `CLOSED`
   */
  subscribe(what, listener) {
    this.#owner.check();
    return this.#events.subscribers.add(what, listener);
  }

  /**
   * @override
   * @template {keyof CacheEvents<Value>} Type
   * @param {Type} type
   * @param {Listener<CacheEvents<Value>[Type]>} listener
   * @param {boolean | AddEventListenerOptions} [options]
   */
  addEventListener(type, listener, options) {
    this.#events.heard.add(type);
    super.addEventListener(type, /** @type {EventListener} */ (listener), options);
  }

  /**
   * @override
   * @template {keyof CacheEvents<Value>} Type
   * @param {Type} type
   * @param {Listener<CacheEvents<Value>[Type]>} listener
   * @param {boolean | EventListenerOptions} [options]
   */
  removeEventListener(type, listener, options) {
    super.removeEventListener(type, /** @type {EventListener} */ (listener), options);
  }
}
