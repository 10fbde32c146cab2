// Any text as a glob, on any key: matches or not, or BAD_GLOB with its position.
import assert from "node:assert/strict";
import { matcher } from "../../js/cache/match.js";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** @returns {Uint8Array[]} a glob, a line break, a key */
export function seeds() {
  return [
    "user:*\nuser:1",
    "a/**/c\na/b/b/c",
    "{one,two{3,}}.js\ntwo.js",
    "[!a-c\\]]?x\nd🗝x",
    `${"*a".repeat(20)}b\n${"a".repeat(100)}`,
    "a\\*b\na*b",
    "[]]\n]",
  ].map((text) => encoder.encode(text));
}

/** @param {Uint8Array} input */
export function run(input) {
  const [glob, ...rest] = decoder.decode(input.subarray(0, 4096)).split("\n");
  const key = rest.join("\n");
  const literal = key.replace(/[\s\S]/gu, "\\$&");
  assert.equal(matcher(literal)(key, 0), true, "a key with every character escaped is itself");
  assert.equal(matcher(literal)(`${key}x`, 0), false);
  assert.equal(matcher(`{**,x}`)(key, 0), true);
  let matches;
  try {
    matches = matcher(glob);
  } catch (/** @type {any} */ error) {
    assert.equal(error.code, "BAD_GLOB", `${error}`);
    assert.ok(error.position >= 0 && error.position < glob.length);
    return;
  }
  const answer = matches(key, 0);
  assert.equal(typeof answer, "boolean");
  assert.equal(matches(key, 0), answer, "a matcher keeps nothing from key to key");
  // A comma of the glob would separate alternatives there.
  if (answer && !glob.includes(",")) assert.equal(matcher(`{x,${glob}}`)(key, 0), true);
}
