import {
  CACHE_ADAPTIVE,
  CACHE_FIFO,
  CACHE_LRU,
  CACHE_S3_FIFO,
  CACHE_SIEVE,
  CACHE_W_TINY_LFU,
} from "../../dist/layout.js";
import { checkOptions, func, integerIn, numberIn, oneOf, string } from "../core/check.js";

/** @typedef {"lru" | "fifo" | "sieve" | "s3-fifo" | "w-tinylfu" | "adaptive"} PolicyName */

/**
 * @template [Value=unknown]
 * @typedef {object} CacheOptions
 * @property {number} [maxEntries] default: no limit
 * @property {number} [maxBytes] default: no limit
 * @property {number} [ttl] ms an entry lives; default: for ever
 * @property {number} [staleWhileRevalidate] ms after that in which `fetch` still serves the old
 *   value while it loads a new one; default 0
 * @property {PolicyName} [policy] which entry to evict when a budget is full; default `lru`, exact;
 *   `adaptive` follows the policy that does best now
 * @property {"js" | "wasm"} [heap] where values live: as they are, or as bytes in linear memory
 * @property {"json" | "string" | "bytes"} [codec] how values become bytes in `heap: "wasm"`; default `json`
 * @property {(value: Value, key: string) => number} [sizeOf] bytes of an entry, instead of the
 *   estimate (js/cache/size.js)
 * @property {() => number} [now] ms since the epoch, instead of `Date.now`; called at every hit with
 *   a deadline
 * @property {boolean | PersistOptions} [persist] keep a copy in IndexedDB
 * @property {import("./remote/options.js").RemoteOptions} [remote] a gateway behind the cache
 *
 * @typedef {object} PersistOnly
 * @property {boolean} [preload] `open()` waits until all entries are in memory
 * @property {number} [ttl] with `remote`: ms for which the disk keeps an entry; default: the cache's
 *
 * @typedef {PersistOnly & import("../store/options.js").StoreOptions} PersistOptions
 *
 * @typedef {object} EntryOptions
 * @property {number} [ttl] ms this entry lives, instead of the cache's
 * @property {number} [staleWhileRevalidate] instead of the cache's
 * @property {number} [size] its bytes, instead of `sizeOf` or the estimate
 * @property {number} [priority] 0-15: how many evictions it survives after its last use; default 0
 * @property {string[]} [tags]
 *
 * @typedef {object} LoadOptions
 * @property {number} [negativeTtl] ms for which a loader's error is repeated without another try;
 *   default 0
 * @property {AbortSignal} [signal] ends this caller's wait
 *
 * @typedef {EntryOptions & LoadOptions} FetchOptions
 */

/** The core's numbers for policies, in ascending order. */
export const policies = {
  lru: CACHE_LRU,
  fifo: CACHE_FIFO,
  sieve: CACHE_SIEVE,
  "s3-fifo": CACHE_S3_FIFO,
  "w-tinylfu": CACHE_W_TINY_LFU,
  adaptive: CACHE_ADAPTIVE,
};

/** The policies at their numbers. */
export const kinds = /** @type {PolicyName[]} */ (Object.keys(policies));

/** Bytes of one entry, in 32 bits. */
const size = integerIn(0, 0xffffffff);
/** A lifetime in ms; `Infinity` for no end. */
export const lifetime = numberIn(0, Number.POSITIVE_INFINITY);

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
  if (value.includes("\0")) throw new TypeError(`${name} must not contain NUL`);
}

/** @param {any} value @param {string} name */
function persist(value, name) {
  if (typeof value !== "boolean" && (typeof value !== "object" || value === null)) {
    throw new TypeError(`${name} must be true, false or an object`);
  }
}

/** Its content is checked by the code that it loads. @param {any} value @param {string} name */
function object(value, name) {
  if (typeof value !== "object" || value === null) throw new TypeError(`${name} must be an object`);
}

const budgets = { maxEntries: budget, maxBytes: budget };
/** @type {(value: unknown, name: string) => void} */
export const checkPolicy = oneOf(kinds);

const open = {
  ...budgets,
  policy: checkPolicy,
  ttl: lifetime,
  staleWhileRevalidate: lifetime,
  heap: oneOf(["js", "wasm"]),
  codec: oneOf(["bytes", "string", "json"]),
  sizeOf: func,
  now: func,
  persist,
  remote: object,
};

export const entry = {
  ttl: lifetime,
  staleWhileRevalidate: lifetime,
  size,
  priority: integerIn(0, 15),
  tags,
};

/** @param {string} name @param {object} options */
export function checkOpen(name, options) {
  string(name, "Cache.open: name");
  checkOptions("Cache.open", options, open);
}
/** @param {object} options */
export const checkResize = (options) => checkOptions("resize", options, budgets);
/** @param {object} options */
export const checkSet = (options) => checkOptions("set", options, entry);
/** @param {unknown} key @param {string} where */
export const checkKey = (key, where) => string(key, `${where}: key`);
