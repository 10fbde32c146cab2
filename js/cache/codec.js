import { ApusError } from "../core/errors.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Up to this length, decoding in JavaScript is faster than a TextDecoder. */
const SHORT = 128;

/**
 * Turns values into bytes, and back.
 * @typedef {{ encode: (value: any, key: string) => Uint8Array | string, decode: (bytes: Uint8Array) => any }} Codec
 *   a string that `encode` returns is stored as UTF-8
 */

/** @type {Record<string, Codec>} */
export const codecs = {
  bytes: {
    encode(value, key) {
      if (value instanceof Uint8Array) return value;
      if (value instanceof ArrayBuffer) return new Uint8Array(value);
      throw refused(key, "is not a Uint8Array or ArrayBuffer");
    },
    decode: (bytes) => bytes.slice(),
  },
  string: {
    encode(value, key) {
      if (typeof value !== "string") throw refused(key, "is not a string");
      if (value.isWellFormed?.() === false) throw refused(key, "has half a surrogate pair");
      return value;
    },
    decode: text,
  },
  json: {
    encode(value, key) {
      try {
        refuseFunctions(value);
        const text = JSON.stringify(value);
        if (text === undefined) throw new TypeError("its toJSON returns undefined");
        return text;
      } catch (cause) {
        throw refused(
          key,
          `cannot be stored as JSON: ${cause instanceof Error ? cause.message : cause}`,
          cause,
        );
      }
    },
    decode: (bytes) => JSON.parse(text(bytes)),
  },
};

/** @param {string} key @param {string} why @param {unknown} [cause] */
function refused(key, why, cause) {
  return new ApusError("NOT_SERIALIZABLE", `the value of "${key}" ${why}`, { cause });
}

/** JSON would drop them silently. @param {any} value @param {number} [depth] */
function refuseFunctions(value, depth = 0) {
  if (typeof value === "function" || typeof value === "symbol")
    throw new TypeError(`a ${typeof value}`);
  if (typeof value !== "object" || value === null || typeof value.toJSON === "function") return;
  if (depth > 1000) throw new TypeError("too deep, or a cycle");
  for (const name in value) {
    const inner = value[name];
    if (typeof inner === "object" || typeof inner === "function" || typeof inner === "symbol") {
      refuseFunctions(inner, depth + 1);
    }
  }
}

/** @param {Uint8Array} bytes UTF-8 */
function text(bytes) {
  if (bytes.length > SHORT) return decoder.decode(bytes);
  let high = 0;
  for (let i = 0; i < bytes.length; i++) high |= bytes[i];
  return high < 0x80
    ? String.fromCharCode.apply(null, /** @type {any} */ (bytes))
    : decoder.decode(bytes);
}

/**
 * Writes a string as UTF-8. @param {string} string @param {Uint8Array} into with room for 3 bytes a unit
 * @param {number} at @returns {number} bytes written
 */
export function writeText(string, into, at) {
  if (string.length > SHORT) return encoder.encodeInto(string, into.subarray(at)).written;
  for (let i = 0; i < string.length; i++) {
    const code = string.charCodeAt(i);
    if (code > 0x7f) return encoder.encodeInto(string, into.subarray(at)).written;
    into[at + i] = code;
  }
  return string.length;
}

/**
 * Writes a key: each UTF-16 unit by itself, encoded as in UTF-8 (CESU-8). Half surrogate pairs
 * survive, and no two keys become the same.
 * @param {string} key @param {Uint8Array} into @param {number} at @returns {number} bytes written
 */
export function writeKey(key, into, at) {
  const start = at;
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    if (code < 0x80) into[at++] = code;
    else {
      if (code < 0x800) into[at++] = 0xc0 | (code >> 6);
      else {
        into[at++] = 0xe0 | (code >> 12);
        into[at++] = 0x80 | ((code >> 6) & 63);
      }
      into[at++] = 0x80 | (code & 63);
    }
  }
  return at - start;
}

/** @param {Uint8Array} bytes as `writeKey` wrote them */
export function readKey(bytes) {
  let key = "";
  for (let at = 0; at < bytes.length; ) {
    let code = bytes[at++];
    if (code >= 0xe0) code = ((code & 15) << 12) | ((bytes[at++] & 63) << 6) | (bytes[at++] & 63);
    else if (code >= 0xc0) code = ((code & 31) << 6) | (bytes[at++] & 63);
    key += String.fromCharCode(code);
  }
  return key;
}
