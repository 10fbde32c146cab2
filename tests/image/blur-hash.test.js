// The decoder in C++ against the reference package, and texts that it refuses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "blurhash";
import { decodeBlurHash } from "../../js/image/index.js";

globalThis.ImageData ??= /** @type {any} */ (
  class {
    constructor(data, width, height) {
      Object.assign(this, { data, width, height });
    }
  }
);

test("it equals the reference within one level", async () => {
  let seed = 7;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  const whole = (from, to) => from + Math.floor(random() * (to - from + 1));
  let off = 0;
  for (let round = 0; round < 150; round++) {
    const noise = Uint8ClampedArray.from({ length: 8 * 8 * 4 }, () => whole(0, 255));
    const hash = encode(noise, 8, 8, whole(1, 9), whole(1, 9));
    const [width, height] = [whole(1, 40), whole(1, 40)];
    const { data } = await decodeBlurHash(hash, { width, height });
    const expected = decode(hash, width, height);
    assert.equal(data.length, expected.length);
    for (let i = 0; i < data.length; i++) {
      off = Math.max(off, Math.abs(data[i] - expected[i]));
    }
  }
  assert.ok(off <= 1, `off by ${off}`);
});

test("a text that is no BlurHash is refused", async () => {
  const good = "LEHV6nWB2yk8pyo0adR*.7kCMdnj";
  for (const hash of ["", "LEHV", `${good}0`, good.replace("k", "é"), "0".repeat(1e6), "00~~~~"]) {
    await assert.rejects(decodeBlurHash(hash), { code: "BLURHASH_INVALID" });
  }
  await decodeBlurHash(good);
});

test("bad arguments are named", async () => {
  await assert.rejects(decodeBlurHash(/** @type {any} */ (5)), /hash must be a string/);
  await assert.rejects(decodeBlurHash("", { width: 129 }), /width must be between 1 and 128/);
  await assert.rejects(decodeBlurHash("", { height: 0.5 }), /height must be/);
  await assert.rejects(decodeBlurHash("", /** @type {any} */ ({ punch: 2 })), /unknown option/);
});
