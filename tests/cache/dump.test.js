import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache } from "../../js/cache/index.js";

const entry = { key: "a", value: 1, ttl: null, stale: 0, size: 8, priority: 0, tags: [] };

for (const heap of /** @type {const} */ (["js", "wasm"])) {
  test(`heap "${heap}": a damaged dump is refused before any change`, async () => {
    const cache = /** @type {any} */ (await Cache.open("damaged", { heap }));
    cache.set("a", "old");
    for (const damage of [
      { key: 5 },
      { value: undefined },
      { ttl: -1 },
      { ttl: "soon" },
      { ttl: Number.NaN },
      { stale: -5 },
      { stale: {} },
      { size: 1.5 },
      { size: "big" },
      { priority: 16 },
      { priority: null },
      { tags: "t" },
      { tags: [1] },
      { tags: ["a\0b"] },
    ]) {
      for (const at of [0, 1]) {
        const entries = [{ ...entry }, { ...entry, key: "b" }];
        Object.assign(entries[at], damage);
        await assert.rejects(
          cache.load({ version: 1, entries }),
          (/** @type {any} */ error) => {
            assert.ok(error instanceof TypeError || error instanceof RangeError);
            assert.match(error.message, new RegExp(`entry ${at}`));
            return true;
          },
          JSON.stringify(damage),
        );
      }
    }
    for (const entries of [[null], [5], [[]], "text", undefined]) {
      await assert.rejects(cache.load({ version: 1, entries }), TypeError);
    }
    assert.deepEqual([...cache], [["a", "old"]]);
    await cache.close();
  });

  test(`heap "${heap}": a dump is restored completely, as an object and as JSON`, async () => {
    let time = 0;
    const now = () => time;
    const from = await Cache.open("from", { heap, now });
    from.set("ever", 1).set("stale for ever", 2, {
      ttl: 10,
      staleWhileRevalidate: Number.POSITIVE_INFINITY,
    });
    from.set("short", 3, { ttl: 20, staleWhileRevalidate: 5, priority: 2, tags: ["t"] });
    const dump = await from.dump();
    for (const given of [dump, JSON.parse(JSON.stringify(dump))]) {
      time = 0;
      const to = await Cache.open("to", { heap, now });
      assert.equal(await to.load(given), 3);
      assert.deepEqual(await to.dump(), dump);
      time = 1e9;
      assert.equal(await to.fetch("stale for ever", () => 5), 2);
      assert.equal(to.get("ever"), 1);
      await to.close();
    }
    await from.close();
  });
}

test("a dump with values that the byte heap cannot keep is refused before any change", async () => {
  const cache = await Cache.open("bytes", { heap: "wasm" });
  const entries = [{ ...entry }, { ...entry, key: "b", value: () => 1 }];
  await assert.rejects(cache.load({ version: 1, entries }), { code: "NOT_SERIALIZABLE" });
  assert.equal(cache.size, 0);
  await cache.close();
});

test("a cache that loads entries without sizes weighs them", async () => {
  const from = await Cache.open("unweighed");
  for (let i = 0; i < 100; i++) from.set(`k${i}`, "x".repeat(100));
  const to = await Cache.open("weighs", { maxBytes: 3000 });
  await to.load(await from.dump());
  assert.ok(to.bytes <= 3000 && to.size < 30, `${to.size} entries`);
  await from.close();
  await to.close();
});

test("a dump holds entries with all their options, and another cache restores it", async () => {
  let time = 1000;
  const now = () => time;
  const first = await Cache.open("from", { now });
  first.set("a", { n: 1 }, { tags: ["t"], priority: 3, size: 10 });
  first.set("b", 2, { ttl: 100, staleWhileRevalidate: 50 }).set("gone", 3, { ttl: 10 });
  time += 40;
  const dump = JSON.parse(JSON.stringify(await first.dump()));
  const second = await Cache.open("to", { now });
  assert.equal(await second.load(dump), 2);
  assert.deepEqual([...second.keys()], [...first.keys()]);
  assert.deepEqual(second.get("a"), { n: 1 });
  time += 60;
  assert.equal(second.get("b"), undefined);
  assert.equal(await second.fetch("b", () => 5), 2, "stale");
  assert.equal(second.invalidateTag("t"), 1);
  await assert.rejects(second.load(/** @type {any} */ ({ version: 2 })), TypeError);
  await first.close();
  await second.close();
});
