import { checkOptions, duration, func, numberIn, oneOf } from "../../core/check.js";
import { lifetime } from "../options.js";

/** The levels of a cache, the nearest first. `edge` and `remote` are asked by one request. */
export const LEVELS = /** @type {const} */ (["memory", "disk", "remote"]);

/** @typedef {typeof LEVELS[number]} Level */

/**
 * A gateway behind the cache, and the caches of a CDN on the way to it.
 * @typedef {object} RemoteOptions
 * @property {string | URL} url the gateway's base, such as "/apus/"; relative to the page
 * @property {number} [ttl] ms for which values written by this page live there; default: for ever
 * @property {number} [timeout] ms for an answer; default 10,000
 * @property {typeof fetch} [fetch] instead of the platform's, for example to add headers
 * @property {number} [fastest] ms between two questions for changes while something happens; default 1,000
 * @property {number} [slowest] ms between them while nothing happens; default 30,000
 */

/**
 * How a call was answered; `fetch` fills it in.
 * @typedef {object} Status
 * @property {"memory" | "disk" | "edge" | "remote" | "loader" | "none"} [level] that had the value
 * @property {boolean} [stale] it is known to be old: a newer one loads, or could not be had
 * @property {boolean} [offline] the gateway does not answer, so changes are not heard at present
 */

/**
 * @typedef {object} LevelOptions
 * @property {readonly Level[]} [levels] the levels to use; default: all
 *
 * @typedef {{ status?: Status }} StatusOptions
 */

/** @param {any} value @param {string} name */
function url(value, name) {
  try {
    if (typeof value !== "string" && !(value instanceof URL)) throw 0;
    const { protocol } = new URL(value, globalThis.document?.baseURI ?? "http://localhost/");
    if (/^https?:$/.test(protocol)) return;
  } catch {}
  throw new TypeError(`${name} must be a URL of http or https, got ${String(value)}`);
}

/** @type {Record<keyof RemoteOptions, import("../../core/check.js").Check>} */
const checks = {
  url,
  ttl: lifetime,
  timeout: numberIn(1, 0x7fffffff),
  fetch: func,
  fastest: duration,
  slowest: duration,
};

/** @param {any} remote @throws {TypeError | RangeError} */
export function checkRemote(remote) {
  checkOptions("Cache.open: remote", remote, checks);
  url(remote.url, "Cache.open: remote: url");
}

const level = oneOf(LEVELS);

/** @param {any} value @param {string} name */
export function levels(value, name) {
  if (!Array.isArray(value) || value.length === 0) {
    throw new TypeError(`${name} must be an array of levels: ${LEVELS.join(", ")}`);
  }
  for (const each of value) level(each, `${name}: a level`);
}

/** @param {any} value @param {string} name */
export function status(value, name) {
  if (typeof value !== "object" || value === null) throw new TypeError(`${name} must be an object`);
}

