// Keys and values of shared state, on their way from and to clients.
import { bad, textOf } from "./requests.node.js";

const utf8 = new TextEncoder();
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is refused
const control = /[\u0000-\u001f\u007f]/;

/** @param {unknown} value @param {string} [what] @returns {string} */
export function keyOf(value, what = "a key") {
  const key = textOf(value, what, 1024);
  if (control.test(key)) throw bad(`${what} must not have control characters`);
  if (Buffer.byteLength(key) > 1024) throw bad(`${what} may have 1024 bytes at most`);
  return key;
}

/** JSON and text as what they are, everything else as bytes. @param {import("../engine.node.js").Stored} stored */
export function dataOf({ body, type }) {
  if (!/^(?:text\/|application\/(?:[\w.-]+\+)?json)/.test(type)) return new Uint8Array(body);
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  return type.startsWith("text/") ? text : JSON.parse(text);
}

/** @param {unknown} data @returns {{ body: Uint8Array, type: string, ttl?: number }} */
export function encoded(data) {
  if (data === undefined) throw bad("a value needs its data");
  if (data instanceof Uint8Array) {
    return { body: new Uint8Array(data), type: "application/octet-stream" };
  }
  return { body: utf8.encode(JSON.stringify(data)), type: "application/json" };
}
