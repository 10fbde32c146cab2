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
 * @throws {TypeError} naming the place, when JSON would give something else back
 */
export function encode(value) {
  let json;
  try {
    json = JSON.stringify(value);
  } catch (cause) {
    let place;
    try {
      place = difference(value);
    } catch {} // a cycle has no end: the cause says where it is
    throw place === undefined ? cause : new TypeError(`value${place}`, { cause });
  }
  const place = difference(value);
  if (place !== undefined) throw new TypeError(`value${place}`);
  return json;
}

/**
 * Where a value differs from what its JSON gives back: a path and what is
 * there, or `undefined`. Only what can differ is looked at, which is an eighth of
 * what `JSON.stringify` takes; a replacer takes six times as long. Symbols,
 * properties that are not enumerable, and names in arrays do not count.
 * @param {unknown} value
 * @returns {string | undefined}
 */
function difference(value) {
  if (typeof value !== "object" || value === null) return isJson(value) ? undefined : is(value);
  const prototype = Object.getPrototypeOf(value);
  if (Array.isArray(value)) {
    if (!Array.isArray(prototype)) return is(value);
    for (let i = 0; i < value.length; i++) {
      const item = value[i];
      if (typeof item === "string") continue;
      const place = difference(item);
      if (place !== undefined) return `[${i}]${place}`;
    }
    return undefined;
  }
  if (prototype !== Object.prototype && !isPlain(prototype)) return is(value);
  for (const name in value) {
    const item = /** @type {any} */ (value)[name];
    if (typeof item === "string") continue;
    const place = difference(item);
    if (place !== undefined && Object.hasOwn(value, name))
      return (/^[\p{L}_$][\w$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`) + place;
  }
  return undefined;
}

/** @param {unknown} value no object */
function isJson(value) {
  if (typeof value === "number") return value - value === 0 && (value !== 0 || 1 / value > 0);
  return typeof value === "string" || typeof value === "boolean" || value === null;
}

/** Of an object without a prototype, or of another window. @param {any} prototype */
function isPlain(prototype) {
  return (
    prototype === null ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf"))
  );
}

/** @param {any} value */
function is(value) {
  if (Object.is(value, -0)) return " is -0";
  if (typeof value === "number" || value === undefined) return ` is ${value}`;
  if (typeof value !== "object") return ` is a ${typeof value}`;
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return ` is of the class ${tag === "Object" ? value.constructor?.name || "without a name" : tag}`;
}

const ODD = /[\p{Cs}\u{10ffff}]/u;
const MARK = "\u{10ffff}"; // never a character

/**
 * A key or tag as text that UTF-8 can hold: one with half a surrogate pair, which UTF-8 would
 * take for any other such half, is written as marked JSON.
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
    return text; // nobody's
  }
}
