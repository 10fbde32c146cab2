import {
  abortSignal,
  checkOptions,
  func,
  integerIn,
  numberIn,
  oneOf,
  string,
} from "../core/check.js";

/**
 * @typedef {object} CacheOptions
 * @property {number} [maxEntries] default: no limit
 * @property {number} [maxBytes] default: no limit
 * @property {number} [ttl] ms an entry lives; default: for ever
 * @property {number} [staleWhileRevalidate] ms after that in which `fetch` still gives the old
 *   value while it loads a new one; default 0
 * @property {"lru" | "fifo" | "sieve" | "s3-fifo" | "w-tinylfu" | "adaptive"} [policy] who has to
 *   go when a budget is full; default `lru`, exact; `adaptive` follows whichever does best now
 * @property {"js" | "wasm"} [heap] where values live: as they are, or as bytes in linear memory
 * @property {"json" | "string" | "bytes"} [codec] how values become bytes in `heap: "wasm"`; default `json`
 * @property {(value: any, key: string) => number} [sizeOf] bytes of an entry, instead of the
 *   estimate (js/cache/size.js)
 * @property {() => number} [now] ms since the epoch, instead of `Date.now`; it is then asked at
 *   every hit with a deadline
 * @property {boolean | import("./disk.js").PersistOptions} [persist]
 *   keep a copy in IndexedDB; `preload` has `open()` wait until it is all in memory; other options
 *   go to the store
 *
 * @typedef {object} EntryOptions
 * @property {number} [ttl] ms this entry lives, instead of the cache's
 * @property {number} [staleWhileRevalidate] instead of the cache's
 * @property {number} [size] its bytes, instead of `sizeOf` or the estimate
 * @property {number} [priority] 0-15: how often it escapes an eviction after its last use; default 0
 * @property {string[]} [tags]
 *
 * @typedef {EntryOptions & { negativeTtl?: number, signal?: AbortSignal }} FetchOptions
 *   `negativeTtl`: ms for which a loader's error is repeated without another try; default 0.
 *   `signal` ends this caller's wait.
 */

/** Policies, at the core's numbers for them. */
export const kinds = ["lru", "fifo", "sieve", "s3-fifo", "w-tinylfu", "adaptive"];

/** Bytes of one entry: what fits 32 bits. */
const size = integerIn(0, 0xffffffff);
/** A lifetime in ms; `Infinity` for no end. */
const lifetime = numberIn(0, Number.POSITIVE_INFINITY);

/** @param {any} value @param {string} name */
function budget(value, name) {
  if (value !== Number.POSITIVE_INFINITY) integerIn(1, Number.MAX_SAFE_INTEGER)(value, name);
}

/** @param {any} value @param {string} name */
function tags(value, name) {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array of strings`);
  for (const tag of value) checkTag(tag, `${name}: a tag`);
}

/** Tags are kept with NUL between them. @param {any} value @param {string} name */
export function checkTag(value, name) {
  string(value, name);
  if (value.includes("\0")) throw new TypeError(`${name} must have no NUL`);
}

/** @param {any} value @param {string} name */
function persist(value, name) {
  if (typeof value !== "boolean" && (typeof value !== "object" || value === null)) {
    throw new TypeError(`${name} must be true, false or an object`);
  }
}

const budgets = { maxEntries: budget, maxBytes: budget };
export const policy = oneOf(kinds);

const open = {
  ...budgets,
  policy,
  ttl: lifetime,
  staleWhileRevalidate: lifetime,
  heap: oneOf(["js", "wasm"]),
  codec: oneOf(["bytes", "string", "json"]),
  sizeOf: func,
  now: func,
  persist,
};

const entry = {
  ttl: lifetime,
  staleWhileRevalidate: lifetime,
  size,
  priority: integerIn(0, 15),
  tags,
};

const load = { ...entry, negativeTtl: lifetime, signal: abortSignal };

/** @param {object} options */
export const checkOpen = (options) => checkOptions("Cache.open", options, open);
/** @param {object} options */
export const checkResize = (options) => checkOptions("resize", options, budgets);
/** @param {object} options */
export const checkSet = (options) => checkOptions("set", options, entry);
/** @param {object} options */
export const checkFetch = (options) => checkOptions("fetch", options, load);
/** @param {unknown} key @param {string} where */
export const checkKey = (key, where) => string(key, `${where}: key`);
