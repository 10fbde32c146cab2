import { unwatch, watchForLeak } from "#leaks";
import { dispose } from "../core/dispose.js";
import { ApusError } from "../core/errors.js";
import { rooms } from "../core/rooms.js";
import { loadWasm } from "../core/wasm.js";
import { matcher } from "./match.js";
import { memoized } from "./memoize.js";
import {
  checkKey,
  checkOpen,
  policy as checkPolicy,
  checkResize,
  checkSet,
  checkTag,
} from "./options.js";

const NEVER = Number.POSITIVE_INFINITY;
/** @typedef {import("./options.js").CacheOptions} CacheOptions */
/** @typedef {import("./options.js").EntryOptions} EntryOptions */
/** @typedef {import("./options.js").FetchOptions} FetchOptions */

/** @type {FetchOptions} */
const none = Object.freeze({});
/** @type {string[]} */
const untagged = [];
const noLoads = { staleHits: 0, loads: 0, loadErrors: 0, loadTime: { p50: 0, p95: 0, p99: 0 } };

/**
 * An in-memory cache with budgets in entries and bytes, deadlines, tags, single-flight
 * loading, and a copy in IndexedDB if wanted. A hit calls nothing in WebAssembly.
 *
 * Events (CustomEvent; `detail`): `set` {key, value}, `evict` {key, value}, `expire` {key, value},
 * `reject` {key, size}, `invalidate` {count, tags | pattern}, `remove` {key, value, reason} for
 * every value that leaves memory, and with `persist` the store's `persist`, `error`, `degraded`.
 * `reason` is `evict`, `expire`, `overwrite`, `delete`, `clear`, `invalidate` or `close`; setting
 * the very same object again is no `overwrite`.
 *
 * After `close()` every method throws an `ApusError` `CLOSED`, iterators that were begun before
 * included. `BUSY`: the option `now` used its own cache.
 */
export class Cache extends EventTarget {
  #name;
  /** @type {import("./js-heap.js").JsHeap} */
  #heap;
  #budget;
  #policy;
  #ttl;
  #staleFor;
  #persists;
  /** @type {import("./flights.js").Flights | undefined} */
  #flights;
  /** @type {Promise<import("./flights.js").Flights> | undefined} */
  #flightsOpening;
  /** @type {import("./disk.js").Disk | undefined} */
  #disk;
  #closed = false;
  /** Events of before anyone could listen. @type {[string, object][] | undefined} */
  #early;
  /** @type {Set<string>} event types that anyone ever listened to: the others are not made */
  #heard = new Set();
  #sweeper;
  #unlist;

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
    const { persist, heap } = options;
    const [core, Heap] = await Promise.all([
      loadWasm("cache"),
      heap === "wasm"
        ? import("./wasm-heap.js").then(({ WasmHeap }) => /** @type {any} */ (WasmHeap))
        : import("./js-heap.js").then(({ JsHeap }) => JsHeap),
    ]);
    const cache = new Cache(name, core, Heap, options);
    if (persist) {
      try {
        const { Disk } = await import("./disk.js");
        cache.#disk = await Disk.open(name, persist, cache.#memory(), options.now);
        await cache.#disk.start(persist);
      } catch (cause) {
        // Without its copy on disk the cache still does its work: in memory.
        cache.#tell("degraded", { reason: "store", cause });
      }
      setTimeout(cache.#listened);
    }
    return cache;
  }

  /**
   * Use `Cache.open`.
   * @param {string} name
   * @param {import("../core/wasm.js").Wasm<"cache">} core
   * @param {typeof import("./js-heap.js").JsHeap} Heap
   * @param {CacheOptions} options
   */
  constructor(name, core, Heap, options) {
    super();
    const { maxEntries = NEVER, maxBytes = NEVER, policy = "lru" } = options;
    this.#name = name;
    this.#budget = { maxEntries, maxBytes };
    this.#policy = policy;
    this.#ttl = options.ttl ?? NEVER;
    this.#staleFor = options.staleWhileRevalidate ?? 0;
    this.#persists = Boolean(options.persist);
    const all = { ...options, maxEntries, maxBytes, policy };
    this.#heap = new /** @type {any} */ (Heap)(core, all, this.#told, this.#heard);
    this.#sweeper = this.#heap.sweeper;
    const ref = new WeakRef(this);
    rooms.sources.add(ref);
    this.#unlist = () => rooms.sources.delete(ref);
    watchForLeak(this, "Cache");
  }

  get name() {
    return this.#name;
  }

  /** Who has to go. Changing it moves no entries. */
  get policy() {
    return this.#policy;
  }

  set policy(policy) {
    this.#open();
    checkPolicy(policy, "policy");
    this.#heap.policy = this.#policy = policy;
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
    this.#flights?.drop(key);
    this.#put(key, value, options);
    return this;
  }

  /** @param {string} key @returns {boolean} whether there was a live entry in memory */
  delete(key) {
    this.#check(key, "delete");
    return this.#delete(key);
  }

  /** @param {Iterable<string>} keys @returns {Map<string, any>} those that were found */
  getMany(keys) {
    const found = new Map();
    for (const key of keys) {
      const value = this.get(key);
      if (value !== undefined) found.set(key, value);
    }
    return found;
  }

  /** @param {Iterable<[string, any]>} entries @param {EntryOptions} [options] for all of them */
  setMany(entries, options) {
    const all = [...entries];
    for (const [key, value] of all) {
      this.#check(key, "setMany");
      if (value === undefined) throw new TypeError(`setMany: the value of "${key}" is undefined`);
    }
    for (const [key, value] of all) this.set(key, value, options);
    return this;
  }

  /** @param {Iterable<string>} keys @returns {number} how many were there */
  deleteMany(keys) {
    const all = [...keys];
    for (const key of all) this.#check(key, "deleteMany");
    return all.filter((key) => this.#delete(key)).length;
  }

  /** Forgets everything, in memory and on disk. Statistics stay. */
  clear() {
    this.#open();
    this.#flights?.clear();
    this.#heap.clear();
    this.#disk?.clear();
  }

  /**
   * The value, or what the loader makes of it. Any number of callers share one load. An expired
   * value within its `staleWhileRevalidate` is given at once, while a new one is loaded.
   * @param {string} key
   * @param {import("./flights.js").Loader} loader its `signal` aborts when nobody waits any more;
   *   `undefined` is given to the callers, but not kept
   * @param {FetchOptions} [options] those of whoever starts the load count
   * @returns {Promise<any>} rejects with the loader's error, or the signal's reason
   */
  async fetch(key, loader, options = none) {
    const value = this.get(key);
    return value === undefined ? (await this.#loads()).fetch(key, loader, options) : value;
  }

  /**
   * Loads anew, whatever is there and whatever load began before; the old value stays until the
   * new one comes.
   * @param {string} key
   * @param {import("./flights.js").Loader} loader
   * @param {FetchOptions} [options]
   * @returns {Promise<any>} the new value
   */
  async refresh(key, loader, options = none) {
    this.#check(key, "refresh");
    return (await this.#loads()).refresh(key, loader, options);
  }

  /**
   * A function whose results are kept here; calls with the same arguments share one run.
   * @template {any[]} Args
   * @template Result
   * @param {(...args: Args) => Result} fn
   * @param {FetchOptions & { key?: (...args: Args) => string, name?: string }} [options] keys are
   *   `name` and the arguments, or what `key` gives; without both each function has keys of its own.
   *   With `persist` one of them is needed: nothing else names a function in the next visit.
   * @returns {(...args: Args) => Promise<Awaited<Result>>}
   * @throws {TypeError} for a bad argument. A call rejects with one when its arguments cannot be
   *   told apart (functions, symbols, objects of classes without `toJSON`): give `key` then.
   */
  memoize(fn, options) {
    this.#open();
    return memoized(this, fn, options, this.#persists);
  }

  /**
   * Deletes what matches, expired values that `fetch` might still give included: O(entries). On
   * disk too, before the next `flush` resolves.
   * @param {string | RegExp | ((key: string, value: any) => unknown)} pattern a glob (js/cache/match.js)
   * @returns {number} how many were in memory
   */
  invalidate(pattern) {
    this.#open();
    const matches = matcher(pattern);
    let count = 0;
    for (const key of [...this.#heap.keys(true)]) {
      const value = this.#heap.peek(key) ?? this.#heap.stale(key);
      if (value === undefined || !matches(key, value)) continue;
      this.#open(); // the predicate may have closed it
      this.#delete(key, "invalidate");
      count++;
    }
    this.#flights?.clear();
    this.#disk?.deleteMatching(pattern);
    if (this.#heard.has("invalidate")) this.#emit("invalidate", { count, pattern });
    return count;
  }

  /**
   * Deletes what bears any of the tags: O(entries deleted).
   * @param {...string} tags
   * @returns {number} how many were in memory
   */
  invalidateTag(...tags) {
    this.#open();
    let count = 0;
    for (const tag of tags) checkTag(tag, "invalidateTag: a tag");
    for (const tag of tags) count += this.#heap.deleteTagged(tag);
    this.#flights?.clear();
    this.#disk?.invalidateTags(tags);
    if (this.#heard.has("invalidate")) this.#emit("invalidate", { count, tags });
    return count;
  }

  /**
   * Live keys, most recently used first. The cache may change meanwhile: what is gone is not given.
   * @returns {Generator<string>}
   */
  *keys() {
    this.#open();
    for (const key of this.#heap.keys()) {
      yield key;
      this.#open();
    }
  }

  /** Live entries, most recently used first; not a use. @returns {Generator<[string, any]>} */
  *entries() {
    for (const key of this.keys()) {
      const value = this.#heap.peek(key);
      if (value !== undefined) yield [key, value];
    }
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  /** Entries in memory; expired ones count until they are cleared away, moments later. */
  get size() {
    this.#open();
    return this.#heap.size;
  }

  /**
   * Bytes in memory, as estimated. Without `maxBytes` and `sizeOf` nothing is
   * weighed until this is read: the first time costs O(entries).
   */
  get bytes() {
    this.#open();
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
    this.#heap.resize(this.#budget);
  }

  /**
   * With a key: the entry from memory or else from disk, which brings it back into memory;
   * `undefined` when neither has it. With what `dump()` made: takes its entries over, and gives
   * their number.
   * @param {string | import("./dump.js").Dump} what
   * @returns {Promise<any>}
   */
  async load(what) {
    if (typeof what === "object" && what) {
      const { restore } = await import("./dump.js");
      this.#open();
      return restore(this, this.#heap, what);
    }
    const value = this.get(what);
    return value === undefined ? this.#disk?.read(what) : value;
  }

  /** All live entries with what belongs to them, for `load()`, JSON or `structuredClone`. @returns {Promise<import("./dump.js").Dump>} */
  async dump() {
    this.#open();
    const { dump } = await import("./dump.js");
    return dump(this.#heap, this.#heap.clock.read());
  }

  /**
   * Writes what was set so far.
   * @returns {Promise<boolean>} true when it is in IndexedDB, except for the values that an `error`
   *   event has named; false when it is in memory only: storage fails, or there is no `persist`
   */
  async flush() {
    this.#open();
    return (await this.#disk?.flush()) ?? false;
  }

  /** Flushes and frees. The cache cannot be used afterwards; calling it again does nothing. */
  async close() {
    this.dispose();
    await this.#disk?.close();
  }

  /** Frees the memory, and does not wait until the disk has what was set. Idempotent. */
  dispose() {
    if (this.#closed) return;
    this.#closed = true;
    this.#disk?.close().catch(() => {}); // `close()` tells
    this.#sweeper.stop();
    unwatch(this);
    this.#unlist();
    this.#flights?.clear(this.#closedError());
    this.#heap.dispose();
  }

  [dispose]() {
    this.dispose();
  }

  /** Counts since `open()`, and what is there now. Load times in ms, of the last 512 loads. */
  stats() {
    this.#open();
    const { counts, size, bytes, policy } = this.#heap;
    const { hits, misses } = counts;
    return {
      ...counts,
      hitRatio: hits + misses ? hits / (hits + misses) : 0,
      ...{ entries: size, bytes, ...this.#budget, policy: this.#policy, following: policy },
      ...(this.#flights?.stats ?? noLoads),
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

  /** An event of the disk. @param {string} type @param {object} detail */
  #tell(type, detail) {
    if (this.#early) this.#early.push([type, detail]);
    else this.#emit(type, detail);
  }

  /** Whoever has opened the cache listens by now. */
  #listened = () => {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const event of early) this.#emit(...event);
  };

  /** @type {import("./engine.js").Tell} */
  #told = (type, key, value) => {
    if (type !== "invalidate" && this.#heard.has(type))
      this.#emit(type, type === "reject" ? { key, size: value } : { key, value });
    if (type !== "reject" && this.#heard.has("remove"))
      this.#emit("remove", { key, value, reason: type });
  };

  #closedError() {
    return new ApusError("CLOSED", `the cache "${this.#name}" is closed`);
  }

  #open() {
    if (this.#closed) throw this.#closedError();
  }

  /** @param {unknown} key @param {string} where */
  #check(key, where) {
    this.#open();
    if (typeof key !== "string") checkKey(key, where);
  }

  /** @param {string} key @param {any} value @param {EntryOptions} [options] */
  #put(key, value, options) {
    let ttl = this.#ttl;
    let staleFor = this.#staleFor;
    let priority = 0;
    let tags = untagged;
    /** @type {number | undefined} */
    let size;
    if (options !== undefined) {
      ({
        ttl = ttl,
        staleWhileRevalidate: staleFor = staleFor,
        priority = 0,
        tags = untagged,
        size,
      } = options);
    }
    const stale = ttl === NEVER ? 0 : staleFor;
    const deadline = ttl === NEVER ? ttl : this.#heap.clock.recent() + ttl;
    const kept = this.#heap.set(key, value, size, priority, deadline, stale, tags);
    this.#sweeper.by(deadline + stale);
    if (kept && this.#heard.size > 0 && this.#heard.has("set")) this.#emit("set", { key, value });
    if (this.#disk) this.#disk.put(key, value, { expiresAt: deadline, tags, priority });
  }

  /** @param {string} key @param {import("./engine.js").Reason} [reason] */
  #delete(key, reason) {
    this.#flights?.drop(key);
    this.#disk?.delete(key);
    return this.#heap.delete(key, reason);
  }

  #loads() {
    this.#flightsOpening ??= import("./flights.js").then(({ Flights }) => {
      this.#open();
      this.#flights = new Flights({
        peek: (key) => this.peek(key),
        stale: (key) => this.#heap.stale(key),
        fromDisk: async (key) => this.#disk?.read(key),
        alone: (key, load, options) => this.#disk?.alone(key, load, options) ?? load(),
        put: (key, value, options) => this.#closed || this.#put(key, value, options),
        now: () => this.#heap.clock.read(),
      });
      return this.#flights;
    });
    return this.#flightsOpening;
  }

  /** What the disk's half needs of this one. @returns {import("./disk.js").Memory} */
  #memory() {
    this.#early = [];
    return {
      heap: this.#heap,
      flights: () => this.#flights,
      accept: this.#accept,
      emit: (type, detail) => this.#tell(type, detail),
    };
  }

  /**
   * Takes over what the disk has, unless there is something newer in memory.
   * @param {string} key
   * @param {import("./disk.js").DiskRecord} record
   */
  #accept = (key, record) => {
    if (this.#closed) return undefined;
    const now = this.#heap.peek(key); // set meanwhile?
    if (now !== undefined) return now;
    return this.#restore(key, record) ? record.value : undefined;
  };

  /**
   * @param {string} key
   * @param {import("./disk.js").DiskRecord} record
   * @returns {boolean} is it alive?
   */
  #restore(key, { value, expiresAt, priority, tags }) {
    if (expiresAt <= this.#heap.clock.recent()) return false;
    this.#heap.set(key, value, undefined, priority, expiresAt, 0, tags);
    this.#sweeper.by(expiresAt);
    return true;
  }
}
