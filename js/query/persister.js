import { dispose } from "../core/dispose.js";
import { Entries } from "./entries.js";
import { checkPersister, entriesOptions } from "./options.js";

/** @typedef {import("./entries.js").PersistedQuery} PersistedQuery */
/** @typedef {import("./options.js").PersisterOptions} PersisterOptions */
/** @typedef {import("../core/errors.js").ApusError} ApusError */

/**
 * What a persister uses of a query of TanStack Query 5.
 * @typedef {{
 *   queryHash: string,
 *   queryKey: readonly unknown[],
 *   state: { data?: unknown, dataUpdatedAt: number, errorUpdatedAt: number },
 *   isStale(): boolean,
 *   fetch(): Promise<unknown>,
 *   setState(state: { dataUpdatedAt: number, errorUpdatedAt: number }): void,
 * }} Query
 *
 * What it uses of an event of the cache of queries.
 * @typedef {{ type: string, query: Query, action?: { type: string, manual?: boolean } }} QueryEvent
 *
 * What it uses of a `QueryClient`.
 * @typedef {{
 *   getQueryCache(): {
 *     find(filters: { queryKey: readonly unknown[] }): Query | undefined,
 *     subscribe(listener: (event: QueryEvent) => void): () => void,
 *   },
 *   getQueryState(key: readonly unknown[]): { dataUpdatedAt: number } | undefined,
 *   setQueryData(key: readonly unknown[], data: unknown, options: { updatedAt: number }): unknown,
 * }} QueryClient
 *
 * @typedef {object} KeyFilters
 * @property {readonly unknown[]} [queryKey] only queries whose keys begin with it; default all
 * @property {boolean} [exact] only the query with this very key
 *
 * @typedef {object} PersisterEvents
 * @property {CustomEvent<ApusError>} error
 * @property {CustomEvent<ApusError>} degraded
 */

/** @typedef {import("../core/event-types.js").TypedTarget<PersisterEvents>} Target */

/**
 * Keeps each query of TanStack Query 5 in a store of its own entry, and restores it when it is first
 * used. Its functions may be taken off it: they need no `this`.
 *
 * No failure of storage reaches a query: it is fetched, as without a persister. Events:
 * - `error` ApusError: `NOT_ENCODABLE` a query could not be serialized; `CORRUPT` an entry was
 *   damaged, and is deleted; and those of `Store`
 * - `degraded` ApusError: storage does not work (`QUOTA_EXCEEDED` and others, see `Store`), so that
 *   changes stay in memory until it does; or the store could not be opened: `WASM_UNAVAILABLE`,
 *   `STORE_UNAVAILABLE` its code did not load, `OPTIONS_CONFLICT` it is open with others
 */
export class QueryPersister extends /** @type {new () => Target} */ (EventTarget) {
  #entries;
  #refetch;
  #filter;
  /** While `restoreQueries` sets data, which need not be written again. */
  #restoring = false;

  /** Use `createPersister`. @param {PersisterOptions} options */
  constructor(options) {
    super();
    const { refetchOnRestore = true, filter = () => true } = options;
    this.#refetch = refetchOnRestore;
    this.#filter = filter;
    this.#entries = new Entries(entriesOptions(options), (type, detail) =>
      this.dispatchEvent(new CustomEvent(type, { detail })),
    );
  }

  /**
   * The `persister` of a query, or of all in `defaultOptions`: a query without data gets those on
   * disk; else it is fetched, and the result is written.
   * Rejects as `queryFn`.
   * @type {<T, Context>(queryFn: (context: Context) => T | Promise<T>, context: Context, query: Query) => Promise<T>}
   */
  persisterFn = async (queryFn, context, query) => {
    const chosen = this.#filter(query);
    if (chosen && query.state.data === undefined) {
      const restored = await this.#entries.read(query.queryHash);
      if (restored?.state.data !== undefined) {
        // The query takes the data in a microtask, and for new; then it learns how old they are.
        setTimeout(() => this.#restored(query, restored));
        return /** @type {any} */ (restored.state.data);
      }
    }
    const data = await queryFn(context);
    if (chosen) setTimeout(() => this.#write(query)); // by then the query has them
    return data;
  };

  /**
   * Writes a query now. @param {Query} query
   * @returns {Promise<boolean>} whether it is on the disk
   */
  persistQuery = (query) => {
    this.#write(query);
    return this.flush();
  };

  /**
   * @param {readonly unknown[]} queryKey @param {QueryClient} queryClient
   * @returns {Promise<boolean>} whether it is on the disk; false when the client has no such query
   */
  persistQueryByKey = async (queryKey, queryClient) => {
    const query = queryClient.getQueryCache().find({ queryKey });
    return query ? this.persistQuery(query) : false;
  };

  /** The data on disk. @type {<T = unknown>(queryHash: string) => Promise<T | undefined>} */
  retrieveQuery = async (queryHash) =>
    /** @type {any} */ ((await this.#entries.read(queryHash))?.state.data);

  /**
   * Writes each change that the client's queries get without `queryFn`, by `setQueryData`: O(1) a
   * change. @param {QueryClient} queryClient @returns {() => void} ends it
   */
  follow = (queryClient) =>
    queryClient.getQueryCache().subscribe(({ type, action, query }) => {
      const set = type === "updated" && action?.type === "success" && action.manual === true;
      if (set && !this.#restoring && this.#filter(query)) this.#write(query);
    });

  /**
   * Brings queries from the disk into the client, in slices of a few ms. Newer data of the client
   * stay. @param {QueryClient} queryClient @param {KeyFilters} [filters]
   * @returns {Promise<number>} how many were restored
   */
  restoreQueries = async (queryClient, filters = {}) => {
    let count = 0;
    for await (const { queryKey, state } of this.#entries.all()) {
      if (!matches(queryKey, filters) || state.data === undefined) continue;
      const { dataUpdatedAt: updatedAt } = state;
      if ((queryClient.getQueryState(queryKey)?.dataUpdatedAt ?? -1) >= updatedAt) continue;
      this.#restoring = true;
      try {
        queryClient.setQueryData(queryKey, state.data, { updatedAt });
      } finally {
        this.#restoring = false;
      }
      count++;
    }
    return count;
  };

  /** Deletes queries on disk. @param {KeyFilters} [filters] @returns {Promise<void>} */
  removeQueries = async (filters = {}) => {
    if (filters.queryKey === undefined) return this.#entries.clear();
    for await (const { queryKey, queryHash } of this.#entries.all()) {
      if (matches(queryKey, filters)) this.#entries.remove(queryHash);
    }
  };

  /**
   * Deletes entries of another `buster`, and those that are too old. The latter also go by
   * themselves, when the store is compacted. O(store), in slices. @returns {Promise<void>}
   */
  persisterGc = async () => {
    for await (const _ of this.#entries.all());
  };

  /** @returns {Promise<boolean>} whether all changes so far are on the disk */
  flush = () => this.#entries.flush();

  /** Flushes and frees; queries are fetched from then on. Idempotent. @returns {Promise<void>} */
  close = () => this.#entries.close();

  [dispose]() {
    this.close().catch(() => {});
  }

  /** @param {Query} query */
  #write({ queryHash, queryKey, state }) {
    if (state.data !== undefined) this.#entries.write({ queryHash, queryKey, state });
  }

  /** @param {Query} query @param {PersistedQuery} restored */
  #restored(query, { state: { dataUpdatedAt, errorUpdatedAt = 0 } }) {
    query.setState({ dataUpdatedAt, errorUpdatedAt });
    const refetch = this.#refetch;
    // The query itself reports the failure.
    if (refetch === "always" || (refetch && query.isStale())) query.fetch().catch(() => {});
  }
}

/**
 * A persister for single queries, on a store that opens at the first use.
 * @param {PersisterOptions} [options]
 * @returns {QueryPersister}
 * @throws {TypeError | RangeError} for a bad option
 */
export function createPersister(options = {}) {
  checkPersister("createPersister", options);
  return new QueryPersister(options);
}

/**
 * Whether a key passes the filters, as in TanStack Query: arrays and objects match those that they
 * are a part of; with `exact`, only their equals.
 * @param {readonly unknown[]} key @param {KeyFilters} filters
 */
function matches(key, { queryKey, exact = false }) {
  if (queryKey === undefined) return true;
  return contains(key, queryKey) && (!exact || contains(queryKey, key));
}

/** @param {any} whole @param {any} part @returns {boolean} */
function contains(whole, part) {
  if (whole === part) return true;
  if (typeof whole !== "object" || typeof part !== "object" || !whole || !part) return false;
  return Object.keys(part).every((name) => contains(whole[name], part[name]));
}
