import { checkOptions, numberIn, string } from "../core/check.js";
import { dispose } from "../core/dispose.js";
import { ApusError } from "../core/errors.js";

/** @typedef {import("./options.js").StoreOptions} StoreOptions */
/** @typedef {import("./segment-store.js").SegmentStore} SegmentStore */
/** @typedef {import("../core/event-types.js").TypedTarget<StoreEvents>} Target */

/**
 * @typedef {object} SetOptions
 * @property {number} [ttl] lifetime in ms; default: no end
 * @property {string[]} [tags] for `invalidateTag`
 *
 * @typedef {object} StoreEvents
 * @property {CustomEvent<{ entries: number, bytes: number }>} persist
 * @property {CustomEvent<import("./feed.js").ChangeDetail>} change
 * @property {CustomEvent<ApusError>} error
 * @property {CustomEvent<ApusError>} degraded
 */

const events = ["persist", "change", "error", "degraded"];
const RESERVED = "\0apus:"; // records that are not the page's own begin with it

/**
 * A persistent key-value store in IndexedDB: a log of compressed segments with an index in
 * memory. `set`, `delete`, `clear` and `invalidateTag` are synchronous and take about a
 * microsecond; their changes are written within 200 ms, or by `flush()`. When storage fails,
 * the store goes on in memory until storage works again.
 *
 * Events (`CustomEvent`; `detail`):
 * - `persist` { entries, bytes }: a segment has been written
 * - `change` { keys, tags, cleared, missed }: another tab has changed these; `missed`: and perhaps more
 * - `error` ApusError: `NOT_ENCODABLE` JSON cannot hold a value, `TOO_LARGE` it exceeds
 *   `maxDiskBytes`; `CORRUPT`, `NEWER_VERSION`, `DICTIONARY_MISSING` a block cannot be read;
 *   `CORRUPT` also when the browser has deleted the origin's databases because of damage
 * - `degraded` ApusError: storage does not work: `STORAGE_FAILED`, `QUOTA_EXCEEDED`,
 *   `NO_INDEXEDDB`, `FOREIGN_DATABASE`, `NEWER_VERSION`
 *
 * After `close()` every method throws or rejects with an `ApusError` `CLOSED`.
 * @template [Value=unknown]
 */
export class Store extends /** @type {new () => Target} */ (EventTarget) {
  #store;
  #name;
  #now;
  #unlisten = new AbortController();
  /** @type {Promise<void> | undefined} */ #closing;

  /**
   * Opens the store of that name, or creates it. A cache that persists under this name shares it.
   * @template [Value=unknown]
   * @param {string} name not empty
   * @param {StoreOptions} [options]
   * @returns {Promise<Store<Value>>} when every key on the disk can be looked up
   * @throws {TypeError | RangeError} for bad arguments
   * @throws {ApusError} `OPTIONS_CONFLICT` when it is open with other options; `WASM_UNAVAILABLE`
   */
  static async open(name, options = {}) {
    const { SegmentStore } = await import("./segment-store.js");
    return new Store(await SegmentStore.open(name, options), name, options.now ?? Date.now);
  }

  /**
   * Private: use `Store.open`.
   * @param {SegmentStore} store @param {string} name @param {() => number} now
   */
  constructor(store, name, now) {
    if (!store) throw new TypeError("use Store.open()");
    super();
    this.#store = store;
    this.#name = name;
    this.#now = now;
    const { signal } = this.#unlisten;
    for (const type of events) {
      const forward = (/** @type {CustomEventInit} */ { detail }) =>
        this.dispatchEvent(new CustomEvent(type, { detail }));
      store.addEventListener(type, forward, { signal });
    }
  }

  /** Whether the key has a value, as far as this tab knows. @param {string} key */
  has(key) {
    return this.#checked(key, "has").has(key);
  }

  /**
   * A value that was set and is not written yet comes back as the very same object.
   * @param {string} key
   * @returns {Promise<Value | undefined>}
   */
  async get(key) {
    const records = await this.#checked(key, "get").read([key]);
    return /** @type {Value | undefined} */ (records.get(key)?.value);
  }

  /**
   * Remembers a value, which is encoded when it is written: a `Uint8Array` as bytes, everything
   * else as JSON. Do not change an object after this.
   * @param {string} key
   * @param {Value} value anything but `undefined` that JSON can hold
   * @param {SetOptions} [options]
   * @returns {this}
   */
  set(key, value, options = {}) {
    const store = this.#checked(key, "set");
    if (value === undefined)
      throw new TypeError("Store.set: value must not be undefined, which means a miss");
    checkOptions("Store.set", options, checks);
    const { ttl = Infinity, tags } = options;
    store.put(key, value, { expiresAt: this.#now() + ttl, tags });
    return this;
  }

  /** @param {string} key @returns {boolean} whether it had a value */
  delete(key) {
    const store = this.#checked(key, "delete");
    const had = store.has(key);
    store.delete(key);
    return had;
  }

  /** Deletes everything. */
  clear() {
    this.#checked("", "clear").clear();
  }

  /** Deletes every key that has one of the tags. @param {...string} tags */
  invalidateTag(...tags) {
    const store = this.#checked("", "invalidateTag");
    checks.tags(tags, "Store.invalidateTag: tags");
    store.invalidateTags(tags);
  }

  /**
   * The entries whose keys begin with a prefix, in no order. Reads every segment, one at a time:
   * O(store), since the index knows keys by their hashes alone. An entry may come twice when its
   * segment is rewritten meanwhile.
   * @param {string} [prefix] default: all
   * @returns {AsyncGenerator<[key: string, value: Value], void, void>}
   */
  async *entries(prefix = "") {
    for await (const records of this.#checked(prefix, "entries").readAll()) {
      for (const [key, { value }] of records) {
        if (!key.startsWith(prefix) || key.startsWith(RESERVED)) continue;
        if (this.#checked(key, "entries").has(key)) yield [key, /** @type {Value} */ (value)];
      }
    }
  }

  [Symbol.asyncIterator]() {
    return this.entries();
  }

  /**
   * Writes the changes made so far.
   * @returns {Promise<boolean>} true when they are in IndexedDB, except for values that an `error`
   *   event has named; false when storage fails: they stay in memory and are tried again
   */
  async flush() {
    return this.#checked("", "flush").flush();
  }

  /** Flushes and frees. Idempotent. @returns {Promise<void>} */
  close() {
    this.#closing ??= this.#store.close().finally(() => this.#unlisten.abort());
    return this.#closing;
  }

  [dispose]() {
    this.close().catch(() => {});
  }

  /** The disk's contents, and counts since the store was opened. */
  stats() {
    return this.#checked("", "stats").stats;
  }

  /** @param {unknown} key @param {string} where */
  #checked(key, where) {
    if (this.#closing) throw new ApusError("CLOSED", `the store "${this.#name}" is closed`);
    string(key, `Store.${where}: key`);
    return this.#store;
  }
}

const checks = {
  ttl: numberIn(0, Infinity),
  /** @param {unknown} value @param {string} name */
  tags(value, name) {
    if (!Array.isArray(value)) throw new TypeError(`${name} must be an array of strings`);
    for (const tag of value) string(tag, `${name}: a tag`);
  },
};
