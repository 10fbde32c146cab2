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

/** Entries as arrays, ready for `Engine.pack`; see `Batch` in engine.h. */
export class Batch {
  /** @type {Change[]} in the order of the rows */
  changes = [];
  /** @type {string[]} */ keys = [];
  /** @type {string[]} */ texts = [];
  /** @type {Uint8Array[]} */ raw = [];
  /** @type {string[][]} */ tagSets = [];
  /** @type {number[]} */ stamps = [];
  /** @type {number[]} */ expiries = [];
  /** @type {number[]} */ keyUnits = [];
  /** @type {number[]} */ valueUnits = [];
  /** @type {number[]} */ meta = [];
  /** Characters and bytes so far. */
  size = 0;

  /** @type {Map<string, number>} */ #sets = new Map();

  /**
   * Appends a change; its value is encoded now.
   * @param {Change} change
   * @param {number} large characters that are too many for a batch that has others
   * @returns {boolean} false when it was not appended for that
   * @throws whatever the value's `toJSON` throws; `TypeError` for a value that has no JSON
   */
  add(change, large) {
    const { kind, key, value, tags } = change;
    let units = 0;
    if (kind === TEXT) {
      const json = encode(value);
      units = json.length;
      if (units > large && this.changes.length) return false;
      this.texts.push(json);
    } else if (kind === RAW) {
      const bytes = /** @type {Uint8Array} */ (value);
      units = bytes.length;
      if (units > large && this.changes.length) return false;
      this.raw.push(bytes);
    }
    this.keys.push(key, "\n");
    this.changes.push(change);
    this.stamps.push(change.stamp);
    this.expiries.push(change.expiresAt);
    this.keyUnits.push(key.length);
    this.valueUnits.push(units);
    this.meta.push(
      kind | ((change.priority & 0xff) << 8) | ((tags.length ? this.#set(tags) : 0) << 16),
    );
    this.size += units + key.length;
    return true;
  }

  /** @param {string[]} tags */
  #set(tags) {
    const text = tags.join("\0");
    let number = this.#sets.get(text);
    if (!number) {
      number = this.tagSets.push(tags);
      this.#sets.set(text, number);
    }
    return number;
  }
}

/**
 * @param {unknown} value
 * @returns {string} its JSON
 * @throws {TypeError} when JSON would lose it: undefined, functions, symbols, BigInt, Map, Set, …
 */
function encode(value) {
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
