// Rooms with little memory: a refused allocation ends the call that needed it, and nothing else.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";
import { Cache } from "../../js/cache/index.js";
import { init } from "../../js/core/init.js";
import { VirtualList } from "../../js/list/virtual-list.js";

const PAGES = 40; // of 64 KiB

/**
 * A module whose memory grows to at most that many pages.
 * @param {Uint8Array} module @param {number} pages
 */
function bounded(module, pages) {
  const number = (at, value = 0, shift = 0) =>
    module[at] < 128
      ? [value | (module[at] << shift), at + 1]
      : number(at + 1, value | ((module[at] & 127) << shift), shift + 7);
  for (let at = 8; at < module.length; ) {
    const [size, start] = number(at + 1);
    if (module[at] === 5) {
      assert.equal(module[start + 1] & 1, 1, "it has a maximum");
      const [, maximum] = number(start + 2);
      const [, end] = number(maximum);
      // in as many bytes as it had
      for (let i = maximum, rest = pages; i < end; i++, rest >>>= 7) {
        module[i] = (rest & 127) | (i + 1 < end ? 128 : 0);
      }
      return module;
    }
    at = start + size;
  }
  throw new Error("no memory section");
}

before(async () => {
  const wasmBinary = async (/** @type {string} */ room) => {
    const file = await readFile(new URL(`../../dist/apus-${room}.wasm`, import.meta.url));
    return { wasmBinary: bounded(new Uint8Array(file), PAGES) };
  };
  await init({
    bytes: await wasmBinary("bytes"),
    cache: await wasmBinary("cache"),
    list: await wasmBinary("list"),
  });
});

/** Calls until it throws. @param {(i: number) => void} call @returns {{ calls: number, error: any }} */
function exhaust(call) {
  for (let i = 0; i < 1e7; i++) {
    try {
      call(i);
    } catch (error) {
      return { calls: i, error };
    }
  }
  throw new Error("memory did not run out");
}

test("a list whose memory is full refuses a measurement, and goes on", async () => {
  const list = await VirtualList.create({ rows: 4_000_000, estimate: 40 });
  const other = await VirtualList.create({ rows: 100, estimate: 10 });
  const { calls, error } = exhaust((row) => list.measure(row, 20 + (row % 7)));
  assert.ok(calls > 100_000, `${calls} rows`);
  assert.ok(error instanceof RangeError && /out of WASM memory/.test(error.message), error?.stack);
  const total = list.total;
  assert.throws(() => list.measure(calls, 30), RangeError);
  assert.equal(list.sizeOf(calls), 40);
  assert.equal(list.sizeOf(calls - 1), 20 + ((calls - 1) % 7));
  assert.equal(list.total, total);
  // A frame leaves the refused row unchanged.
  list.scrollTo(calls);
  list.note(calls + 4, 33);
  const frame = list.frame(0, 0, 800);
  assert.ok(frame.start <= calls && calls < frame.end);
  // Other lists still work, and freed memory can be reused.
  other.splice(50, 10, 5);
  assert.equal(other.size, 95);
  list.dispose();
  const next = await VirtualList.create({ rows: 1000 });
  for (let row = 0; row < 1000; row++) next.measure(row, 30);
  assert.equal(next.total, 30_000);
  next.dispose();
  other.dispose();
});

test("lists are made until memory is full, then refused", async () => {
  const lists = [];
  await assert.rejects(async () => {
    for (;;) lists.push(await VirtualList.create({ rows: 1000, lanes: 3, masonry: true }));
  }, /out of WASM memory/);
  assert.ok(lists.length > 50);
  for (const list of lists) list.dispose();
  (await VirtualList.create({ rows: 1000, lanes: 3, masonry: true })).dispose();
});

test("caches evict or refuse when memory is full, and an entry never loses its tags", async () => {
  const bytes = await Cache.open("bytes", { heap: "wasm" });
  const values = await Cache.open("values", { policy: "adaptive" });
  for (let i = 0; i < 60_000; i++) {
    bytes.set(`key/${i}`, { text: `value ${i} `.repeat(4) });
    values.set(`key/${i}`, i, { tags: ["all", `tag ${i % 1000}`], ttl: 1e6 + i });
  }
  assert.ok(bytes.size > 100 && bytes.size < 60_000, `${bytes.size} of bytes`);
  assert.ok(values.size > 100 && values.size < 60_000, `${values.size} of values`);
  for (let i = 0; i < 60_000; i++) {
    const value = bytes.peek(`key/${i}`);
    assert.ok(value === undefined || value.text === `value ${i} `.repeat(4), `key/${i}`);
  }
  values.invalidateTag("all");
  assert.equal(values.size, 0);
  await assert.rejects(async () => {
    const more = [];
    try {
      for (;;) more.push(await Cache.open("more", { policy: "adaptive", maxEntries: 1e6 }));
    } finally {
      for (const cache of more) await cache.close();
    }
  }, /out of WASM memory/);
  await bytes.close();
  await values.close();
});
