import { ApusError } from "../core/errors.js";

/** @typedef {{ value: any, expiresAt: number, priority: number, tags: string[] }} DiskRecord */

const forwarded = ["persist", "error", "degraded"];

/**
 * A cache's other half, in IndexedDB (js/store, fetched only when a cache is
 * opened with `persist`). What is set or deleted in memory is handed to the
 * store, which writes it at its next flush; what is restored from the store
 * comes into memory without being written again.
 */
export class Disk {
  #store;
  #matching = Promise.resolve();

  /** @param {any} store an open Store */
  constructor(store) {
    this.#store = store;
  }

  /**
   * Rejects only when the store's code cannot be fetched.
   * @param {string} name
   * @param {true | { preload?: boolean, store?: any, [option: string]: unknown }} persist
   * @param {() => number} [now] the cache's clock
   */
  static async open(name, persist, now) {
    const { preload: _, store, ...options } = persist === true ? {} : persist;
    if (now) options.now ??= now;
    if (store) return new Disk(store);
    try {
      const { Store } = await import("../store/store.js");
      return new Disk(await Store.open(name, options));
    } catch (cause) {
      throw new ApusError(
        "STORE_UNAVAILABLE",
        "the code for persistent caches could not be loaded",
        { cause },
      );
    }
  }

  /**
   * Passes the store's events on, and calls `changed` for keys that another tab changed.
   * @param {EventTarget} target
   * @param {(change: { keys?: string[], cleared?: boolean, tags?: string[] }) => void} changed
   */
  listen(target, changed) {
    for (const type of forwarded) {
      this.#store.addEventListener(type, (/** @type {CustomEvent} */ { detail }) => {
        target.dispatchEvent(new CustomEvent(type, { detail }));
      });
    }
    this.#store.addEventListener("change", (/** @type {CustomEvent} */ { detail }) =>
      changed(detail),
    );
  }

  /** @param {string} key */
  has(key) {
    return this.#store.has(key);
  }

  /** @param {string[]} keys @returns {Promise<Map<string, DiskRecord>>} */
  read(keys) {
    return this.#store.read(keys);
  }

  /**
   * Runs a load while no other tab does. Whoever had to wait finds what the other has written.
   * @param {string} key
   * @param {() => Promise<any>} load
   * @param {{ signal: AbortSignal, anew: boolean }} options
   * @param {(key: string, record: DiskRecord | undefined) => any} accept
   */
  alone(key, load, { signal, anew }, accept) {
    const work = (/** @type {DiskRecord | undefined} */ record) => {
      const found = anew ? undefined : accept(key, record);
      return found === undefined ? load() : found;
    };
    return this.#store.exclusive(key, work, { signal });
  }

  /** @returns {AsyncIterable<[string, any][]>} */
  readAll() {
    return this.#store.readAll();
  }

  /** @param {string} key @param {any} value @param {{ expiresAt: number, tags: string[], priority: number }} meta */
  put(key, value, meta) {
    this.#store.put(key, value, meta);
  }

  /** @param {string} key */
  delete(key) {
    this.#store.delete(key);
  }

  clear() {
    this.#store.clear();
  }

  /** @param {string[]} tags */
  invalidateTags(tags) {
    this.#store.invalidateTags(tags);
  }

  /** Deletes what matches on disk; in time before `flush` or `close`. @param {(key: string, value: any) => unknown} matches */
  deleteMatching(matches) {
    this.#matching = this.#matching.then(async () => {
      for await (const batch of this.#store.readAll()) {
        for (const [key, { value }] of batch) if (matches(key, value)) this.#store.delete(key);
      }
    });
  }

  async flush() {
    await this.#matching;
    return this.#store.flush();
  }

  async close() {
    await this.#matching;
    await this.#store.close();
  }

  get stats() {
    return this.#store.stats;
  }
}
