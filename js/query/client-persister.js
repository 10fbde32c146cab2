import { dispose } from "../core/dispose.js";
import { Entries } from "./entries.js";
import { checkClient, entriesOptions } from "./options.js";

/** @typedef {import("./options.js").ClientPersisterOptions} ClientPersisterOptions */
/** @typedef {import("./persister.js").Target} Target */

/**
 * A whole client, as `persistQueryClient` of TanStack Query 5 hands it over.
 * @typedef {object} PersistedClient
 * @property {number} timestamp
 * @property {string} buster
 * @property {import("@tanstack/query-core").DehydratedState} clientState
 */

const CLIENT = "client"; // the name of what belongs to no query
/** What `persistClient` compares of a query's state, and keeps in memory. */
const compared = /** @type {const} */ ([
  "data",
  "dataUpdatedAt",
  "errorUpdatedAt",
  "isInvalidated",
]);

/**
 * The `Persister` of `persistQueryClient` on a store, with one entry a query: it writes only queries
 * that have changed since it last wrote or restored them. Events and failures are those of
 * `createPersister`.
 */
export class ClientPersister extends /** @type {new () => Target} */ (EventTarget) {
  #entries;
  /** The state on disk of each query, by hash. @type {Map<string, any>} */
  #known = new Map();

  /** Use `createClientPersister`. @param {ClientPersisterOptions} options */
  constructor(options) {
    super();
    const all = { ...options, maxAge: Number.POSITIVE_INFINITY };
    this.#entries = new Entries(entriesOptions(all), (type, detail) =>
      this.dispatchEvent(new CustomEvent(type, { detail })),
    );
  }

  /**
   * Remembers the changes since the last call; they are on the disk within 200 ms or after `flush`.
   * O(queries), a comparison each. @param {PersistedClient} client @returns {Promise<void>}
   */
  persistClient = async ({ timestamp, buster, clientState: { queries, mutations } }) => {
    const known = this.#known;
    this.#known = new Map();
    for (const query of queries) {
      const { queryHash, state } = query;
      const before = known.get(queryHash);
      if (state.data === undefined) continue; // its promise cannot be kept
      this.#known.set(queryHash, state);
      if (!before || compared.some((name) => before[name] !== state[name])) {
        this.#entries.write(query);
      }
    }
    for (const hash of known.keys()) if (!this.#known.has(hash)) this.#entries.remove(hash);
    this.#entries.keep(CLIENT, { timestamp, buster, mutations });
  };

  /**
   * All that was persisted, read and parsed in slices of a few ms. `hydrate` then takes it over in
   * one task. @returns {Promise<PersistedClient | undefined>}
   */
  restoreClient = async () => {
    const about = await this.#entries.kept(CLIENT);
    if (!about) return undefined;
    const { timestamp, buster, mutations = [] } = about;
    /** @type {any[]} */
    const queries = [];
    for await (const { buster: _, ...query } of this.#entries.all()) {
      queries.push(query);
      this.#known.set(query.queryHash, query.state);
    }
    return { timestamp, buster, clientState: { queries, mutations } };
  };

  /** Deletes everything. @returns {Promise<void>} */
  removeClient = async () => {
    this.#known.clear();
    this.#entries.clear();
  };

  /** @returns {Promise<boolean>} whether all changes so far are on the disk */
  flush = () => this.#entries.flush();

  /** Flushes and frees. Idempotent. @returns {Promise<void>} */
  close = () => this.#entries.close();

  [dispose]() {
    this.close().catch(() => {});
  }
}

/**
 * The `persister` for `persistQueryClient`, on a store that opens at the first use.
 * @param {ClientPersisterOptions} [options]
 * @returns {ClientPersister}
 * @throws {TypeError} for a bad option
 */
export function createClientPersister(options = {}) {
  checkClient("createClientPersister", options);
  return new ClientPersister(options);
}
