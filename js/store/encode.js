/**
 * Values as the text and bytes that segments hold.
 */

/** What an entry does to its key; the core's `Kind`. */
export const TEXT = 0;
export const RAW = 1;
export const DELETED = 2;
export const TAG = 3;
export const CLEAR = 4;

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
 * @throws {TypeError} when JSON would lose it: undefined, functions, symbols, BigInt, Map, Set, …
 */
export function encode(value) {
  const json = JSON.stringify(value);
  const lost = json === "{}" && show(value) !== "[object Object]";
  if (json === undefined || lost || ArrayBuffer.isView(value)) {
    throw new TypeError(`${show(value)} has no JSON`);
  }
  return json;
}

/** @param {unknown} value */
function show(value) {
  return Object.prototype.toString.call(value);
}
