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
  /** Event types that anyone ever listened to. @type {Set<string>} */
  heard = new Set();
  /** The cache, once it is open. @type {EventTarget | undefined} */
  target;

  /** @param {string} type @param {object} detail */
  emit(type, detail) {
    if (this.heard.has(type)) this.target?.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** An entry left, or was rejected. @type {import("./engine.js").Tell} */
  left = (type, key, value) => {
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
  #heard;

  /** @param {Events} events */
  constructor(events) {
    super();
    this.#heard = events.heard;
    events.target = this;
  }

  /**
   * @override
   * @template {keyof CacheEvents<Value>} Type
   * @param {Type} type
   * @param {Listener<CacheEvents<Value>[Type]>} listener
   * @param {boolean | AddEventListenerOptions} [options]
   */
  addEventListener(type, listener, options) {
    this.#heard.add(type);
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
