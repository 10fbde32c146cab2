import { dispose } from "../core/dispose.js";
import { nextTurn, SLICE } from "../store/turns.js";
import { LazyStore } from "./lazy-store.js";
import { checkStorage } from "./options.js";

/** @typedef {import("./options.js").StorageOptions} StorageOptions */
/** @typedef {import("./persister.js").Target} Target */

/**
 * The `AsyncStorage` of TanStack Query's own persisters on a store. Nothing rejects: while storage
 * does not work, `setItem` remembers values in memory, and `error` and `degraded` report it as for
 * `createPersister`.
 */
export class QueryStorage extends /** @type {new () => Target} */ (EventTarget) {
  #store;

  /** Use `createStorage`. @param {StorageOptions} options */
  constructor({ name = "queries", store = {} }) {
    super();
    this.#store = new LazyStore(name, store, (type, detail) =>
      this.dispatchEvent(new CustomEvent(type, { detail })),
    );
  }

  /** @param {string} key @returns {Promise<string | undefined>} */
  getItem = (key) => this.#store.get(key);

  /** On the disk within 200 ms or after `flush`. @param {string} key @param {string} value @returns {Promise<void>} */
  setItem = async (key, value) => this.#store.set(key, value);

  /** @param {string} key @returns {Promise<void>} */
  removeItem = async (key) => this.#store.delete(key);

  /** All entries; O(store), in slices of a few ms. @returns {Promise<[key: string, value: string][]>} */
  entries = async () => {
    const all = [];
    let begin = performance.now();
    for await (const entry of this.#store.entries()) {
      all.push(entry);
      if (performance.now() - begin < SLICE) continue;
      await nextTurn();
      begin = performance.now();
    }
    return all;
  };

  /** @returns {Promise<boolean>} whether all changes so far are on the disk */
  flush = () => this.#store.flush();

  /** Flushes and frees. Idempotent. @returns {Promise<void>} */
  close = () => this.#store.close();

  [dispose]() {
    this.close().catch(() => {});
  }
}

/**
 * A storage for `experimental_createQueryPersister` or `createAsyncStoragePersister`, which opens at
 * the first use. `createPersister` does more: it slices, and compares ages.
 * @param {StorageOptions} [options]
 * @returns {QueryStorage}
 * @throws {TypeError} for a bad option
 */
export function createStorage(options = {}) {
  checkStorage("createStorage", options);
  return new QueryStorage(options);
}
