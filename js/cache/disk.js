import { ApusError } from "../core/errors.js";
import { Patterns } from "./patterns.js";

/** @typedef {{ value: any, expiresAt: number, priority: number, tags: string[] }} DiskRecord */

/**
 * @typedef {object} Change what others have changed; memory must not keep it
 * @property {string[]} [keys] @property {string[]} [tags] @property {boolean} [cleared]
 * @property {(key: string, value: any) => unknown} [matches]
 * @property {boolean} [missed] there may be more: what the store does not have goes
 */

/**
 * @typedef {object} Memory the cache that a `Disk` belongs to
 * @property {import("./js-heap.js").JsHeap} heap
 * @property {() => import("./flights.js").Flights | undefined} flights
 * @property {(key: string, record: DiskRecord) => any} accept takes a record over, unless there is
 *   something newer in memory; gives what is there then
 * @property {(type: string, detail: any) => void} emit
 */

const forwarded = ["persist", "error", "degraded"];
const ATTEMPTS = 3; // at reading a key that changes each time

/**
 * What the caches of one page share that are open on one store.
 * @type {WeakMap<object, { disks: Set<Disk>, patterns: Patterns }>}
 */
const stores = new WeakMap();

/**
 * A cache's other half, in IndexedDB (js/store, fetched only when a cache is
 * opened with `persist`). What is set or deleted in memory is handed to the
 * store, which writes it at its next flush; what is restored from the store
 * comes into memory without being written again.
 */
export class Disk {
  #store;
  #shared;
  #memory;
  /** Keys under way: what changes meanwhile must not come back. @type {Set<{ changed: Set<string> }>} */
  #reads = new Set();
  #stop = new AbortController();
  /** @type {Promise<void> | undefined} */ #closing;

  /** @param {any} store an open Store @param {Memory} memory */
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
      const tell = (/** @type {CustomEvent} */ { detail }) => memory.emit(type, detail);
      store.addEventListener(type, tell, { signal });
    }
    const take = (/** @type {CustomEvent} */ { detail }) => this.#take(detail);
    store.addEventListener("change", take, { signal });
  }

  /**
   * Rejects only when the store's code cannot be fetched.
   * @param {string} name
   * @param {true | { preload?: boolean, store?: any, [option: string]: unknown }} persist
   * @param {Memory} memory
   * @param {() => number} [now] the cache's clock
   */
  static async open(name, persist, memory, now) {
    const { preload: _, store, ...options } = persist === true ? {} : persist;
    if (now) options.now ??= now;
    return new Disk(store ?? (await openStore(name, options)), memory);
  }

  /** Takes over what an earlier page has left to do, and the records if wanted. @param {true | { preload?: boolean }} persist */
  async start(persist) {
    await this.#shared.patterns.adopted;
    if (persist !== true && persist.preload) await this.#readAll();
  }

  /** @param {string} key */
  has(key) {
    return !this.#closing && this.#store.has(key) && !this.#shared.patterns.hides(key);
  }

  /**
   * Takes a key's record into memory; one that changes while it is read is read again.
   * @param {string} key
   * @returns {Promise<any>} its value, or what is in memory by now
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
   * Runs a load while no other tab does. Whoever had to wait finds what the other has written.
   * @param {string} key
   * @param {() => Promise<any>} load
   * @param {{ signal: AbortSignal, anew: boolean }} options
   */
  alone(key, load, { signal, anew }) {
    const work = async () => {
      const found = anew ? undefined : await this.read(key);
      return found === undefined ? load() : found;
    };
    return this.#store.exclusive(key, work, { signal });
  }

  /** @param {string} key @param {any} value @param {{ expiresAt: number, tags: string[], priority: number }} meta */
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

  /** @param {string | RegExp | ((key: string, value: any) => unknown)} pattern */
  deleteMatching(pattern) {
    const matches = this.#shared.patterns.add(pattern);
    this.#changed({ matches });
  }

  /** @returns {Promise<boolean>} false when something is in memory only */
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

  /** Whether a single key's change makes a difference to anyone. */
  get #observed() {
    return this.#reads.size > 0 || this.#shared.disks.size > 1;
  }

  #readAll() {
    return this.#reading(async (changed) => {
      for await (const batch of this.#store.readAll()) {
        for (const [key, record] of batch) {
          if (!changed.has(key) && this.#current(key, record)) this.#memory.accept(key, record);
        }
      }
    });
  }

  /**
   * @template T
   * @param {(changed: Set<string>) => Promise<T>} work is given the keys that change meanwhile
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
   * Whether what was read has not been deleted meanwhile, by whatever means.
   * @param {string} key @param {DiskRecord | undefined} record
   */
  #current(key, record) {
    return record !== undefined && this.has(key) && !this.#shared.patterns.hides(key, record);
  }

  /** What this cache changes, the others of the page take out of their memory. @param {Change} change */
  #changed(change) {
    this.#outdate(change);
    for (const disk of this.#shared.disks) if (disk !== this) disk.#take(change);
  }

  /** @param {Change} change */
  #take(change) {
    const { keys = [], tags = [], cleared, matches, missed } = change;
    this.#outdate(change);
    if (this.#closing) return;
    const { heap, flights } = this.#memory;
    const loads = flights();
    if (cleared) heap.clear();
    for (const key of keys) {
      heap.delete(key);
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

  /** @param {Change} change */
  #outdate({ keys = [] }) {
    for (const { changed } of this.#reads) for (const key of keys) changed.add(key);
  }
}

/** @param {string} name @param {object} options */
async function openStore(name, options) {
  try {
    const { Store } = await import("../store/store.js");
    return await Store.open(name, options);
  } catch (cause) {
    throw new ApusError("STORE_UNAVAILABLE", "the code for persistent caches could not be loaded", {
      cause,
    });
  }
}
