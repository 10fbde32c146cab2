import assert from "node:assert/strict";
import { test } from "node:test";
import { hasher } from "../../js/store/index.js";

const utf8 = new TextEncoder();
const digits = "1234567890".repeat(8);
/** @type {[string, bigint][]} */
const vectors = [
  ["", 0xef46db3751d8e999n],
  ["a", 0xd24ec4f1a98c6e5bn],
  ["abc", 0x44bc2cf5ad770999n],
  ["abcdefghijklmnopqrstuvwxyz", 0xcfe1f278fa89835cn],
  [digits, 0xe04a477f19ee145dn],
];

test("hashes agree with the specification of xxHash64", async () => {
  const { hash, hashMany } = await hasher();
  for (const [text, expected] of vectors) {
    assert.equal(hash(text), expected, text);
    assert.equal(hash(utf8.encode(text)), expected, text);
  }
  const texts = vectors.map(([text]) => text);
  const expected = BigUint64Array.from(vectors, ([, value]) => value);
  assert.deepEqual(hashMany(texts), expected);
  assert.deepEqual(hashMany(texts.map((text) => utf8.encode(text))), expected);
});

test("many contents of any kind have the hashes that each has alone", async () => {
  const { hash, hashMany } = await hasher();
  const mixed = [
    "",
    "plain",
    "Zürich",
    "東京",
    "\ud83d",
    "\ude00",
    "🦅",
    utf8.encode("x"),
    "\0",
    "",
  ];
  for (const contents of [mixed, mixed.slice(0, 7), ["", ""], []]) {
    assert.deepEqual([...hashMany(contents)], contents.map(hash));
  }
  assert.equal(hash("Zürich"), hash(utf8.encode("Zürich")));
  const long = "x".repeat(5_000_000);
  assert.equal(hash(long), hashMany(["a", long])[1], "after memory has grown");
});

test("hashes are copies that later calls leave alone", async () => {
  const { hashMany } = await hasher();
  const first = hashMany(["a"]);
  hashMany(["b"]);
  assert.deepEqual(first, hashMany(["a"]));
});

test("what is neither a string nor bytes is refused by name", async () => {
  const { hash, hashMany } = await hasher();
  // @ts-expect-error
  assert.throws(() => hash(1), { name: "TypeError", message: /^hash: content must be/ });
  // @ts-expect-error
  assert.throws(() => hashMany("abc"), { name: "TypeError", message: /^hashMany: contents must/ });
  // @ts-expect-error
  assert.throws(() => hashMany(["a", null]), {
    name: "TypeError",
    message: /^hashMany: a content/,
  });
});
