import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache } from "../../js/cache/index.js";
import { FakeStore, openOn } from "./fake-store.js";

test("invalidates by glob, RegExp and predicate", async () => {
  const cache = await Cache.open("patterns");
  for (let i = 0; i < 100; i++) cache.set(`user:${i}`, i);
  assert.equal(cache.invalidate("user:1?"), 10);
  assert.equal(cache.invalidate(/^user:2\d$/g), 10);
  assert.equal(
    cache.invalidate((_, value) => value >= 90),
    10,
  );
  assert.equal(cache.size, 70);
  await cache.close();
});

test("invalidates by tag, like a naive model", async () => {
  const cache = await Cache.open("tags", { maxEntries: 60 });
  const model = new Map();
  let state = 1;
  const next = (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  for (let step = 0; step < 20_000; step++) {
    const key = `k${next(120)}`;
    if (next(30) === 0) {
      const tag = `t${next(8)}`;
      const expected = [...model].filter(([, tags]) => tags.includes(tag)).map(([k]) => k);
      assert.equal(cache.invalidateTag(tag), expected.length);
      for (const k of expected) model.delete(k);
    } else if (next(10) === 0) {
      cache.delete(key);
      model.delete(key);
    } else {
      const tags = Array.from({ length: next(4) }, () => `t${next(8)}`);
      cache.set(key, step, { tags });
      model.delete(key);
      model.set(key, tags);
      if (model.size > 60) model.delete(model.keys().next().value);
    }
  }
  assert.deepEqual([...cache.keys()], [...model.keys()].reverse());
  await cache.close();
});

test("unused tags leave nothing behind", async () => {
  const cache = await Cache.open("many tags", { maxEntries: 10 });
  for (let i = 0; i < 20_000; i++) cache.set(`k${i}`, i, { tags: [`tag ${i}`] });
  assert.equal(cache.invalidateTag("tag 0", "tag 19999", "tag 19998"), 2);
  assert.equal(cache.size, 8);
  await cache.close();
});

test("invalidation reaches the disk, including entries that are not in memory", async () => {
  const store = new FakeStore();
  const meta = { expiresAt: Number.POSITIVE_INFINITY, tags: ["t"], priority: 0 };
  store.put("on/disk", 1, meta);
  store.put("on/tag", 1, meta);
  store.put("other", 1, { ...meta, tags: [] });
  const cache = await openOn(store, "disk");
  cache.invalidate("on/d*");
  await cache.flush();
  assert.deepEqual([...store.records.keys()], ["on/tag", "other"]);
  cache.invalidateTag("t");
  assert.deepEqual([...store.records.keys()], ["other"]);
  await cache.close();
});

test("invalidates expired values that fetch might still serve", async () => {
  for (const heap of /** @type {const} */ (["js", "wasm"])) {
    let time = 0;
    const cache = await Cache.open("stale", { heap, now: () => time });
    const options = { ttl: 10, staleWhileRevalidate: 1000 };
    cache.set("user/1", 1, options).set("user/2", 2, options).set("other", 3, options);
    time = 20;
    assert.equal(cache.invalidate("user/1"), 1);
    assert.equal(
      cache.invalidate((_, value) => value === 2),
      1,
    );
    assert.equal(await cache.fetch("user/1", () => "new"), "new");
    assert.equal(await cache.fetch("user/2", () => "new"), "new");
    assert.equal(await cache.fetch("other", () => "new"), 3);
    await cache.close();
  }
});

test("every method refuses a tag with NUL", async () => {
  const cache = await Cache.open("nul");
  cache.set("a", 1, { tags: ["x"] });
  assert.throws(() => cache.set("a", 2, { tags: ["x\0y"] }), /tag must not contain NUL/);
  assert.throws(() => cache.setMany([["b", 2]], { tags: ["\0"] }), TypeError);
  assert.throws(() => cache.invalidateTag("x", "x\0y"), TypeError);
  await assert.rejects(
    cache.fetch("b", () => 1, { tags: ["\0"] }),
    TypeError,
  );
  assert.equal(cache.get("a"), 1);
  assert.equal(cache.invalidateTag("x"), 1);
  await cache.close();
});

test("expired entries are swept without being asked for", async () => {
  const cache = await Cache.open("sweep");
  const awake = setInterval(() => {}, 1000); // the cache's own timer keeps no process alive
  const gone = new Promise((resolve) => cache.addEventListener("expire", resolve, { once: true }));
  for (let i = 0; i < 5000; i++) cache.set(`k${i}`, i, { ttl: 5 });
  cache.set("stays", 1);
  await gone;
  while (cache.size > 1) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(cache.stats().expirations, 5000);
  assert.equal(cache.get("stays"), 1);
  clearInterval(awake);
  await cache.close();
});
