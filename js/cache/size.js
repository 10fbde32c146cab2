import { integerIn } from "../core/check.js";

/** Nodes of a value that are measured. The others count as the average of these. */
const SEEN = 64;

const checkSize = integerIn(0, 0xffffffff);

/**
 * The bytes of an entry, as `sizeOf` says or as estimated.
 * @param {string} key
 * @param {unknown} value
 * @param {((value: any, key: string) => number) | undefined} sizeOf
 * @throws {TypeError | RangeError} when `sizeOf` returns no size
 */
export function weigh(key, value, sizeOf) {
  if (!sizeOf) return estimate(key, value);
  const size = sizeOf(value, key);
  if (size >>> 0 !== size) checkSize(size, "sizeOf: its result");
  return size;
}

/**
 * Estimates the bytes of an entry: 64 for the entry itself, 2 for each character of its key and of
 * strings in it, 8 for a number or boolean, a buffer's or blob's own size, and for an object 16 plus
 * 8 for each property plus its values. Of a large value the first 64 nodes are measured; the rest
 * is assumed to be like them.
 * @param {string} key
 * @param {unknown} value
 */
export function estimate(key, value) {
  return 64 + 2 * key.length + (typeof value === "object" && value ? walk(value) : flat(value));
}

/** @param {unknown} value */
function flat(value) {
  return typeof value === "string" ? 16 + 2 * value.length : 8;
}

/** @param {object} root */
function walk(root) {
  /** @type {unknown[]} */
  const seen = [root];
  let nodes = 1;
  let bytes = 0;
  for (let at = 0; at < seen.length; at++) {
    const value = seen[at];
    if (typeof value !== "object" || value === null) {
      bytes += flat(value);
      continue;
    }
    bytes += 16;
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) bytes += value.byteLength;
    else if (typeof Blob === "function" && value instanceof Blob) bytes += value.size;
    else {
      const inner = /** @type {any[]} */ (
        value instanceof Map
          ? [...value.keys(), ...value.values()]
          : value instanceof Set
            ? [...value]
            : Array.isArray(value)
              ? value
              : Object.values(value)
      );
      nodes += inner.length;
      bytes += 8 * inner.length;
      for (let i = 0; i < inner.length && seen.length < SEEN; i++) seen.push(inner[i]);
    }
  }
  return Math.ceil((bytes * nodes) / seen.length);
}
