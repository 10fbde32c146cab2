/**
 * Values, keys and tags as the text that segments hold.
 */

// The meaning of an entry for its key: `Kind` in include/apus/store/format.h.
export {
  KIND_CLEAR as CLEAR,
  KIND_DELETED as DELETED,
  KIND_RAW as RAW,
  KIND_TAG as TAG,
  KIND_TEXT as TEXT,
} from "../../dist/layout.js";

/**
 * A change that is not on the disk yet.
 * @typedef {object} Change
 * @property {number} kind
 * @property {string} key
 * @property {unknown} value
 * @property {number} stamp
 * @property {number} expiresAt ms since 1970, 0 for never
 * @property {string[]} tags
 * @property {number} priority
 */

/**
 * A change without a value.
 * @param {number} kind @param {string} key @param {number} stamp
 * @returns {Change}
 */
export function control(kind, key, stamp) {
  return { kind, key, value: undefined, stamp, expiresAt: 0, tags: [], priority: 0 };
}

/**
 * @param {unknown} value
 * @returns {string} its JSON
 * @throws {TypeError} naming the place, when JSON would not preserve the value
 */
export function encode(value) {
  let place;
  try {
    place = difference(value);
  } catch (cause) {
    JSON.stringify(value); // its error names the cycle
    throw cause;
  }
  if (place) throw new TypeError(`JSON would change value${place}`);
  return JSON.stringify(value);
}

/**
 * Where JSON would change a value: a path and the value there, or `undefined`. It checks
 * only the parts that can change, in an eighth of the time of `JSON.stringify`; a replacer
 * takes three times as long. Symbols, properties that are inherited or not enumerable,
 * and named properties of arrays do not count.
 * @param {any} value
 * @returns {string | undefined}
 */
function difference(value) {
  if (typeof value === "number") {
    if (value - value === 0 && (value !== 0 || 1 / value > 0)) return undefined;
    return ` (${Object.is(value, -0) ? "-0" : value})`;
  }
  if (typeof value === "string" || typeof value === "boolean" || value === null) return undefined;
  if (typeof value === "object") {
    const prototype = Object.getPrototypeOf(value);
    if (Array.isArray(value) && Array.isArray(prototype)) {
      for (let i = 0; i < value.length; i++) {
        const place = difference(value[i]);
        if (place) return `[${i}]${place}`;
      }
      return undefined;
    }
    // An object without a prototype, or of another window, is plain as well.
    if (prototype === Object.prototype || !(prototype && Object.getPrototypeOf(prototype))) {
      for (const name in value) {
        const place = difference(value[name]);
        if (place && Object.hasOwn(value, name)) return `[${JSON.stringify(name)}]${place}`;
      }
      return undefined;
    }
  }
  return ` (${value?.constructor?.name ?? value})`;
}

const ODD = /[\p{Cs}\u{10ffff}]/u;
const MARK = "\u{10ffff}"; // never a character

/**
 * A key or tag as text that UTF-8 can hold. One with half a surrogate pair, which UTF-8 cannot
 * distinguish from another, becomes marked JSON.
 * @param {string} name
 */
export function toText(name) {
  return ODD.test(name) ? MARK + JSON.stringify(name) : name;
}

/** @param {string} text of `toText` */
export function fromText(text) {
  if (!text.startsWith(MARK)) return text;
  try {
    return String(JSON.parse(text.slice(MARK.length)));
  } catch {
    return text; // not written by `toText`
  }
}
