import { checkOptions, duration, func, integerIn, numberIn, oneOf, string } from "../core/check.js";

export const policies = ["lru"];

/** Bytes of one entry: what fits 32 bits. */
const size = integerIn(0, 0xffffffff);
const priority = integerIn(0, 15);
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

const open = {
  ...budgets,
  ttl: lifetime,
  policy: oneOf(policies),
  heap: oneOf(["js"]),
  sizeOf: func,
  now: func,
  persist,
};

const entry = { ttl: lifetime, size, priority, tags };

/** @param {object} options */
export const checkOpen = (options) => checkOptions("Cache.open", options, open);
/** @param {object} options */
export const checkResize = (options) => checkOptions("resize", options, budgets);
/** @param {object} options */
export const checkSet = (options) => checkOptions("set", options, entry);
/** @param {unknown} value what `sizeOf` returned */
export const checkSize = (value) => size(value, "sizeOf: its result");
/** @param {unknown} key @param {string} where */
export const checkKey = (key, where) => string(key, `${where}: key`);
export { duration };
