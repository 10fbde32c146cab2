import { string } from "../core/check.js";
import { ApusError } from "../core/errors.js";
import { nextTurn, SLICE } from "../store/turns.js";
import { LazyStore } from "./lazy-store.js";

/**
 * A query on disk, in the form that TanStack Query's own persisters use.
 * @typedef {object} PersistedQuery
 * @property {string} buster
 * @property {string} queryHash
 * @property {readonly unknown[]} queryKey
 * @property {PersistedState} state
 *
 * The data and the rest of the query's state; times in ms since 1970.
 * @typedef {{ data?: unknown, dataUpdatedAt: number, errorUpdatedAt: number }} PersistedState
 */

/**
 * @typedef {object} EntriesOptions
 * @property {string} name of the store
 * @property {string} buster entries with another one are dropped
 * @property {number} maxAge ms since the data were updated
 * @property {(query: PersistedQuery) => string} serialize
 * @property {(text: string) => PersistedQuery} deserialize
 * @property {import("../store/options.js").StoreOptions} store
 */

const FEW = 16; // entries in the first slice, and the fewest in any
const MANY = 256;
const OWN = "\0"; // keys of our own begin with it

/**
 * Persisted queries, one entry a query. Reads are served in slices of about 4 ms, however many are
 * asked for at once, and so is the work that they cause.
 */
export class Entries {
  #options;
  #emit;
  #store;
  /** @type {{ hash: string, resolve: (entry: PersistedQuery | undefined) => void }[]} */ #wanted =
    [];
  #serving = false;

  /** @param {EntriesOptions} options @param {(type: string, detail: unknown) => void} emit */
  constructor(options, emit) {
    this.#options = options;
    this.#emit = emit;
    this.#store = new LazyStore(options.name, options.store, emit);
  }

  /** @param {string} hash @returns {Promise<PersistedQuery | undefined>} never rejects */
  read(hash) {
    const read = new Promise((resolve) => this.#wanted.push({ hash, resolve }));
    if (!this.#serving) void this.#serve();
    return read;
  }

  /**
   * Remembers a query; it is on the disk within 200 ms or after `flush`.
   * @param {Omit<PersistedQuery, "buster">} query
   */
  write(query) {
    const { buster, maxAge, serialize } = this.#options;
    const { queryHash, state } = query;
    const ttl = state.dataUpdatedAt + maxAge - Date.now();
    if (!(ttl > 0)) return;
    try {
      const text = serialize({ ...query, buster });
      string(text, "serialize: its result");
      this.#store.set(queryHash, text, ttl);
    } catch (cause) {
      this.#fail("NOT_ENCODABLE", `the query ${queryHash} cannot be serialized`, cause);
    }
  }

  /** @param {string} hash */
  remove(hash) {
    this.#store.delete(hash);
  }

  clear() {
    this.#store.clear();
  }

  /** Keeps a value next to the queries. @param {string} name @param {unknown} value JSON */
  keep(name, value) {
    this.#store.set(OWN + name, JSON.stringify(value));
  }

  /** @param {string} name @returns {Promise<any>} what `keep` kept */
  async kept(name) {
    try {
      return JSON.parse((await this.#store.get(OWN + name)) ?? "null") ?? undefined;
    } catch {
      return undefined; // what is on a disk can be anything
    }
  }

  /**
   * All queries on disk; those that are too old or damaged are deleted instead.
   * @returns {AsyncGenerator<PersistedQuery, void, void>}
   */
  async *all() {
    let begin = performance.now();
    for await (const [hash, text] of this.#store.entries()) {
      if (hash.startsWith(OWN)) continue;
      const entry = this.#parsed(hash, text);
      if (entry) yield entry;
      if (performance.now() - begin < SLICE) continue;
      await nextTurn();
      begin = performance.now();
    }
  }

  /** @returns {Promise<boolean>} whether all changes so far are on the disk */
  flush() {
    return this.#store.flush();
  }

  /** Flushes and frees. Idempotent. */
  close() {
    return this.#store.close();
  }

  async #serve() {
    this.#serving = true;
    for (let count = FEW; this.#wanted.length > 0; ) {
      const some = this.#wanted.splice(0, count);
      const texts = await Promise.all(some.map(({ hash }) => this.#store.get(hash)));
      const begin = performance.now();
      const last = some.findIndex(({ hash, resolve }, i) => {
        resolve(this.#parsed(hash, texts[i]));
        return performance.now() - begin > SLICE;
      });
      if (last >= 0) this.#wanted.unshift(...some.slice(last + 1));
      if (this.#wanted.length === 0) break;
      await nextTurn(); // after the work of those who waited, which counts too
      const fits = (count * SLICE) / (performance.now() - begin);
      count = Math.round(Math.min(MANY, 2 * count, Math.max(FEW, fits)));
    }
    this.#serving = false;
  }

  /** @param {string} hash @param {string | undefined} text @returns {PersistedQuery | undefined} */
  #parsed(hash, text) {
    if (text === undefined) return undefined;
    let entry;
    try {
      entry = this.#options.deserialize(text);
      const { queryKey, state } = entry;
      if (!Array.isArray(queryKey) || !(state.dataUpdatedAt >= 0)) throw new TypeError("no query");
    } catch (cause) {
      this.remove(hash);
      return this.#fail("CORRUPT", `the entry of the query ${hash} is damaged`, cause);
    }
    const { buster, maxAge } = this.#options;
    const age = Date.now() - entry.state.dataUpdatedAt;
    if (entry.buster === buster && age <= maxAge) return entry;
    this.remove(hash);
    return undefined;
  }

  /** @param {string} code @param {string} message @param {unknown} cause @returns {undefined} */
  #fail(code, message, cause) {
    this.#emit("error", new ApusError(code, message, { cause }));
  }
}
