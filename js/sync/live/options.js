import { boolean, integerIn, oneOf } from "../../core/check.js";

const isObject = (/** @type {any} */ value) => value !== null && typeof value === "object";
/** Of a channel's options. @type {Record<string, import("../../core/check.js").Check>} */
export const channelChecks = {
  mode: oneOf(["ordered", "latest"]),
  where(value, name) {
    if (!isObject(value) || Array.isArray(value)) throw new TypeError(`${name} must be an object`);
  },
  since(value, name) {
    if (!isObject(value)) throw new TypeError(`${name} must be a position`);
    integerIn(0, Number.MAX_SAFE_INTEGER)(value.epoch, `${name}.epoch`);
    integerIn(-1, Number.MAX_SAFE_INTEGER)(value.offset, `${name}.offset`);
  },
  buffer: integerIn(1, 1e6),
  newest: boolean,
};

/** @param {unknown} value @param {string} name */
export function checkName(value, name) {
  if (typeof value !== "string") throw new TypeError(`${name} must be a string`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (!/^(?!#)[^\0-\x1f\x7f]{1,256}$/u.test(value)) {
    throw new RangeError(
      `${name} must have 1 to 256 characters, no control characters, no "#" first`,
    );
  }
}
