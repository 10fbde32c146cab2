import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache } from "../../js/cache/index.js";
import { FakeStore, openOn } from "./fake-store.js";
import { random } from "./random.js";

test("gets set values, peeks, has, deletes and clears", async () => {
  const cache = await Cache.open("basics");
  cache.set("a", 1).set("b", null).set("c", { deep: true });
  assert.equal(cache.get("a"), 1);
  assert.equal(cache.get("b"), null);
  assert.deepEqual(cache.peek("c"), { deep: true });
  assert.equal(cache.get("missing"), undefined);
  assert.equal(cache.has("b"), true);
  assert.equal(cache.delete("b"), true);
  assert.equal(cache.delete("b"), false);
  assert.equal(cache.size, 2);
  cache.clear();
  assert.equal(cache.size, 0);
  assert.equal(cache.get("a"), undefined);
  await cache.close();
});

test("evicts the least recently used, like a naive model", async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const next = random(seed);
    const maxEntries = 1 + next(40);
    const maxBytes = 200 + next(2000);
    const cache = await Cache.open("model", { maxEntries, maxBytes });
    /** @type {Map<string, { value: number, size: number }>} oldest first */
    const model = new Map();
    const bytes = () => [...model.values()].reduce((sum, { size }) => sum + size, 0);
    for (let step = 0; step < 4000; step++) {
      const key = `k${next(80)}`;
      const kind = next(10);
      if (kind < 4) {
        const size = next(150);
        cache.set(key, step, { size });
        model.delete(key);
        model.set(key, { value: step, size });
        for (const old of model.keys()) {
          if (model.size <= maxEntries && bytes() <= maxBytes) break;
          model.delete(old);
        }
      } else if (kind < 9) {
        const entry = model.get(key);
        assert.equal(cache.get(key), entry?.value);
        if (entry) {
          model.delete(key);
          model.set(key, entry);
        }
      } else assert.equal(cache.delete(key), model.delete(key));
    }
    assert.equal(cache.size, model.size);
    assert.equal(cache.bytes, bytes());
    assert.deepEqual([...cache.keys()], [...model.keys()].reverse());
    await cache.close();
  }
});

test("never returns an expired value, whatever the clock does", async () => {
  let time = 1_000_000;
  const cache = await Cache.open("time", { ttl: 1000, now: () => time });
  cache.set("a", 1).set("b", 2, { ttl: 50 }).set("c", 3, { ttl: Number.POSITIVE_INFINITY });
  time += 50;
  assert.equal(cache.get("b"), undefined, "at its deadline an entry is gone");
  assert.equal(cache.get("a"), 1);
  time -= 500_000; // set back: an expired entry stays expired
  assert.equal(cache.get("a"), 1);
  time += 950;
  assert.equal(cache.peek("a"), undefined);
  assert.equal(cache.has("a"), false);
  assert.deepEqual([...cache.keys()], ["c"]);
  cache.set("a", 4);
  time += 8 * 3600_000; // the machine slept
  assert.equal(cache.get("a"), undefined);
  assert.equal(cache.get("c"), 3);
  await cache.close();
});

test("a deadline also passes during a dense run of hits in one turn", async () => {
  const cache = await Cache.open("dense", { ttl: 20 });
  cache.set("a", 1);
  const end = Date.now() + 40;
  for (let i = 0; i < 100_000; i++) cache.get("a");
  while (Date.now() < end);
  assert.equal(cache.get("a"), undefined);
  cache.clear();
  cache.set("b", 2, { ttl: Number.POSITIVE_INFINITY });
  for (let i = 0; i < 1000; i++) cache.get("b");
  cache.set("c", 3); // the first deadline of all
  for (const end = Date.now() + 40; Date.now() < end; ) cache.get("b");
  for (let i = 0; i < 1000; i++) cache.get("b");
  assert.equal(cache.get("c"), undefined);
  assert.equal(cache.get("b"), 2);
  await cache.close();
});

test("replaced clocks (fake timers) take effect within one turn", async () => {
  const real = Date.now;
  const cache = await Cache.open("fake", { ttl: 60_000 });
  try {
    let time = real();
    Date.now = () => time;
    cache.set("a", 1);
    for (let i = 0; i < 1000; i++) cache.get("a");
    time += 60_001;
    assert.equal(cache.get("a"), undefined);
  } finally {
    Date.now = real;
  }
  await cache.close();
});

test("counts hits, misses, evictions and expirations", async () => {
  const cache = await Cache.open("counts", { maxEntries: 2, maxBytes: 1000 });
  cache.set("a", 1, { size: 10 }).set("b", 2, { size: 10 }).set("c", 3, { size: 10 });
  cache.set("huge", 1, { size: 1001 });
  cache.get("b");
  cache.get("c");
  cache.get("a");
  const stats = cache.stats();
  assert.deepEqual(
    [stats.hits, stats.misses, stats.evictions, stats.rejections, stats.entries, stats.bytes],
    [2, 1, 1, 1, 2, 20],
  );
  assert.equal(stats.hitRatio, 2 / 3);
  await cache.close();
});

test("reports changes through events, and a listener that throws breaks nothing", async () => {
  const cache = await Cache.open("events", { maxEntries: 1, maxBytes: 100 });
  const seen = [];
  for (const type of ["set", "evict", "reject"]) {
    cache.addEventListener(type, ({ detail }) => seen.push([type, detail.key]));
  }
  cache.set("a", 1, { size: 1 }).set("b", 2, { size: 1 }).set("c", 3, { size: 101 });
  assert.deepEqual(seen, [
    ["set", "a"],
    ["evict", "a"],
    ["set", "b"],
    ["reject", "c"],
  ]);
  assert.equal(cache.get("b"), 2);
  await cache.close();
});

test("resizing evicts at once, the coldest first", async () => {
  const cache = await Cache.open("resize");
  for (let i = 0; i < 1000; i++) cache.set(`k${i}`, i);
  cache.get("k0");
  cache.resize({ maxEntries: 3 });
  assert.deepEqual([...cache.keys()], ["k0", "k999", "k998"]);
  cache.resize({ maxEntries: 1000, maxBytes: 1e6 });
  assert.ok(cache.bytes > 0 && cache.bytes < 1000);
  await cache.close();
});

test("an error names the bad argument, before anything changes", async () => {
  for (const [options, error] of [
    [{ maxEntries: Number.NaN }, RangeError],
    [{ maxEntries: -1 }, RangeError],
    [{ maxEntries: "9" }, TypeError],
    [{ maxBytes: 0.5 }, RangeError],
    [{ ttl: Number.NaN }, RangeError],
    [{ ttl: -5 }, RangeError],
    [{ policy: "best" }, TypeError],
    [{ unheard: 1 }, TypeError],
    [{ sizeOf: 5 }, TypeError],
    [{ persist: "yes" }, TypeError],
    [{ persist: { preloaded: true } }, TypeError],
    [{ persist: { preload: "yes" } }, TypeError],
    [{ persist: { store: {} } }, TypeError],
    [{ persist: { level: 99 } }, RangeError],
  ]) {
    const [name] = Object.keys(options);
    await assert.rejects(Cache.open("bad", /** @type {any} */ (options)), (thrown) => {
      assert.ok(thrown instanceof error, `${name}: ${thrown}`);
      assert.match(thrown.message, new RegExp(name));
      return true;
    });
  }
  const cache = /** @type {any} */ (await Cache.open("bad", { maxEntries: 5 }));
  cache.set("a", 1);
  for (const method of ["get", "peek", "has", "delete"])
    assert.throws(() => cache[method](1), TypeError);
  assert.throws(() => cache.set(Symbol(), 1), TypeError);
  assert.throws(() => cache.set("a", undefined), TypeError);
  assert.throws(() => cache.set("a", 2, { ttl: -1 }), RangeError);
  assert.throws(() => cache.set("a", 2, { size: Number.POSITIVE_INFINITY }), RangeError);
  assert.throws(() => cache.set("a", 2, { tag: [] }), /unknown option "tag"/);
  assert.throws(() => cache.resize({ maxEntries: Number.NaN }), RangeError);
  assert.equal(cache.get("a"), 1);
  await cache.close();
  await cache.close();
  for (const use of [
    () => cache.get("a"),
    () => cache.set("a", 1),
    () => cache.stats(),
    () => cache.clear(),
    () => [...cache.keys()],
  ]) {
    assert.throws(use, { code: "CLOSED" });
  }
  await assert.rejects(cache.flush(), { code: "CLOSED" });
});

test("passes changes to the store, and brings entries back without writing them again", async () => {
  const store = new FakeStore();
  const first = await openOn(store, "disk");
  first
    .set("a", { n: 1 }, { tags: ["t"], priority: 2 })
    .set("b", 2)
    .set("c", 3, { ttl: 1000 });
  first.delete("b");
  assert.deepEqual([...store.records.keys()], ["a", "c"]);
  assert.deepEqual(store.records.get("a"), {
    value: { n: 1 },
    expiresAt: Number.POSITIVE_INFINITY,
    tags: ["t"],
    priority: 2,
  });
  await first.flush();
  assert.equal(store.flushes, 1);
  await first.close();
  assert.ok(store.closed);

  const second = await openOn(store, "disk");
  store.put = () => assert.fail("a restored value was written again");
  assert.equal(second.get("a"), undefined);
  assert.deepEqual(await second.load("a"), { n: 1 });
  assert.deepEqual(second.get("a"), { n: 1 });
  assert.equal(await second.load("b"), undefined);
  store.dispatchEvent(new CustomEvent("change", { detail: { keys: ["a"] } }));
  assert.equal(second.get("a"), undefined);
  const degraded = new Promise((resolve) => second.addEventListener("degraded", resolve));
  store.dispatchEvent(new CustomEvent("degraded", { detail: { reason: "quota" } }));
  assert.equal((await degraded).detail.reason, "quota");
  await second.close();

  const third = await openOn(store, "disk", { preload: true });
  assert.deepEqual([...third.keys()].sort(), ["a", "c"]);
  await third.close();
});
