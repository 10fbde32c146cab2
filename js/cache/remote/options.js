import { checkOptions, duration, func, numberIn, oneOf } from "../../core/check.js";
import { lifetime } from "../options.js";

/** The levels of a cache, the nearest first. `edge` and `remote` are asked by one request. */
export const LEVELS = /** @type {const} */ (["memory", "disk", "remote"]);

/** @typedef {typeof LEVELS[number]} Level */

/** Where values go that were asked for: they need not be sent. @type {readonly Level[]} */
export const PAGE = ["memory", "disk"];

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

/** @typedef {{ remote: RemoteOptions }} WithRemote */

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

/** @typedef {import("../options.js").EntryOptions & LevelOptions} SetOptions */
/** @typedef {import("../options.js").FetchOptions & LevelOptions & StatusOptions} RemoteFetchOptions */

/**
 * Counts of a level since `open()`; the times, in ms, are of its last 512 answers.
 * @typedef {object} LevelStats
 * @property {number} hits @property {number} misses @property {number} errors
 * @property {number} bytes kept in memory and on disk; received from the others
 * @property {number} p50 @property {number} p95 @property {number} p99
 */

/**
 * What a cache with a gateway has that others do not.
 * @template [Value=unknown]
 * @typedef {object} RemoteMethods
 * @property {(key: string, value: Value, options?: SetOptions) => RemoteCache<Value>} set as
 *   `Cache.set`, in these levels; `flush` waits for the gateway's answer
 * @property {(entries: Iterable<[string, Value]>, options?: SetOptions) => RemoteCache<Value>} setMany
 * @property {<Result extends Value | undefined>(key: string, loader?: import("../flights.js").Loader<Result>, options?: RemoteFetchOptions) => Promise<Result | Value | undefined>} fetch
 *   the value from the first level that has it: memory, disk, the caches on the way, the gateway, the
 *   loader. It is kept in this page for as long as each level keeps entries and the gateway allows;
 *   a loader's result goes to the gateway only if `levels` names `remote`. `undefined` when no level
 *   has it; rejects with an `ApusError` when the gateway has to be asked and does not answer, or with
 *   the loader's error.
 * @property {(what: Iterable<string> | string) => Promise<number>} warm brings entries into memory:
 *   keys from disk or else from the gateway in batches; a string names the beginning of keys on disk.
 *   Resolves with their number.
 * @property {() => Promise<boolean>} catchUp asks the gateway for changes now; whether all changes
 *   before the call are known
 * @property {() => ReturnType<import("../cache.js").Cache["stats"]> & { levels: { memory: LevelStats, disk?: LevelStats, edge: LevelStats, remote: LevelStats & { down?: string } } }} stats
 *   `down`: the code of the failure while the gateway does not answer
 */

/**
 * @template [Value=unknown]
 * @typedef {RemoteMethods<Value> & import("../cache.js").Cache<Value>} RemoteCache
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
