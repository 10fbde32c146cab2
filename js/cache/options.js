import {
  abortSignal,
  checkOptions,
  func,
  integerIn,
  numberIn,
  oneOf,
  string,
} from "../core/check.js";

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
  for (const tag of value) string(tag, `${name}: a tag`);
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
