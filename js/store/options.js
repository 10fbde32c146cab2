import { boolean, func, integerIn, numberIn, oneOf } from "../core/check.js";

/**
 * @typedef {object} StoreOptions
 * @property {number} [maxDiskBytes] beyond it, the coldest segments are deleted; default no limit
 * @property {number} [level] zstd's level, default 1; negative is faster, 2 is tighter
 * @property {Uint8Array | boolean} [dictionary] makes small segments smaller: `true` learns one from
 *   the first records, bytes are one (typical records, or trained by zstd)
 * @property {"relaxed" | "strict"} [durability] "strict" waits for the disk itself
 * @property {boolean} [persist] ask the browser to keep the origin's data (`navigator.storage.persist`)
 * @property {() => number} [now] ms since 1970
 */

/** @type {Record<keyof StoreOptions, import("../core/check.js").Check>} */
export const checks = {
  maxDiskBytes: numberIn(1, Infinity),
  level: integerIn(-50, 22),
  dictionary(value, name) {
    if (!(value instanceof Uint8Array)) boolean(value, name);
  },
  durability: oneOf(["relaxed", "strict"]),
  persist: boolean,
  now: func,
};

/** The first option that differs. @param {StoreOptions} a @param {StoreOptions} b */
export function differing(a, b) {
  const names = /** @type {(keyof StoreOptions)[]} */ (Object.keys(checks));
  return names.find((name) => a[name] !== b[name]);
}
