import { unwatch, watchForLeak } from "#leaks";
import { dispose } from "../core/dispose.js";
import { ApusError } from "../core/errors.js";
import { loadCore } from "../core/wasm.js";
import { Clock } from "./clock.js";
import { Disk } from "./disk.js";
import { JsHeap } from "./js-heap.js";
import { checkKey, checkOpen, checkResize, checkSet, checkSize } from "./options.js";
import { estimate } from "./size.js";

/** @type {EntryOptions} */
const none = Object.freeze({});
/** @type {string[]} */
const untagged = [];

/**
 * @typedef {object} CacheOptions
 * @property {number} [maxEntries] default: no limit
 * @property {number} [maxBytes] default: no limit
 * @property {number} [ttl] ms an entry lives; default: for ever
 * @property {"lru"} [policy] who has to go when a budget is full; default `lru`, exact
 * @property {"js"} [heap] where values live
 * @property {(value: any, key: string) => number} [sizeOf] bytes of an entry, instead of the estimate (js/cache/size.js)
 * @property {() => number} [now] ms since the epoch, instead of `Date.now`; it is then asked at every hit with a deadline
 * @property {boolean | { preload?: boolean, store?: any, [option: string]: unknown }} [persist] keep a copy in
 *   IndexedDB; `preload` has `open()` wait until it is all in memory; other options go to the store
 *
 * @typedef {object} EntryOptions
 * @property {number} [ttl] ms this entry lives, instead of the cache's
 * @property {number} [size] its bytes, instead of `sizeOf` or the estimate
 * @property {number} [priority] 0-15: how often it escapes an eviction after its last use; default 0
 * @property {string[]} [tags]
 */

/**
 * An in-memory cache with budgets in entries and bytes, deadlines, and a copy
 * in IndexedDB if wanted. A hit calls nothing in WebAssembly.
 *
 * Events (CustomEvent; `detail`): `set` {key, value}, `evict` {key, value},
 * `expire` {key, value}, `reject` {key, size}, and with `persist` the store's
 * `persist`, `error`, `degraded`.
 *
 * After `close()` every method throws an `ApusError` `CLOSED`.
 */
export class Cache extends EventTarget {
  #name;
  /** @type {JsHeap} */
  #heap;
  #clock;
  #budget;
  #ttl;
  #sizeOf;
  #measured;
  /** @type {Disk | undefined} */
  #disk;
  #closed = false;
  /** @type {Set<string>} event types that anyone ever listened to: the others are not made */
  #heard = new Set();

  /**
   * @param {string} name of the IndexedDB copy, and for people
   * @param {CacheOptions} [options]
   * @returns {Promise<Cache>}
   * @throws {TypeError | RangeError} for a bad option
   * @throws {ApusError} `WASM_UNAVAILABLE`
   */
  static async open(name, options = none) {
    if (typeof name !== "string") throw new TypeError("Cache.open: name must be a string");
    checkOpen(options);
    const cache = new Cache(name, await loadCore(), options);
    const { persist } = options;
    if (persist) {
      try {
        await cache.#attach(await Disk.open(name, persist), persist);
      } catch (cause) {
        // Without its copy on disk the cache still does its work: in memory.
        setTimeout(() => cache.#emit("degraded", { reason: "store", cause }));
      }
    }
    return cache;
  }

  /**
   * Use `Cache.open`.
   * @param {string} name @param {import("../core/wasm.js").Core} core @param {CacheOptions} options
   */
  constructor(name, core, options) {
    super();
    const { maxEntries = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY } = options;
    this.#name = name;
    this.#budget = { maxEntries, maxBytes };
    this.#ttl = options.ttl ?? Number.POSITIVE_INFINITY;
    this.#sizeOf = options.sizeOf;
    this.#measured = Boolean(options.sizeOf) || maxBytes < Number.POSITIVE_INFINITY;
    this.#clock = new Clock(options.now);
    this.#heap = new JsHeap(core, this.#budget, this.#clock, (type, key, value) => {
      if (this.#heard.has(type)) this.#emit(type, { key, value });
    });
    watchForLeak(this, "Cache");
  }

  get name() {
    return this.#name;
  }

  /** The value, or `undefined`; counts as a use. O(1). @param {string} key @returns {any} */
  get(key) {
    const value = this.#heap.get(key);
    if (value === undefined) this.#check(key, "get");
    return value;
  }

  /** The value, or `undefined`; not a use, and not counted. @param {string} key @returns {any} */
  peek(key) {
    this.#check(key, "peek");
    return this.#heap.peek(key);
  }

  /** Is there a live entry in memory? Not a use. @param {string} key */
  has(key) {
    return this.peek(key) !== undefined;
  }

  /**
   * Stores a value; others may be evicted for it. What is larger than the
   * budget is refused: nothing is evicted, a `reject` event tells, and an older
   * value of this key is gone (it is no longer what the caller wanted here).
   * @param {string} key
   * @param {any} value anything but `undefined`
   * @param {EntryOptions} [options]
   * @returns {this}
   */
  set(key, value, options) {
    this.#check(key, "set");
    if (value === undefined)
      throw new TypeError("set: value must not be undefined, which means a miss");
    if (options !== undefined) checkSet(options);
    const { ttl = this.#ttl, priority = 0, tags = untagged } = options ?? none;
    const size = options?.size ?? this.#weigh(key, value);
    const deadline = ttl === Number.POSITIVE_INFINITY ? ttl : this.#clock.recent() + ttl;
    const kept = this.#heap.set(key, value, size, priority, deadline);
    if (!kept) {
      if (this.#heard.has("reject")) this.#emit("reject", { key, size });
    } else if (this.#heard.has("set")) this.#emit("set", { key, value });
    this.#disk?.put(key, value, { expiresAt: deadline, tags, priority });
    return this;
  }

  /** @param {string} key @returns {boolean} whether there was a live entry in memory */
  delete(key) {
    this.#check(key, "delete");
    this.#disk?.delete(key);
    return this.#heap.delete(key);
  }

  /** Forgets everything, in memory and on disk. Statistics stay. */
  clear() {
    this.#open();
    this.#heap.clear();
    this.#disk?.clear();
  }

  /** Live keys, most recently used first. @returns {Generator<string>} */
  *keys() {
    for (const [key] of this.entries()) yield key;
  }

  /** Live entries, most recently used first; not a use. @returns {Generator<[string, any]>} */
  *entries() {
    this.#open();
    for (const [key, value] of this.#heap.entries()) yield [key, value];
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  /** Entries in memory. */
  get size() {
    return this.#heap.size;
  }

  /**
   * Bytes in memory, as estimated. Without `maxBytes` and `sizeOf` nothing is
   * weighed until this is read: the first time costs O(entries).
   */
  get bytes() {
    this.#measure();
    return this.#heap.bytes;
  }

  /**
   * New budgets; what is not named stays. Evicts at once what no longer fits.
   * @param {{ maxEntries?: number, maxBytes?: number }} budget
   */
  resize(budget) {
    this.#open();
    checkResize(budget);
    this.#budget = { ...this.#budget, ...budget };
    if (this.#budget.maxBytes < Number.POSITIVE_INFINITY) this.#measure();
    this.#heap.resize(this.#budget);
  }

  /**
   * The entry from memory or else from disk, which brings it back into memory.
   * @param {string} key
   * @returns {Promise<any>} `undefined` when neither has it
   */
  async load(key) {
    const value = this.get(key);
    if (value !== undefined || !this.#disk?.has(key)) return value;
    const record = (await this.#disk.read([key])).get(key);
    if (!record || this.#closed) return undefined;
    if (!this.#heap.has(key)) this.#restore(key, record);
    return (
      this.#heap.peek(key) ?? (record.expiresAt > this.#clock.read() ? record.value : undefined)
    );
  }

  /** Resolves when all that was set so far is in IndexedDB; at once without `persist`. */
  async flush() {
    this.#open();
    await this.#disk?.flush();
  }

  /** Flushes and frees. The cache cannot be used afterwards; calling it again does nothing. */
  async close() {
    if (this.#closed) return;
    const disk = this.#disk;
    this[dispose]();
    await disk?.close();
  }

  /** Frees the memory without waiting for the disk. Idempotent. */
  dispose() {
    if (this.#closed) return;
    this.#closed = true;
    unwatch(this);
    this.#heap.dispose();
  }

  [dispose]() {
    this.dispose();
  }

  /** Counts since `open()`, and what is there now. */
  stats() {
    this.#measure();
    const { allHits: hits, misses, evictions, expirations, rejections, size, bytes } = this.#heap;
    return {
      ...{ hits, misses, evictions, expirations, rejections, entries: size, bytes },
      hitRatio: hits + misses ? hits / (hits + misses) : 0,
      ...this.#budget,
      disk: this.#disk?.stats,
    };
  }

  /**
   * @override
   * @param {string} type
   * @param {EventListenerOrEventListenerObject | null} listener
   * @param {boolean | AddEventListenerOptions} [options]
   */
  addEventListener(type, listener, options) {
    this.#heard.add(type);
    super.addEventListener(type, listener, options);
  }

  /** @param {string} type @param {object} detail */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #open() {
    if (this.#closed) throw new ApusError("CLOSED", `the cache "${this.#name}" is closed`);
  }

  /** @param {unknown} key @param {string} where */
  #check(key, where) {
    this.#open();
    if (typeof key !== "string") checkKey(key, where);
  }

  /** @param {string} key @param {any} value */
  #weigh(key, value) {
    if (!this.#measured) return 0;
    if (!this.#sizeOf) return estimate(key, value);
    const size = this.#sizeOf(value, key);
    checkSize(size);
    return size;
  }

  #measure() {
    this.#open();
    if (this.#measured) return;
    this.#measured = true;
    this.#heap.weigh((key, value) => this.#weigh(key, value));
  }

  /** @param {Disk} disk @param {true | { preload?: boolean }} persist */
  async #attach(disk, persist) {
    this.#disk = disk;
    disk.listen(this, ({ keys = [], cleared }) => {
      if (this.#closed) return;
      if (cleared) this.#heap.clear();
      for (const key of keys) this.#heap.delete(key);
    });
    if (persist === true || !persist.preload) return;
    for await (const batch of disk.readAll()) {
      for (const [key, record] of batch) if (!this.#heap.has(key)) this.#restore(key, record);
    }
  }

  /** @param {string} key @param {{ value: any, expiresAt: number, priority: number }} record */
  #restore(key, { value, expiresAt, priority }) {
    if (expiresAt <= this.#clock.recent()) return;
    this.#heap.set(key, value, this.#weigh(key, value), priority, expiresAt);
  }
}
