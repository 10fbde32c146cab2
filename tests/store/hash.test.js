import assert from "node:assert/strict";
import { test } from "node:test";
import { loadWasm } from "../../js/core/wasm.js";
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

/** @param {readonly any[]} chunks @param {{ cancel?: (reason: any) => void }} [more] */
function streamOf(chunks, more) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < chunks.length) controller.enqueue(chunks[at++]);
      else controller.close();
    },
    ...more,
  });
}

test("streams and blobs have the hashes of their bytes", async () => {
  const { hash, hashStream } = await hasher();
  for (const [text, expected] of vectors) {
    assert.equal(await hashStream(new Blob([text])), expected, text);
    const bytes = Array.from(utf8.encode(text), (byte) => Uint8Array.of(byte));
    assert.equal(await hashStream(streamOf(bytes)), expected, `${text}, byte by byte`);
  }
  const long = Uint8Array.from({ length: 5_000_001 }, (_, i) => (i * 31) >> 3);
  const parts = [long.subarray(0, 3), long.subarray(3, 2_500_000), long.subarray(2_500_000)];
  /** @type {number[]} */
  const seen = [];
  const onprogress = (/** @type {number} */ bytes) => seen.push(bytes);
  assert.equal(await hashStream(streamOf(parts), { onprogress }), hash(long));
  assert.deepEqual(seen, [3, 2_500_000, 5_000_001]);
});

test("streams are hashed side by side, next to other hashes", async () => {
  const { hash, hashStream } = await hasher();
  const texts = ["x", "y", "z"].map((letter) => letter.repeat(100_000));
  const streams = texts.map((text) =>
    streamOf(text.match(/.{1,777}/g)?.map((part) => utf8.encode(part)) ?? []),
  );
  assert.deepEqual(await Promise.all(streams.map((one) => hashStream(one))), texts.map(hash));
});

test("a stream of a gigabyte needs no more memory than one chunk", async () => {
  const { hashStream } = await hasher();
  const core = await loadWasm("store");
  const chunk = new Uint8Array(1 << 20);
  await hashStream(streamOf([chunk]));
  const before = core.memory.size;
  const hash = await hashStream(streamOf(Array(1024).fill(chunk)));
  assert.equal(hash, 0xcf9ad580b7ff077fn, "as by the reference implementation");
  assert.equal(core.memory.size, before);
});

test("a stream that fails, is aborted or has no bytes rejects and is cancelled", async () => {
  const { hashStream } = await hasher();
  const never = { name: "TypeError", message: /^hashStream: source must/ };
  await assert.rejects(hashStream(/** @type {any} */ ("text")), never);
  await assert.rejects(hashStream(new Blob(), /** @type {any} */ ({ sginal: 1 })), TypeError);
  /** @type {any[]} */
  const cancelled = [];
  const cancel = (/** @type {any} */ reason) => void cancelled.push(reason);
  await assert.rejects(hashStream(streamOf(["text", "more", ""], { cancel })), TypeError);
  assert.equal(cancelled[0].name, "TypeError");
  const stop = new AbortController();
  const endless = new ReadableStream({ cancel });
  const hashing = hashStream(endless, { signal: stop.signal });
  await Promise.resolve();
  stop.abort("enough");
  await assert.rejects(hashing, (reason) => reason === "enough");
  assert.equal(cancelled[1], "enough");
  const broken = new ReadableStream({ start: (controller) => controller.error("broken") });
  await assert.rejects(hashStream(broken), (reason) => reason === "broken");
  const locked = streamOf([]);
  locked.getReader();
  await assert.rejects(hashStream(locked), TypeError);
  await assert.rejects(hashStream(streamOf([]), { signal: stop.signal }), (r) => r === "enough");
});
