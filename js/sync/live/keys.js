import { string } from "../../core/check.js";

/** @param {EventTarget} live whose event it is @param {string} code @param {unknown} error @param {string} channel */
export function failed(live, code, error, channel) {
  live.dispatchEvent(new CustomEvent("error", { detail: { code, error, channel } }));
}

/** @param {unknown} value @param {string} name */
export function checkKey(value, name) {
  string(value, name);
  const text = /** @type {string} */ (value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (text === "" || new TextEncoder().encode(text).length > 1024 || /[\0-\x1f\x7f]/.test(text)) {
    throw new RangeError(`${name} must have 1 to 1024 bytes and no control characters`);
  }
}
