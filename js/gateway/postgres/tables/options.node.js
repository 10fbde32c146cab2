import { checkOptions, func, integerIn, string } from "../../../core/check.js";

/** @typedef {Record<string, unknown>} Row */
/** Columns that a user's rows have, and their values. @typedef {Record<string, unknown>} Tenant */

/**
 * The part of `pg`'s client that tables use.
 * @typedef {object} Client
 * @property {(query: string | object) => Promise<{ rows: Row[] }>} query
 * @property {(event: "error", listener: (error: Error) => void) => unknown} on
 * @property {(event: "error", listener: (error: Error) => void) => unknown} off
 * @property {(broken?: boolean | Error) => void} release
 */

/**
 * The part of `pg`'s pool that tables use.
 * @typedef {object} Pool
 * @property {() => Promise<Client>} connect
 * @property {number} totalCount
 * @property {number} idleCount
 * @property {number} waitingCount
 */

/**
 * What a table lets out and takes in. Only the names of these lists ever get into SQL.
 * @typedef {object} TableOptions
 * @property {string[]} columns that requests may read
 * @property {string} [key] column that names a row, not null; default "id"
 * @property {string[]} [filters] columns that `where` may compare
 * @property {Record<string, string[]>} [orders] by name: `"population desc nulls last"`, …; the key
 *   comes last, and is added where it is missing. Default: by the key alone
 * @property {string[]} [search] columns of text that `search` looks into
 * @property {string} [language] of the search, as PostgreSQL names it; default "simple"
 * @property {string[]} [write] columns that requests may set; default: none
 * @property {(user: never) => Tenant} [tenant] the user that the gateway's option `user` names sees and changes rows with these values only
 * @property {number} [pageMax] rows of a page; default 500
 * @property {number} [offsetMax] ordinal up to which a jump counts rows; beyond, it is estimated from a
 *   sample. Default 10,000
 * @property {Pool[]} [replicas] answer reads; `Cache-Control: no-cache` asks the pool itself
 * @property {number} [timeout] ms of a statement; default 10,000
 * @property {number} [slow] ms from which a statement counts as slow; default 200
 * @property {number} [plans] ms between two EXPLAINs of slow statements, whose plans the metrics count; default 10,000
 * @property {(slow: { sql: string, ms: number }) => void} [onSlow] without the values
 */

/** @type {Record<string, (value: any, name: string) => void>} */
const checks = {
  columns: names,
  key: nameCheck,
  filters: names,
  orders: ordersCheck,
  search: names,
  language: (value, name) => {
    string(value, name);
    if (!/^\w{1,63}$/.test(value)) throw new RangeError(`${name} must be a word, got "${value}"`);
  },
  write: names,
  tenant: func,
  pageMax: integerIn(1, 10_000),
  offsetMax: integerIn(0, 1e9),
  replicas: (value, name) => {
    if (!Array.isArray(value)) throw new TypeError(`${name} must be a list of pools`);
    for (const pool of value) poolCheck(pool, name);
  },
  timeout: integerIn(1, 3_600_000),
  slow: integerIn(0, 3_600_000),
  plans: integerIn(0, Number.MAX_SAFE_INTEGER),
  onSlow: func,
};

/**
 * @param {string} where the public function
 * @param {TableOptions} options
 * @throws {TypeError | RangeError} that names the argument
 */
export function checkTable(where, options) {
  checkOptions(where, options, checks);
  if (!options.columns?.length) throw new TypeError(`${where}: columns must name one or more`);
}

/** @param {any} pool @param {string} name */
export function poolCheck(pool, name) {
  if (typeof pool?.connect !== "function" || typeof pool.query !== "function") {
    throw new TypeError(`${name} must be a Pool of the package pg`);
  }
}

/** @param {unknown} value @param {string} name */
function nameCheck(value, name) {
  string(value, name);
  const text = /** @type {string} */ (value);
  if (!/^[^\0]+$/.test(text) || Buffer.byteLength(text) > 63) {
    throw new RangeError(`${name} must be a name of 1 to 63 bytes, got "${text}"`);
  }
}

/** @param {unknown} value @param {string} name */
function names(value, name) {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be a list of columns`);
  for (const item of value) nameCheck(item, name);
}

/** @param {any} value @param {string} name */
function ordersCheck(value, name) {
  if (value === null || typeof value !== "object") {
    throw new TypeError(`${name} must be an object with lists of columns`);
  }
  for (const [order, terms] of Object.entries(value)) {
    names(terms, `${name}.${order}`);
    for (const term of terms) termOf(term, `${name}.${order}`);
  }
}

/** One column of an order. @typedef {{ column: string, desc: boolean, nullsFirst: boolean }} Term */

/** Nulls count as larger than everything, as in PostgreSQL. @param {string} text @param {string} [name] @returns {Term} */
export function termOf(text, name = "order") {
  const [, column, direction = "asc", nulls] =
    /^(.+?)(?:\s+(asc|desc))?(?:\s+nulls\s+(first|last))?$/i.exec(text) ?? [];
  if (!column) throw new RangeError(`${name}: "${text}" is no column with a direction`);
  const desc = direction.toLowerCase() === "desc";
  return { column, desc, nullsFirst: nulls ? nulls.toLowerCase() === "first" : desc };
}
