import { checkOptions, func } from "../core/check.js";
import { checkLive } from "./live/options.node.js";
import { defaultLimits } from "./requests.node.js";
import { sourcesCheck } from "./sources.node.js";
import { checkTenants, secretCheck, tablesCheck } from "./tables-http.node.js";

/**
 * Something that a request wants to do.
 * @typedef {object} Action
 * @property {"read" | "write" | "delete" | "invalidate" | "log" | "metrics" | "subscribe" | "publish" | "presence" | "history" | "state" | "lock" | "services" | "service" | "table"} kind
 * @property {string[]} keys of the values; empty for the others
 * @property {string[]} tags and prefixes that `invalidate` names
 * @property {string} [channel] that a client of `live` asks for; of `state`, `lock`, `service` and
 *   `services`: the name
 * @property {boolean} [write] of `state` and `table`: whether it is changed
 * @property {string} [table] name of the table
 */

/**
 * @typedef {object} GatewayOptions
 * @property {"memory" | import("./engine.node.js").Engine} [engine] where values and the log live;
 *   default: this process's memory
 * @property {Record<string, import("./loads.node.js").Loader>} [load] by glob of keys
 * @property {(request: Request, action: Action, user?: import("./live/options.node.js").User) => boolean | Promise<boolean>} [authorize]
 *   `user`: of the client's token, for actions with a channel; default: reading values and tables, and
 *   subscribing to channels, is allowed, everything else is refused
 * @property {string} [base] path before all others; default `/apus/`
 * @property {import("./headers.node.js").Edge} [edge]
 * @property {import("./requests.node.js").Limits} [limits]
 * @property {import("./rate.node.js").Rate} [rate] default: no limit
 * @property {import("./purge/adapters.node.js").PurgeAdapter[]} [purge] CDNs to purge when values change
 * @property {import("./sources.node.js").Source[]} [sources] whose changes become events of channels
 * @property {number} [loadTimeout] ms; default 10,000
 * @property {Record<string, import("./postgres/tables/spec.node.js").Table>} [tables] by their names
 *   in addresses, such as `postgresTable` and `memoryTable` return
 * @property {(request: Request) => unknown} [user] who asks for tables: their `tenant` and `authorize`
 *   get it
 * @property {string} [secret] signs the cursors of tables, 32 characters or more; default: a random
 *   one, which no other gateway takes
 * @property {import("./live/options.node.js").LiveOptions} [live] channels; default: none
 */

/** @type {Record<string, (value: any, name: string) => void>} */
const checks = {
  engine: engineCheck,
  load: loadersCheck,
  authorize: func,
  base: baseCheck,
  edge: (value, name) => checkOptions(name, value, { maxAge: ms, staleWhileRevalidate: ms }),
  limits: (value, name) =>
    checkOptions(
      name,
      value,
      Object.fromEntries(Object.keys(defaultLimits).map((key) => [key, count])),
    ),
  rate: rateCheck,
  purge: adaptersCheck,
  sources: sourcesCheck,
  loadTimeout: ms,
  live: checkLive,
  tables: tablesCheck,
  user: func,
  secret: secretCheck,
};

/** What is allowed without `authorize`. @param {Action} action */
export const isReading = ({ kind, write }) =>
  kind === "read" || kind === "log" || (kind === "table" && !write);

/** @param {GatewayOptions} options */
export function checkGateway(options) {
  checkOptions("Gateway.open", options, checks);
  checkTenants(options);
}

/** @param {unknown} value @param {string} name */
function ms(value, name) {
  if (typeof value !== "number") throw new TypeError(`${name} must be a number of milliseconds`);
  if (!(value >= 0)) throw new RangeError(`${name} must be 0 or more, got ${value}`);
}

/** @param {unknown} value @param {string} name */
function count(value, name) {
  if (typeof value !== "number") throw new TypeError(`${name} must be a number`);
  if (!(Number.isInteger(value) && value > 0))
    throw new RangeError(`${name} must be 1 or more, got ${value}`);
}

/** @param {any} value @param {string} name */
function engineCheck(value, name) {
  if (value !== "memory" && typeof value?.read !== "function") {
    throw new TypeError(`${name} must be "memory" or an engine`);
  }
}

/** The loaders themselves are checked where they are compiled. @param {any} value @param {string} name */
function loadersCheck(value, name) {
  if (value === null || typeof value !== "object") throw new TypeError(`${name} must be an object`);
}

/** @param {any} value @param {string} name */
function baseCheck(value, name) {
  if (typeof value !== "string" || !/^\/(?:[\w.~-]+\/)*$/.test(value)) {
    throw new TypeError(`${name} must be a path that begins and ends with "/"`);
  }
}

/** @param {any} value @param {string} name */
function rateCheck(value, name) {
  checkOptions(name, value, { perSecond: positive, burst: count, client: func });
  if (value.perSecond === undefined) throw new TypeError(`${name} needs perSecond`);
}

/** @param {unknown} value @param {string} name */
function positive(value, name) {
  ms(value, name);
  if (value === 0) throw new RangeError(`${name} must be more than 0`);
}

/** @param {any} value @param {string} name */
function adaptersCheck(value, name) {
  const fine = (/** @type {any} */ adapter) =>
    typeof adapter?.name === "string" &&
    adapter.batch >= 1 &&
    typeof adapter.purge === "function" &&
    typeof adapter.purgeAll === "function";
  if (!Array.isArray(value) || !value.every(fine)) {
    throw new TypeError(`${name} must be a list of { name, batch, purge, purgeAll }`);
  }
  const names = value.map((adapter) => adapter.name);
  if (new Set(names).size < names.length) throw new TypeError(`${name}: two have the same name`);
}
