import { ApusError } from "../core/errors.js";
import { OWN, Patterns } from "./patterns.js";

/** @typedef {import("../store/segment-store.js").SegmentStore} SegmentStore */
/** @typedef {import("../store/reader.js").StoredRecord} DiskRecord */
/** @typedef {import("./patterns.js").Test} Test */

/** @typedef {{ preload?: boolean } & import("../store/options.js").StoreOptions} PersistOptions */

/**
 * @typedef {object} Change a change by others: memory must drop these entries
 * @property {string[]} [keys] @property {string[]} [tags] @property {boolean} [cleared]
 * @property {Test} [matches]
 * @property {boolean} [missed] keys that the store no longer has may have gone too
 */

/**
 * @typedef {object} Memory the cache that a `Disk` belongs to
 * @property {import("./js-heap.js").JsHeap} heap
 * @property {() => import("./flights.js").Flights | undefined} flights
 * @property {(key: string, record: DiskRecord) => unknown} accept takes a record over, unless there
 *   is something newer in memory; returns the value in memory
 * @property {(type: string, detail: object) => void} emit
 * @property {(key: string) => void} outside others changed a key that is not in memory
 */

const forwarded = ["persist", "error", "degraded"];
const ATTEMPTS = 3; // for a key that changes during each read

/**
 * State shared by a page's caches that are open on one store.
 * @type {WeakMap<SegmentStore, { disks: Set<Disk>, patterns: Patterns }>}
 */
const stores = new WeakMap();

/**
 * A cache's other half, in IndexedDB (js/store, which loads with the first cache that
 * persists). It hands changes in memory to the store, and records of the store to memory
 * without writing them again. It keeps three things consistent: reads under way with later
 * changes, the caches of this page with each other, and invalidations by pattern, whose
 * records are still to be found.
 */
export class Disk {
  #store;
  #shared;
  #memory;
  /** Reads under way; a key that changes meanwhile is read again. @type {Set<{ changed: Set<string> }>} */
  #reads = new Set();
  #stop = new AbortController();
  /** @type {Promise<void> | undefined} */ #closing;

  /** @param {SegmentStore} store open @param {Memory} memory */
  constructor(store, memory) {
    this.#store = store;
    this.#memory = memory;
    let shared = stores.get(store);
    if (!shared) {
      /** @type {Set<Disk>} */
      const disks = new Set();
      const patterns = new Patterns(store, (matches) => {
        for (const disk of disks) disk.#take({ matches });
      });
      shared = { disks, patterns };
      stores.set(store, shared);
    }
    this.#shared = shared;
    shared.disks.add(this);
    const { signal } = this.#stop;
    for (const type of forwarded) {
      const forward = (/** @type {CustomEventInit<object>} */ { detail = {} }) =>
        memory.emit(type, detail);
      store.addEventListener(type, forward, { signal });
    }
    const take = (/** @type {CustomEventInit<Change>} */ { detail = {} }) => this.#take(detail);
    store.addEventListener("change", take, { signal });
  }

  /**
   * @param {string} name
   * @param {true | PersistOptions} persist
   * @param {Memory} memory
   * @param {() => number} [now] the cache's clock
   * @throws {ApusError} `STORE_UNAVAILABLE` when the store cannot be loaded or opened
   */
  static async open(name, persist, memory, now) {
    const { preload: _, ...options } = persist === true ? {} : persist;
    if (now) options.now ??= now;
    try {
      const { SegmentStore } = await import("../store/segment-store.js");
      return new Disk(await SegmentStore.open(name, options), memory);
    } catch (cause) {
      throw new ApusError("STORE_UNAVAILABLE", `the store of "${name}" could not be opened`, {
        cause,
      });
    }
  }

  /**
   * Adopts the invalidations that an earlier page has left, and with `preload` all records.
   * @param {true | PersistOptions} persist
   */
  async start(persist) {
    await this.#shared.patterns.adopted;
    if (persist !== true && persist.preload) await this.preload();
  }

  /** Restores records into memory. @param {string} [prefix] only those whose keys begin with it */
  preload(prefix = "") {
    return this.#reading(async (changed) => {
      for await (const batch of this.#store.readAll()) {
        for (const [key, record] of batch) {
          if (!key.startsWith(prefix) || changed.has(key) || !this.#current(key, record)) continue;
          this.#memory.accept(key, record);
        }
      }
    });
  }

  /**
   * Keeps a record of the cache itself, in one transaction with the changes before it.
   * @param {string} name @param {unknown} value JSON
   */
  keep(name, value) {
    this.#store.put(OWN + name, value);
  }

  /** @param {string} name @returns {Promise<unknown>} what `keep` kept */
  async kept(name) {
    return (await this.#store.read([OWN + name])).get(OWN + name)?.value;
  }

  /** @param {string} key */
  has(key) {
    return !this.#closing && this.#store.has(key) && !this.#shared.patterns.hides(key);
  }

  /**
   * Restores a key's record into memory; a record that changes meanwhile is read again.
   * @param {string} key
   * @returns {Promise<unknown>} its value, or the newer one in memory
   */
  read(key) {
    return this.#reading(async (changed) => {
      for (let attempt = 0; attempt < ATTEMPTS && this.has(key); attempt++) {
        changed.clear();
        const record = (await this.#store.read([key])).get(key);
        if (!changed.has(key) && this.#current(key, record)) {
          return this.#memory.accept(key, record);
        }
      }
      return undefined;
    });
  }

  /**
   * Runs a load while no other tab does. A tab that had to wait finds the other's value.
   * @param {string} key
   * @param {() => Promise<unknown>} load
   * @param {{ signal: AbortSignal, fresh: boolean }} options
   */
  alone(key, load, { signal, fresh }) {
    const work = async () => {
      const found = fresh ? undefined : await this.read(key);
      return found === undefined ? load() : found;
    };
    return this.#store.exclusive(key, work, { signal });
  }

  /** @param {string} key @param {unknown} value @param {{ expiresAt: number, tags: string[], priority: number }} meta */
  put(key, value, meta) {
    this.#store.put(key, value, meta);
    if (this.#observed) this.#changed({ keys: [key] });
  }

  /** @param {string} key */
  delete(key) {
    this.#store.delete(key);
    if (this.#observed) this.#changed({ keys: [key] });
  }

  clear() {
    this.#store.clear();
    this.#shared.patterns.clear();
    this.#changed({ cleared: true });
  }

  /** @param {string[]} tags */
  invalidateTags(tags) {
    this.#store.invalidateTags(tags);
    this.#changed({ tags });
  }

  /** @param {string | RegExp | Test} pattern */
  deleteMatching(pattern) {
    const matches = this.#shared.patterns.add(pattern);
    this.#changed({ matches });
  }

  /** @returns {Promise<boolean>} false when a change is in memory only */
  async flush() {
    const found = await this.#shared.patterns.find();
    return (await this.#store.flush()) && found;
  }

  /** Idempotent. */
  close() {
    this.#closing ??= (async () => {
      this.#stop.abort();
      this.#shared.disks.delete(this);
      await this.#shared.patterns.find();
      if (this.#shared.disks.size === 0) this.#shared.patterns.stop();
      await this.#store.close();
    })();
    return this.#closing;
  }

  get stats() {
    return this.#store.stats;
  }

  /** Whether reads under way or other caches must be told of single keys. */
  get #observed() {
    return this.#reads.size > 0 || this.#shared.disks.size > 1;
  }

  /**
   * @template T
   * @param {(changed: Set<string>) => Promise<T>} work gets the keys that change meanwhile
   * @returns {Promise<T>}
   */
  async #reading(work) {
    const read = { changed: new Set() };
    this.#reads.add(read);
    try {
      return await work(read.changed);
    } finally {
      this.#reads.delete(read);
    }
  }

  /**
   * Whether a record is still valid: not deleted, cleared or invalidated since it was read.
   * @param {string} key @param {DiskRecord | undefined} record
   * @returns {record is DiskRecord}
   */
  #current(key, record) {
    return record !== undefined && this.has(key) && !this.#shared.patterns.hides(key, record);
  }

  /** Drops this cache's changed keys from the page's other caches. @param {Change} change */
  #changed(change) {
    this.#outdate(change);
    for (const disk of this.#shared.disks) if (disk !== this) disk.#take(change);
  }

  /** Drops keys that others have changed from memory. @param {Change} change */
  #take(change) {
    const { keys = [], tags = [], cleared, matches, missed } = change;
    this.#outdate(change);
    if (this.#closing) return;
    const { heap, flights } = this.#memory;
    const loads = flights();
    if (cleared) heap.clear();
    for (const key of keys) {
      if (!heap.delete(key) && this.has(key)) this.#memory.outside(key);
      loads?.outdate(key);
    }
    for (const tag of tags) heap.deleteTagged(tag);
    if (cleared || tags.length > 0 || matches || missed) loads?.outdate();
    if (!matches && !missed) return;
    for (const key of [...heap.keys(true)]) {
      const value = heap.peek(key) ?? heap.stale(key);
      if (matches?.(key, value) || (missed && !this.has(key))) heap.delete(key, "invalidate");
    }
  }

  /** Makes reads under way read changed keys again. @param {Change} change */
  #outdate({ keys = [] }) {
    for (const { changed } of this.#reads) for (const key of keys) changed.add(key);
  }
}
