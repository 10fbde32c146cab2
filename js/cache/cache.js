import { dispose } from "../core/dispose.js";
import { rooms } from "../core/rooms.js";
import { CacheTarget } from "./events.js";
import { Levels } from "./levels.js";
import { matcher } from "./match.js";
import { memoized } from "./memoize.js";
import { checkKey, checkOpen, checkPolicy, checkResize, checkSet, checkTag } from "./options.js";

/** @typedef {import("./options.js").EntryOptions} EntryOptions */
/** @typedef {import("./options.js").FetchOptions} FetchOptions */

/**
 * An in-memory cache with budgets in entries and bytes, deadlines, tags, single-flight loading, and
 * on request a copy in IndexedDB. A hit calls nothing in WebAssembly.
 * After `close()` every method throws an `ApusError` `CLOSED`, iterators that have begun included.
 * `BUSY`: the option `now` used its own cache.
 * @template [Value=unknown]
 * @extends {CacheTarget<Value>}
 */
export class Cache extends CacheTarget {
  #name;
  #levels;
  #heap;
  #owner;
  #persists;
  #unlist;

  /** @template [Value=unknown] @overload @param {string} name @param {import("./options.js").CacheOptions<Value> & import("./remote/options.js").WithRemote} options @returns {Promise<import("./remote/options.js").RemoteCache<Value>>} as below */
  /**
   * @template [Value=unknown] @overload @param {string} name of the copy in IndexedDB, and for people
   * @param {import("./options.js").CacheOptions<Value>} [options] @returns {Promise<Cache<Value>>}
   * @throws {TypeError | RangeError | ApusError} for a bad option; `WASM_UNAVAILABLE`
   */
  /** @param {string} name @param {import("./options.js").CacheOptions<any>} [options] @returns {Promise<any>} */
  static async open(name, options = {}) {
    checkOpen(name, options);
    const remote = options.remote && (await import("./remote/open.js"));
    if (remote)
      return remote.openRemote(/** @type {any} */ (Cache), name, /** @type {any} */ (options));
    return new Cache(name, await Levels.open(name, options), Boolean(options.persist));
  }

  /** Use `Cache.open`. @private @param {string} name @param {Levels} levels @param {boolean} persists */
  constructor(name, levels, persists) {
    if (!levels) throw new TypeError("use Cache.open()");
    super(levels);
    this.#name = name;
    this.#levels = levels;
    this.#heap = levels.heap;
    this.#owner = levels.heap.owner;
    this.#persists = persists;
    this.#unlist = rooms.list(this);
  }

  get name() {
    return this.#name;
  }

  /** Which entry to evict when a budget is full. Changing it moves no entries. */
  get policy() {
    return this.#levels.policy;
  }

  set policy(policy) {
    this.#owner.check();
    checkPolicy(policy, "policy");
    this.#heap.policy = this.#levels.policy = policy;
  }

  /** The value, or `undefined`; counts as a use. O(1). @param {string} key @returns {Value | undefined} */
  get(key) {
    const value = this.#heap.get(key);
    if (value === undefined) this.#check(key, "get");
    return value;
  }

  /** The value, or `undefined`; not a use, not counted. @param {string} key @returns {Value | undefined} */
  peek(key) {
    this.#check(key, "peek");
    return this.#heap.peek(key);
  }

  /** Is there a live entry in memory? Not a use. @param {string} key */
  has(key) {
    return this.peek(key) !== undefined;
  }

  /**
   * Stores a value, for which others may be evicted. A value larger than the budget is refused:
   * nothing is evicted, `reject` reports it, and an older value of the key is deleted.
   * @param {string} key @param {Value} value anything but `undefined`
   * @param {EntryOptions} [options] @returns {this}
   */
  set(key, value, options) {
    this.#checkEntry(key, value, "set");
    if (options !== undefined) checkSet(options);
    this.#levels.set(key, value, options);
    return this;
  }

  /** @param {string} key @returns {boolean} whether there was a live entry in memory */
  delete(key) {
    this.#check(key, "delete");
    return this.#levels.delete(key);
  }

  /** @param {Iterable<string>} keys @returns {Map<string, Value>} the ones found */
  getMany(keys) {
    const found = new Map();
    for (const key of keys) {
      const value = this.get(key);
      if (value !== undefined) found.set(key, value);
    }
    return found;
  }

  /** Sets all, or none if any is bad. @param {Iterable<[string, Value]>} entries @param {EntryOptions} [options] for all */
  setMany(entries, options) {
    const all = [...entries];
    for (const [key, value] of all) this.#checkEntry(key, value, "setMany");
    this.#levels.check(all, options);
    for (const [key, value] of all) this.set(key, value, options);
    return this;
  }

  /** @param {Iterable<string>} keys @returns {number} how many were in memory */
  deleteMany(keys) {
    const all = [...keys];
    for (const key of all) this.#check(key, "deleteMany");
    return all.filter((key) => this.#levels.delete(key)).length;
  }

  /** Deletes everything, in memory and on disk. Statistics stay. */
  clear() {
    this.#owner.check();
    this.#levels.clear();
  }

  /**
   * The value, or the result of the loader, which any number of callers share. An expired value
   * within its `staleWhileRevalidate` is returned at once, while a new one loads.
   * @template {Value | undefined} Result @param {string} key
   * @param {import("./flights.js").Loader<Result>} loader its `signal` aborts when no caller waits any
   *   longer; a result of `undefined` is returned but not kept
   * @param {FetchOptions} [options] those of the caller that starts the load count
   * @returns {Promise<Result>} rejects with the loader's error, or the signal's reason
   */
  async fetch(key, loader, options = {}) {
    const value = /** @type {any} */ (this.get(key));
    return value === undefined ? (await this.#levels.loads()).fetch(key, loader, options) : value;
  }

  /**
   * Starts a new load in any case. The old value stays until the new one has loaded.
   * @template {Value | undefined} Result @param {string} key @param {import("./flights.js").Loader<Result>} loader
   * @param {FetchOptions} [options] @returns {Promise<Result>} the new value
   */
  async refresh(key, loader, options = {}) {
    this.#check(key, "refresh");
    return (await this.#levels.loads()).refresh(key, loader, options);
  }

  /**
   * A function whose results are kept here; calls with the same arguments share one run.
   * @template {unknown[]} Args @template Result
   * @param {(...args: Args) => Result} fn @param {import("./memoize.js").MemoizeOptions<Args>} [options]
   * @returns {(...args: Args) => Promise<Awaited<Result>>} rejects with a `TypeError` when arguments
   *   cannot be told apart (functions, symbols, objects of classes without `toJSON`): pass `key` then
   */
  memoize(fn, options) {
    this.#owner.check();
    return memoized(this, fn, options, this.#persists);
  }

  /**
   * Deletes matching entries, expired ones that `fetch` might still serve included: O(entries). On
   * disk too, before the next `flush` resolves.
   * @param {import("./events.js").Pattern<Value>} pattern @returns {number} how many were in memory
   */
  invalidate(pattern) {
    this.#owner.check();
    return this.#levels.invalidate(pattern, matcher(pattern));
  }

  /** Deletes entries with any of the tags: O(entries deleted). @param {...string} tags @returns {number} how many were in memory */
  invalidateTag(...tags) {
    this.#owner.check();
    for (const tag of tags) checkTag(tag, "invalidateTag: a tag");
    return this.#levels.invalidateTags(tags);
  }

  /** Live keys, most recently used first. Keys deleted meanwhile are skipped. @returns {Generator<string>} */
  *keys() {
    this.#owner.check();
    for (const key of this.#heap.keys()) {
      yield key;
      this.#owner.check();
    }
  }

  /** Live entries, most recently used first; not a use. @returns {Generator<[string, Value]>} */
  *entries() {
    for (const key of this.keys()) {
      const value = this.#heap.peek(key);
      if (value !== undefined) yield [key, value];
    }
  }

  /** @returns {IterableIterator<[string, Value]>} */
  [Symbol.iterator]() {
    return this.entries();
  }

  /** Entries in memory; expired ones count until they are swept, moments later. */
  get size() {
    this.#owner.check();
    return this.#heap.size;
  }

  /** Estimated bytes in memory. Without `maxBytes` and `sizeOf`, the first read weighs all entries: O(entries). */
  get bytes() {
    this.#owner.check();
    return this.#heap.bytes;
  }

  /** Changes budgets; those not named stay. Evicts at once. @param {{ maxEntries?: number, maxBytes?: number }} budget */
  resize(budget) {
    this.#owner.check();
    checkResize(budget);
    this.#levels.resize(budget);
  }

  /**
   * With a key: the value from memory or else from disk, which brings it back into memory. With a
   * result of `dump()`: adds its entries, and returns their number.
   * @template {string | import("./dump.js").Dump<Value>} What @param {What} what @returns {Promise<What extends string ? Value | undefined : number>}
   */
  async load(what) {
    if (typeof what === "object" && what) {
      const { restore } = await import("./dump.js");
      this.#owner.check();
      return /** @type {any} */ (restore(this, this.#heap, what));
    }
    /** @type {any} */ const value = this.get(what);
    return value === undefined ? /** @type {any} */ (this.#levels.disk)?.read(what) : value;
  }

  /** All live entries with their options, for `load()`, JSON or `structuredClone`. @returns {Promise<import("./dump.js").Dump<Value>>} */
  async dump() {
    this.#owner.check();
    const { dump } = await import("./dump.js");
    return dump(this.#heap, this.#heap.clock.read());
  }

  /**
   * Writes all changes to disk. @returns {Promise<boolean>} true when they are in IndexedDB, but for
   *   values that an `error` event named; false when storage fails, or without `persist`
   */
  async flush() {
    this.#owner.check();
    return (await this.#levels.disk?.flush()) ?? false;
  }

  /** Flushes and frees. Calling it again does nothing. */
  async close() {
    this.dispose();
    await this.#levels.disk?.close();
  }

  /** Frees the memory without waiting for the disk. Idempotent. */
  dispose() {
    if (!this.#owner.close()) return;
    this.#unlist();
    this.#levels.dispose();
  }

  [dispose]() {
    this.dispose();
  }

  /** Counts since `open()`, and the present size. Load times in ms, of the last 512 loads. */
  stats() {
    this.#owner.check();
    return this.#levels.stats();
  }

  /** @param {unknown} key @param {string} where */
  #check(key, where) {
    this.#owner.check();
    if (typeof key !== "string") checkKey(key, where);
  }

  /** @param {unknown} key @param {unknown} value @param {string} where */
  #checkEntry(key, value, where) {
    this.#check(key, where);
    if (value !== undefined) return;
    throw new TypeError(`${where}: the value of "${key}" is undefined, which means a miss`);
  }
}
