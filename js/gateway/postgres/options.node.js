import { boolean, checkOptions, func, integerIn, string } from "../../core/check.js";

/** A row with all its columns, as JSON. @typedef {Record<string, unknown>} Row */

/**
 * @typedef {object} Table
 * @property {string | string[]} key columns that name a row
 * @property {string[]} columns that may leave the gateway
 * @property {string | ((row: Row) => string)} channel of its events
 * @property {(row: Row) => unknown} [where] which rows have events; default: all. It sees all columns
 * @property {string} [filter] the same in SQL, applied by PostgreSQL 15 or later
 * @property {string[] | ((row: Row) => string[])} [tags] to invalidate when the row changes
 * @property {string[] | ((row: Row) => string[])} [invalidate] keys of values to delete then
 */

/**
 * @typedef {object} PostgresOptions
 * @property {string} url `postgres://user:password@host:port/database`; the role needs REPLICATION
 * @property {string} slot name of the replication slot; gateways with the same slot share the work
 * @property {string} publication
 * @property {Record<string, Table>} tables by name, or by `schema.name` outside of `public`
 * @property {boolean} [create] whether to create what is missing; default: no, and `postgres` rejects
 *   with the SQL to run
 * @property {number} [keep] events that a channel keeps; default 10,000
 * @property {number} [timeout] ms without a sign of the server until the connection counts as lost;
 *   default 10,000
 * @property {(lost: Lost) => unknown} [onLost] changes may be missing
 * @property {(error: Error & { code?: string }) => unknown} [onError] what failed; the source goes on
 */

/**
 * Why changes may be missing: the slot is gone or was invalidated (`slot`), it was advanced or made
 * again while no gateway heard it (`skipped`), it is another server (`server`), or the
 * server's history is another: a standby took over, or a backup was restored (`timeline`).
 * @typedef {{ reason: "slot" | "skipped" | "server" | "timeline", channels: number }} Lost
 */

const WHERE = "postgres";

/** @type {Record<string, (value: any, name: string) => void>} */
const checks = {
  url: urlCheck,
  slot: (value, name) => matching(value, name, /^[a-z0-9_]{1,63}$/, "letters a-z, digits and _"),
  publication: (value, name) => matching(value, name, /^[^\0]{1,63}$/, "a name"),
  tables: tablesCheck,
  create: boolean,
  keep: integerIn(1, 1e9),
  timeout: integerIn(100, 3_600_000),
  onLost: func,
  onError: func,
};

/** @type {Record<string, (value: any, name: string) => void>} */
const tableChecks = {
  key: (value, name) => names(typeof value === "string" ? [value] : value, name),
  columns: names,
  channel: (value, name) => typeof value === "function" || channelCheck(value, name),
  where: func,
  filter: string,
  tags: namesOrFunction,
  invalidate: namesOrFunction,
};

/**
 * @param {PostgresOptions} options
 * @throws {TypeError | RangeError} that names the argument
 */
export function checkPostgres(options) {
  checkOptions(WHERE, options, checks);
  required(options, ["url", "slot", "publication", "tables"], WHERE);
}

/** Text that may name a channel. @param {unknown} name */
export const isChannel = (name) =>
  typeof name === "string" && /^[^#\p{Cc}][^\p{Cc}]*$/u.test(name) && name.length <= 256;

/** @param {any} value @param {string} name */
function tablesCheck(value, name) {
  if (value === null || typeof value !== "object" || Object.keys(value).length === 0) {
    throw new TypeError(`${name} must be an object with a table`);
  }
  for (const [table, options] of Object.entries(value)) {
    const where = `${name}["${table}"]`;
    matching(table, where, /^[^.\0]{1,63}(?:\.[^.\0]{1,63})?$/, "a name, or schema.name");
    checkOptions(where, options, tableChecks);
    required(options, ["key", "columns", "channel"], where);
  }
}

/** @param {any} options @param {string[]} list @param {string} where */
function required(options, list, where) {
  for (const name of list) {
    if (options[name] === undefined) throw new TypeError(`${where}: ${name} is missing`);
  }
}

/** @param {any} value @param {string} name */
function urlCheck(value, name) {
  const { protocol = "" } = URL.canParse(value) ? new URL(value) : {};
  if (!/^postgres(?:ql)?:$/.test(protocol)) {
    throw new TypeError(`${name} must be a URL that begins with postgres://`);
  }
}

/** @param {any} value @param {string} name */
function names(value, name) {
  const fine = (/** @type {unknown} */ it) => typeof it === "string" && it !== "";
  if (!Array.isArray(value) || value.length === 0 || !value.every(fine)) {
    throw new TypeError(`${name} must be a list of names`);
  }
}

/** @param {any} value @param {string} name */
function namesOrFunction(value, name) {
  if (typeof value !== "function") names(value, name);
}

/** @param {any} value @param {string} name */
function channelCheck(value, name) {
  string(value, name);
  if (!isChannel(value)) throw new RangeError(`${name} must be the name of a channel`);
}

/** @param {any} value @param {string} name @param {RegExp} pattern @param {string} what */
function matching(value, name, pattern, what) {
  string(value, name);
  if (!pattern.test(value)) throw new RangeError(`${name} must be ${what}, got "${value}"`);
}
