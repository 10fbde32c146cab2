import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache } from "../../js/cache/index.js";
import { loadWasm } from "../../js/core/wasm.js";

/** Text without repetitions. @param {number} seed @param {number} length */
function noise(seed, length) {
  let text = "";
  for (let state = seed + 1; text.length < length; ) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    text += String.fromCharCode(0x3000 + ((state >>> 8) & 0x3fff));
  }
  return text;
}

test("counts bytes exactly: those of the key, and of the value as stored", async () => {
  const cache = await Cache.open("exact", { heap: "wasm", maxEntries: 100 });
  const utf8 = new TextEncoder();
  let bytes = 0;
  for (let i = 0; i < 60; i++) {
    const [key, value] = [`clé ${i} 🗝`, { i, text: "é".repeat(i) }];
    cache.set(key, value);
    // The key's two halves of a pair take three bytes each.
    bytes += utf8.encode(key).length + 2 + utf8.encode(JSON.stringify(value)).length;
  }
  assert.equal(cache.bytes, bytes);
  for (let i = 0; i < 60; i++) cache.delete(`clé ${i} 🗝`);
  assert.equal(cache.bytes, 0);
  await cache.close();
});

test("compresses JSON and strings after enough samples, and bytes never", async () => {
  const record = (/** @type {number} */ i) => ({
    id: i,
    name: `Ünïcode ${i % 97}`,
    address: { street: `Street ${(i * 31) % 977}`, city: "Utrecht", verified: i % 3 === 0 },
  });
  const given = { json: record, string: (i) => JSON.stringify(record(i)) };
  for (const [codec, value] of Object.entries(given)) {
    const cache = await Cache.open("packs", { heap: "wasm", codec });
    let whole = 0;
    for (let i = 0; i < 2000; i++) {
      cache.set(`key ${i}`, value(i));
      whole += `key ${i}`.length + Buffer.byteLength(JSON.stringify(record(i)));
    }
    assert.ok(cache.bytes * 2 < whole, `${cache.bytes} of ${whole}`);
    for (let i = 0; i < 2000; i++) assert.deepEqual(cache.get(`key ${i}`), value(i));
    cache.clear();
    assert.equal(cache.bytes, 0);
    cache.set("after", value(1));
    assert.deepEqual(cache.get("after"), value(1));
    await cache.close();
  }
  const bytes = await Cache.open("packs not", { heap: "wasm", codec: "bytes" });
  for (let i = 0; i < 2000; i++) bytes.set(`${1000 + i}`, new Uint8Array(50).fill(7));
  assert.equal(bytes.bytes, 2000 * 54);
  await bytes.close();
});

test("holds the same entries as a naive model", async () => {
  const cache = await Cache.open("model", { heap: "wasm", maxEntries: 100, maxBytes: 6000 });
  const model = new Map();
  cache.addEventListener("evict", (event) => {
    const { key, value } = /** @type {CustomEvent} */ (event).detail;
    assert.deepEqual(value, model.get(key));
    model.delete(key);
  });
  let state = 3;
  const next = (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  for (let step = 0; step < 20_000; step++) {
    const key = `clé ${next(200)} 🗝`;
    const kind = next(10);
    if (kind < 4) {
      const value = { step, text: "é".repeat(next(60)) };
      cache.set(key, value);
      model.set(key, value);
    } else if (kind < 9) assert.deepEqual(cache.get(key), model.get(key));
    else assert.equal(cache.delete(key), model.delete(key));
  }
  assert.equal(cache.size, model.size);
  assert.deepEqual(new Map(cache.entries()), model);
  await cache.close();
});

test("codecs: bytes come back as copies, strings and JSON as they were", async () => {
  const bytes = await Cache.open("bytes", { heap: "wasm", codec: "bytes" });
  const value = new Uint8Array([1, 2, 3]);
  bytes.set("a", value).set("buffer", value.buffer).set("empty", new Uint8Array());
  const got = bytes.get("a");
  got[0] = 9;
  assert.deepEqual(bytes.get("a"), value);
  assert.deepEqual(bytes.get("buffer"), value);
  assert.equal(bytes.get("empty").length, 0);
  assert.throws(() => bytes.set("a", "text"), { code: "NOT_SERIALIZABLE" });
  await bytes.close();
  const strings = await Cache.open("strings", { heap: "wasm", codec: "string" });
  for (const text of ["", "plain", "ünï", "🗝".repeat(500), "x".repeat(100_000)]) {
    strings.set("k", text);
    assert.equal(strings.get("k"), text);
  }
  strings.set("\ud800", "one").set("\ufffd", "two").set("", "three");
  assert.equal(strings.get("\ud800"), "one");
  assert.deepEqual([...strings.keys()].slice(0, 3), ["\ud800", "", "\ufffd"]);
  assert.throws(() => strings.set("k", "\ud800"), { code: "NOT_SERIALIZABLE" });
  await strings.close();
});

test("bytes with a wrong length do not write beyond their space", async () => {
  const cache = await Cache.open("lies", { heap: "wasm", codec: "bytes" });
  for (let i = 0; i < 100; i++) cache.set(`k${i}`, new Uint8Array(100).fill(i));
  const liar = new Uint8Array(1 << 20).fill(255);
  Object.defineProperty(liar, "length", { value: 4 });
  assert.throws(() => cache.set("liar", liar), RangeError);
  for (let i = 0; i < 100; i++) assert.deepEqual(cache.get(`k${i}`), new Uint8Array(100).fill(i));
  await cache.close();
});

test("values that JSON cannot represent are refused by name, and the old value stays", async () => {
  const cache = await Cache.open("json", { heap: "wasm" });
  cache.set("key", "old");
  const cycle = { self: null };
  cycle.self = cycle;
  for (const value of [cycle, () => 1, 10n, { deep: [() => 1] }, { deep: 1n }, Symbol("s")]) {
    assert.throws(
      () => cache.set("key", value),
      (error) => {
        assert.equal(error.code, "NOT_SERIALIZABLE");
        assert.match(error.message, /"key"/);
        return true;
      },
    );
  }
  assert.equal(cache.get("key"), "old");
  assert.throws(() => cache.set("key", { toJSON() {} }), { code: "NOT_SERIALIZABLE" });
  cache.set("date", new Date(0));
  assert.equal(cache.get("date"), "1970-01-01T00:00:00.000Z");
  await cache.close();
});

test("deadlines, tags, stale values and dumps work as in the JavaScript heap", async () => {
  let time = 0;
  const cache = await Cache.open("all", { heap: "wasm", now: () => time });
  cache.set("a", 1, { ttl: 100, tags: ["t"] }).set("b", 2, { ttl: 50, staleWhileRevalidate: 100 });
  cache.set("c", 3, { tags: ["t", "u"] });
  time = 60;
  assert.equal(cache.get("a"), 1);
  assert.equal(cache.get("b"), undefined);
  assert.equal(await cache.fetch("b", () => 5), 2);
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(cache.get("b"), 5);
  const dump = await cache.dump();
  const other = await Cache.open("other", { heap: "wasm", now: () => time });
  await other.load(dump);
  assert.deepEqual([...other.keys()].sort(), ["a", "b", "c"]);
  time = 100;
  assert.equal(other.get("a"), undefined);
  assert.equal(other.invalidateTag("t"), 1);
  assert.equal(cache.invalidate("b"), 1);
  cache.set("huge", "x".repeat(1000));
  cache.resize({ maxBytes: 100 });
  assert.equal(cache.has("huge"), false);
  assert.ok(cache.bytes <= 100);
  await cache.close();
  await other.close();
  assert.throws(() => cache.get("a"), { code: "CLOSED" });
});

test("values stay intact while memory grows", async () => {
  const core = await loadWasm("bytes");
  const cache = await Cache.open("grow", { heap: "wasm", codec: "bytes" });
  const js = await Cache.open("js", { maxEntries: 1000 });
  for (let i = 0; i < 1000; i++) js.set(`k${i}`, i);
  const before = core.memory.size;
  let kept;
  let i = 0;
  for (; core.memory.size < before + (16 << 20); i++) {
    cache.set(`k${i}`, new Uint8Array(50_000).fill(i));
    kept ??= cache.get("k0");
    assert.equal(js.get(`k${i % 1000}`), i % 1000);
  }
  assert.deepEqual(kept, new Uint8Array(50_000));
  assert.deepEqual(cache.get("k7"), new Uint8Array(50_000).fill(7));
  js.set("new", 1);
  assert.ok(i < 1000);
  assert.equal(js.has(`k${i}`), false, "least recently used: no hit was lost when memory grew");
  assert.equal(js.has("k0"), true);
  await cache.close();
  await js.close();
});

test("when memory is refused the coldest entries are evicted, and it grows again later", async () => {
  const cache = await Cache.open("refused", { heap: "wasm", codec: "string" });
  const value = (/** @type {number} */ i) => `${i} ${noise(i, 1700)}`;
  for (let i = 0; i < 200; i++) cache.set(`k${i}`, value(i));
  const { grow } = WebAssembly.Memory.prototype;
  let refused = 0;
  WebAssembly.Memory.prototype.grow = () => {
    refused++;
    throw new RangeError("no more memory");
  };
  try {
    for (let i = 200; i < 20_000; i++) cache.set(`k${i}`, value(i));
  } finally {
    WebAssembly.Memory.prototype.grow = grow;
  }
  assert.ok(refused > 0);
  const { evictions, rejections, entries } = cache.stats();
  assert.ok(evictions > 0);
  assert.equal(evictions + rejections + entries, 20_000);
  assert.ok(entries > 20, `${entries} entries are left`);
  assert.equal(cache.get("k19999"), value(19_999));
  for (const [key, kept] of cache.entries()) assert.equal(kept, value(Number(key.slice(1))));
  const before = cache.size;
  for (let i = 0; i < 1000; i++) cache.set(`later${i}`, value(i));
  assert.equal(cache.size, before + 1000);
  await cache.close();
});
