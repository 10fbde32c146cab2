import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache } from "../../js/cache/index.js";
import { random } from "./random.js";

for (const heap of /** @type {const} */ (["js", "wasm"])) {
  test(`heap "${heap}": an empty cache has no keys, dumps none and invalidates none`, async () => {
    const cache = await Cache.open("empty", { heap });
    assert.deepEqual([...cache.keys()], []);
    assert.deepEqual([...cache], []);
    assert.equal(cache.invalidate("*"), 0);
    assert.deepEqual(await cache.dump(), { version: 1, entries: [] });
    assert.equal(cache.get(""), undefined);
    cache.set("", 1);
    assert.deepEqual([...cache], [["", 1]]);
    await cache.close();
  });

  test(`heap "${heap}": an iteration yields only present entries, whatever happens meanwhile`, async () => {
    const next = random(5);
    for (let round = 0; round < 100; round++) {
      const cache = await Cache.open("iterated", { heap, maxEntries: 60 });
      const model = new Map();
      cache.addEventListener("remove", (/** @type {any} */ { detail: { key, reason } }) => {
        if (reason !== "overwrite") model.delete(key);
      });
      const set = (/** @type {string} */ key, /** @type {number} */ value) => {
        model.set(key, value);
        cache.set(key, value);
      };
      for (let i = 0; i < 50; i++) set(`k${i}`, i);
      let steps = 0;
      for (const [key, value] of cache) {
        assert.equal(value, model.get(key), key);
        assert.ok(++steps <= 50);
        if (next(3) === 0) await null;
        const operation = next(12);
        if (operation < 5) cache.delete(`k${next(60)}`);
        else if (operation < 8) set(`new ${next(1000)}`, next(100));
        else if (operation === 8) cache.get(`k${next(50)}`);
        else if (operation === 9 && next(10) === 0) cache.clear();
        else if (operation === 10 && next(10) === 0) cache.resize({ maxEntries: 20 + next(40) });
      }
      assert.equal(cache.size, model.size);
      await cache.close();
    }
  });

  test(`heap "${heap}": an iteration skips keys that were deleted meanwhile`, async () => {
    const cache = await Cache.open("deleted", { heap });
    for (let i = 0; i < 10; i++) cache.set(`k${i}`, i);
    const keys = cache.keys();
    assert.equal(keys.next().value, "k9");
    for (let i = 0; i < 8; i++) cache.delete(`k${i}`);
    assert.deepEqual([...keys], ["k8"]);
    await cache.close();
  });

  test(`heap "${heap}": a get of an expired entry does not count as a use`, async () => {
    let time = 0;
    const cache = await Cache.open("dead", { heap, maxEntries: 3, now: () => time });
    cache.set("stale", 1, { ttl: 10, staleWhileRevalidate: 1000 }).set("b", 2).set("c", 3);
    time = 5;
    cache.get("b");
    time = 20;
    assert.equal(cache.get("stale"), undefined);
    cache.set("d", 4);
    assert.equal(await cache.fetch("stale", () => "loaded"), "loaded", "it was the coldest");
    assert.equal(cache.has("c"), false);
    cache.clear();
    cache.set("timed", 1, { ttl: 10 }).set("b", 2).set("c", 3);
    assert.equal(cache.get("timed"), 1);
    cache.set("d", 4);
    assert.deepEqual(
      [...cache.keys()],
      ["d", "timed", "c"],
      "a live one's deadline changes nothing",
    );
    await cache.close();
  });

  test(`heap "${heap}": an expired entry stays expired when the clock is set back`, async () => {
    let time = 100_000;
    const cache = await Cache.open("back", { heap, now: () => time });
    cache.set("a", 1, { ttl: 10 }).set("b", 2, { ttl: 10, staleWhileRevalidate: 50 });
    time += 20;
    assert.equal(cache.peek("a"), undefined);
    assert.equal(cache.peek("b"), undefined);
    time -= 90_000;
    assert.equal(cache.peek("a"), undefined);
    assert.equal(cache.get("a"), undefined);
    assert.equal(cache.get("b"), undefined);
    assert.equal(cache.has("b"), false);
    assert.deepEqual([...cache.keys()], []);
    await cache.close();
  });
}
