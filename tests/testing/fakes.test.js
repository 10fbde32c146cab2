// The fakes keep what the real classes promise: each behaviour runs with both.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache } from "../../js/cache/index.js";
import * as testing from "../../js/testing/index.js";

for (const [name, open] of [
  ["Cache", (options) => Cache.open("contract", options)],
  ["fakeCache", async (options) => testing.fakeCache(options)],
]) {
  test(`${name}: budgets, deadlines, tags and events`, async () => {
    let now = 1000;
    const cache = await open({ maxEntries: 3, ttl: 100, now: () => now });
    const gone = [];
    cache.addEventListener("remove", ({ detail: { key, reason } }) =>
      gone.push(`${reason} ${key}`),
    );
    cache
      .set("a", 1, { tags: ["odd"] })
      .set("b", 2)
      .set("c", 3, { tags: ["odd"] });
    cache.get("a");
    cache.set("d", 4);
    assert.deepEqual(gone.splice(0), ["evict b"]);
    assert.deepEqual([...cache.keys()], ["d", "a", "c"]);
    assert.equal(cache.invalidateTag("odd"), 2);
    assert.deepEqual(gone.splice(0).sort(), ["invalidate a", "invalidate c"]);
    now = 2000;
    assert.equal(cache.get("d"), undefined);
    assert.deepEqual(gone.splice(0), ["expire d"]);
    const { hits, misses, evictions, expirations } = cache.stats();
    assert.deepEqual(
      { hits, misses, evictions, expirations },
      { hits: 1, misses: 1, evictions: 1, expirations: 1 },
    );
    await cache.close();
    assert.throws(() => cache.get("a"), { code: "CLOSED" });
  });

  test(`${name}: shared loads, stale values, patterns and dumps`, async () => {
    let now = 1000;
    const cache = await open({ ttl: 100, staleWhileRevalidate: 1000, now: () => now });
    let loads = 0;
    const load = async () => ++loads;
    assert.deepEqual(await Promise.all([cache.fetch("k", load), cache.fetch("k", load)]), [1, 1]);
    now = 1200;
    assert.equal(await cache.fetch("k", load), 1); // stale, and a new one loads
    await new Promise((resolve) => setTimeout(resolve));
    assert.equal(await cache.fetch("k", load), 2);
    cache.setMany([
      ["x:1", 1],
      ["x:2", 2],
      ["y:1", 3],
    ]);
    assert.equal(cache.invalidate("x:*"), 2);
    const dump = await cache.dump();
    assert.deepEqual(dump.entries.map(({ key }) => key).sort(), ["k", "y:1"]);
    const twice = cache.memoize(async (n) => 2 * n);
    assert.equal(await twice(4), 8);
    assert.throws(() => cache.set(5, 1), TypeError);
    assert.throws(() => cache.set("k", undefined), TypeError);
    await cache.close();
  });
}

test("a fake cache is a Cache, also with the mocked class", () => {
  const cache = testing.fakeCache();
  assert.ok(cache instanceof Cache);
  assert.ok(cache instanceof testing.Cache);
  assert.throws(() => testing.fakeCache({ maxEntries: -1 }), RangeError);
});

test("with persist, fake caches of a name share what they keep until resetFakes()", async () => {
  const first = await testing.Cache.open("kept", { persist: true });
  first.set("a", { text: "hello" });
  assert.equal(await first.flush(), true);
  await first.close();
  const second = await testing.Cache.open("kept", { persist: true });
  assert.equal(second.get("a"), undefined);
  assert.deepEqual(await second.load("a"), { text: "hello" });
  testing.resetFakes();
  const third = await testing.Cache.open("kept", { persist: true });
  assert.equal(await third.load("a"), undefined);
});

test("the sampler counts what is tracked, with exact quantiles", async () => {
  const sampler = await testing.Sampler.start();
  for (let value = 1; value <= 100; value++) sampler.track("load", value, { route: "home" });
  const summary = sampler.summary("load", { tags: { route: "home" } });
  assert.deepEqual(summary, {
    count: 100,
    min: 1,
    max: 100,
    mean: 50.5,
    p50: 50,
    p75: 75,
    p90: 90,
    p95: 95,
    p99: 99,
  });
  assert.equal(sampler.summary("load"), undefined);
  assert.equal(await sampler.trackExecution("run", async () => 7), 7);
  assert.equal(sampler.summary("run")?.count, 1);
  sampler.track("bad", Number.NaN);
  assert.equal(sampler.losses.rejected, 1);
  const told = [];
  sampler.on("vital", ({ detail }) => told.push(detail.name));
  sampler.dispatchEvent(new CustomEvent("vital", { detail: { name: "LCP" } }));
  assert.deepEqual(told, ["LCP"]);
  await assert.rejects(testing.Sampler.start({ sampleRate: 2 }), RangeError);
});

test("lazy() loads functions and named modules", async () => {
  testing.fakeModule("./chart.js", { draw: 1 });
  assert.deepEqual(await testing.lazy("./chart.js"), { draw: 1 });
  assert.equal(await testing.lazy(async () => 5), 5);
  assert.equal(await testing.lazyImport(async () => 6)(), 6);
  await assert.rejects(testing.lazy("./other.js"), { code: "GONE" });
  testing.fakeModule("./broken.js", new Error("broken"));
  await assert.rejects(testing.lazy("./broken.js"), { message: "broken" });
  await assert.rejects(testing.lazy(async () => 5, { signal: AbortSignal.abort() }));
  testing.resetFakes();
});

test("the fakes have the names of apus that a page uses", async () => {
  const real = await import("../../js/index.js");
  for (const name of [
    "ApusError",
    "Cache",
    "Sampler",
    "lazy",
    "lazyDefaults",
    "lazyImport",
    "prefetch",
    "preload",
  ]) {
    assert.equal(typeof testing[name], typeof real[name], name);
  }
});
