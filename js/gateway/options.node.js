import { checkOptions, func } from "../core/check.js";
import { defaultLimits } from "./requests.node.js";

/**
 * Something that a request wants to do.
 * @typedef {object} Action
 * @property {"read" | "write" | "delete" | "invalidate" | "log"} kind
 * @property {string[]} keys of the values; empty for `log` and `invalidate`
 * @property {string[]} tags and prefixes that `invalidate` names
 */

/**
 * @typedef {object} GatewayOptions
 * @property {"memory" | import("./engine.node.js").Engine} [engine] where values and the log live;
 *   default: this process's memory
 * @property {Record<string, import("./loads.node.js").Loader>} [load] by glob of keys
 * @property {(request: Request, action: Action) => boolean | Promise<boolean>} [authorize] default:
 *   reading is allowed, everything else is refused
 * @property {string} [base] path before all others; default `/apus/`
 * @property {import("./headers.node.js").Edge} [edge]
 * @property {import("./requests.node.js").Limits} [limits]
 * @property {number} [loadTimeout] ms; default 10,000
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
  loadTimeout: ms,
};

/** @param {GatewayOptions} options */
export const checkGateway = (options) => checkOptions("Gateway.open", options, checks);

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
