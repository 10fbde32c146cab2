import { loadWasm } from "../core/wasm.js";
import { Events } from "./events.js";
import { JsHeap } from "./js-heap.js";
import { checkSet } from "./options.js";

/** @typedef {import("./options.js").EntryOptions} EntryOptions */
/**
 * What both kinds of heap can do. `check` throws what `set` would throw for a value; a heap that
 * keeps any value has none.
 * @typedef {Pick<JsHeap, keyof JsHeap> & { check?(key: string, value: unknown): void }} Heap
 */

const NEVER = Number.POSITIVE_INFINITY;
/** @type {string[]} */
const untagged = [];
const noLoads = { staleHits: 0, loads: 0, loadErrors: 0, loadTime: { p50: 0, p95: 0, p99: 0 } };

/**
 * The levels of a cache: memory, loads under way, and the disk. A change passes through all of
 * them, so that no level restores an entry that another has dropped.
 */
export class Levels {
  /** @type {import("./flights.js").Flights | undefined} */
  flights;
  /** Below memory: the disk, or with a gateway both. @type {import("./disk.js").Disk | import("./remote/lower.js").Lower | undefined} */
  disk;
  /** @type {Heap} @readonly */
  heap;
  /** @readonly */
  events = new Events();
  /** The one asked for: with `adaptive`, the heap names the one followed. */
  policy;
  #budget;
  #ttl;
  #staleFor;
  /** @type {Promise<import("./flights.js").Flights> | undefined} */
  #opening;

  /**
   * @param {string} name
   * @param {import("./options.js").CacheOptions<any>} options checked, but for `persist`
   * @throws {TypeError | RangeError} for a bad option of `persist`
   */
  static async open(name, options) {
    const { persist, now, heap } = options;
    const [core, Heap, persistence] = await Promise.all([
      loadWasm(heap === "wasm" ? "bytes" : "cache"),
      heap === "wasm" ? import("./wasm-heap.js").then(({ WasmHeap }) => WasmHeap) : JsHeap,
      persist && import("./persistence.js").catch(withoutPersistence),
    ]);
    if (persist && persistence) persistence.checkPersist(persist);
    const levels = new Levels(name, core, Heap, options);
    if (persist && persistence) await persistence.openDisk(name, persist, levels, now);
    return levels;
  }

  /**
   * @param {string} name
   * @param {any} core the module of this heap
   * @param {typeof JsHeap | typeof import("./wasm-heap.js").WasmHeap} Heap
   * @param {import("./options.js").CacheOptions<any>} options
   */
  constructor(name, core, Heap, options) {
    const { maxEntries = NEVER, maxBytes = NEVER, policy = "lru" } = options;
    const { left, heard } = this.events;
    this.#budget = { maxEntries, maxBytes };
    this.policy = policy;
    this.#ttl = options.ttl ?? NEVER;
    this.#staleFor = options.staleWhileRevalidate ?? 0;
    this.heap = new Heap(core, { ...options, name, maxEntries, maxBytes, policy }, left, heard);
  }

  /** @param {{ maxEntries?: number, maxBytes?: number }} budget */
  resize(budget) {
    this.#budget = { ...this.#budget, ...budget };
    this.heap.resize(this.#budget);
  }

  /**
   * Throws what `set` would throw, before anything changes.
   * @param {[string, any][]} entries @param {EntryOptions} [options]
   */
  check(entries, options) {
    if (options !== undefined) checkSet(options);
    for (const [key, value] of entries) this.heap.check?.(key, value);
  }

  /** @param {string} key @param {any} value @param {EntryOptions} [options] */
  set(key, value, options) {
    this.put(key, value, options);
    this.flights?.drop(key); // last: a refused value ends no load
  }

  /** As `set`, without ending a load of this key. @param {string} key @param {any} value @param {EntryOptions} [options] */
  put(key, value, options) {
    let ttl = this.#ttl;
    let staleFor = this.#staleFor;
    let priority = 0;
    let tags = untagged;
    /** @type {number | undefined} */
    let size;
    if (options !== undefined) {
      ({ ttl = ttl, priority = 0, tags = untagged, size } = options);
      staleFor = options.staleWhileRevalidate ?? staleFor;
    }
    const { heap } = this;
    const stale = ttl === NEVER ? 0 : staleFor;
    const deadline = ttl === NEVER ? ttl : heap.clock.recent() + ttl;
    const kept = heap.set(key, value, size, priority, deadline, stale, tags);
    heap.sweeper.by(deadline + stale);
    if (this.disk) this.disk.put(key, value, { expiresAt: deadline, tags, priority }, options);
    const events = this.events;
    if (!kept || events.heard.size === 0) return;
    events.emit("set", { key, value });
    events.subscribers.tell("set", key, value);
  }

  /** @param {string} key @param {import("./engine.js").Reason} [reason] */
  delete(key, reason) {
    this.flights?.drop(key);
    this.disk?.delete(key, reason);
    return this.heap.delete(key, reason);
  }

  clear() {
    this.flights?.clear();
    this.disk?.clear();
    this.heap.clear(); // last: a listener may set a key
  }

  /**
   * @param {import("./events.js").Pattern<any>} pattern
   * @param {(key: string, value: any) => unknown} matches
   * @returns {number} how many were in memory
   */
  invalidate(pattern, matches) {
    const { heap } = this;
    let count = 0;
    for (const key of [...heap.keys(true)]) {
      const value = heap.peek(key) ?? heap.stale(key);
      if (value === undefined || !matches(key, value)) continue;
      heap.owner.check(); // the predicate may have closed the cache
      this.delete(key, "invalidate");
      count++;
    }
    this.flights?.clear();
    this.disk?.deleteMatching(pattern);
    this.events.emit("invalidate", { count, pattern });
    return count;
  }

  /** @param {string[]} tags @returns {number} how many were in memory */
  invalidateTags(tags) {
    let count = 0;
    this.flights?.clear();
    this.disk?.invalidateTags(tags);
    for (const tag of tags) count += this.heap.deleteTagged(tag); // last: a listener may set a key
    this.events.emit("invalidate", { count, tags });
    return count;
  }

  /** The loads under way; their code is fetched at the first. */
  loads() {
    this.#opening ??= import("./flights.js").then(({ flightsOf }) => {
      this.flights = flightsOf(this);
      return this.flights;
    });
    return this.#opening;
  }

  /**
   * Takes a record from the disk into memory, unless there is something newer.
   * @param {string} key
   * @param {import("./disk.js").DiskRecord} record
   * @returns {any} the value in memory now
   */
  accept = (key, { value, expiresAt, priority, tags }) => {
    const { heap } = this;
    if (heap.owner.closed) return undefined;
    const now = heap.peek(key);
    if (now !== undefined) return now;
    if (expiresAt <= heap.clock.recent()) return undefined;
    heap.set(key, value, undefined, priority, expiresAt, 0, tags);
    heap.sweeper.by(expiresAt);
    this.events.subscribers.tell("load", key, value);
    return value;
  };

  stats() {
    const { counts, size, bytes, policy } = this.heap;
    const { hits, misses } = counts;
    return {
      ...counts,
      hitRatio: hits + misses ? hits / (hits + misses) : 0,
      ...{ entries: size, bytes, ...this.#budget, policy: this.policy, following: policy },
      ...(this.flights?.stats ?? noLoads),
      disk: this.disk?.stats,
    };
  }

  dispose() {
    const { heap } = this;
    this.disk?.close().catch(() => {}); // `Cache.close` reports it
    heap.sweeper.stop();
    this.flights?.clear(heap.owner.error());
    heap.dispose();
  }
}

/** In memory the cache works all the same. @param {unknown} cause why persistence.js did not load */
const withoutPersistence = (cause) => ({
  checkPersist() {},
  /** @param {string} _name @param {unknown} _persist @param {Levels} levels */
  openDisk(_name, _persist, { events }) {
    setTimeout(() => events.emit("degraded", { reason: "store", cause }));
  },
});
