import { checkOptions, func, numberIn, oneOf, string } from "../core/check.js";
import { checks } from "../store/options.js";

/** @typedef {import("./entries.js").PersistedQuery} PersistedQuery */

/**
 * @typedef {object} StorageOptions
 * @property {string} [name] of the store in IndexedDB; default "queries"
 * @property {import("../store/options.js").StoreOptions} [store] see `Store.open`
 *
 * @typedef {object} SerializeOptions
 * @property {(query: PersistedQuery) => string} [serialize] default `JSON.stringify`
 * @property {(text: string) => PersistedQuery} [deserialize] default `JSON.parse`
 *
 * @typedef {object} PerQueryOptions
 * @property {string} [buster] entries that were written with another one are dropped; default ""
 * @property {number} [maxAge] ms after which data are dropped, counted from when they were updated;
 *   default a day; `Infinity` keeps them
 * @property {boolean | "always"} [refetchOnRestore] whether a query that was restored is fetched: if
 *   its data are stale (`true`, the default), never, or always
 * @property {(query: import("./persister.js").Query) => boolean} [filter] which queries are
 *   persisted; default all
 *
 * @typedef {StorageOptions & SerializeOptions & PerQueryOptions} PersisterOptions
 * @typedef {StorageOptions & SerializeOptions} ClientPersisterOptions
 */

const storage = {
  /** @param {unknown} value @param {string} name */
  name(value, name) {
    string(value, name);
    if (value === "") throw new TypeError(`${name} must not be empty`);
  },
  /** @param {any} value @param {string} name */
  store: (value, name) => checkOptions(name, value, checks),
};
const serializing = { serialize: func, deserialize: func };
const perQuery = {
  buster: string,
  maxAge: numberIn(0, Number.POSITIVE_INFINITY),
  refetchOnRestore: oneOf(/** @type {any} */ ([true, false, "always"])),
  filter: func,
};

/** @param {string} where @param {object} options @throws {TypeError | RangeError} */
export const checkStorage = (where, options) => checkOptions(where, options, storage);
/** @param {string} where @param {object} options @throws {TypeError | RangeError} */
export const checkClient = (where, options) =>
  checkOptions(where, options, { ...storage, ...serializing });
/** @param {string} where @param {object} options @throws {TypeError | RangeError} */
export const checkPersister = (where, options) =>
  checkOptions(where, options, { ...storage, ...serializing, ...perQuery });

/**
 * The options of entries, with their defaults.
 * @param {PersisterOptions} options
 * @returns {import("./entries.js").EntriesOptions}
 */
export const entriesOptions = ({
  name = "queries",
  store = {},
  buster = "",
  maxAge = 24 * 60 * 60 * 1000,
  serialize = JSON.stringify,
  deserialize = JSON.parse,
}) => ({ name, store, buster, maxAge, serialize, deserialize });
