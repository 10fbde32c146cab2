// Any bytes as a frame: refused with a TypeError, or messages that come out of their own encoding again.
import assert from "node:assert/strict";
import { decode, encode } from "../../js/sync/live/frames.js";

const utf8 = new TextEncoder();
const bytes = (/** @type {string | Uint8Array} */ frame) =>
  typeof frame === "string" ? utf8.encode(frame) : frame;

/** @returns {Uint8Array[]} */
export function seeds() {
  const data = Uint8Array.of(1, 2, 3);
  return [
    bytes(encode([["hello", 1, "token", {}], ["ping"]])),
    bytes(encode([["ask", 1, "publish", { channel: "a", data }], ["pong"]])),
    bytes(
      encode([
        [
          "ev",
          "a",
          1,
          -1,
          1,
          [
            [0, 5, "t", data, "k"],
            [1, 6, "t", { n: 1 }, 0],
          ],
        ],
      ]),
    ),
    bytes(encode([["ok", 7, { data, events: [[0, 5, "t", data, 0]], more: false }]])),
  ];
}

/** @param {Uint8Array} input */
export function run(input) {
  for (const frame of [input, new TextDecoder().decode(input)]) {
    /** @type {import("../../js/sync/live/frames.js").Message[]} */
    let messages;
    try {
      messages = decode(frame);
    } catch (error) {
      assert(error instanceof TypeError);
      continue;
    }
    const again = encode(messages);
    assert.deepEqual(encode(decode(again)), again);
  }
}
