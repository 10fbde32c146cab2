import assert from "node:assert/strict";
import { test } from "node:test";
import { Sampler } from "apus";

/** A sampler with its own clock. @param {object} [options] */
async function startAt(options) {
  const clock = { now: 0 };
  const sampler = await Sampler.start({ types: ["measure"], now: () => clock.now, ...options });
  return { clock, sampler };
}

test("track counts values, and summary returns their quantiles within a percent", async () => {
  const { sampler } = await startAt();
  for (let value = 1; value <= 10_000; value++) sampler.track("work", value);
  const summary = sampler.summary("work");
  assert.equal(summary?.count, 10_000);
  assert.equal(summary?.min, 1);
  assert.equal(summary?.max, 10_000);
  assert.equal(summary?.mean, 5000.5);
  for (const [name, truth] of /** @type {const} */ ([
    ["p50", 5000],
    ["p75", 7500],
    ["p95", 9500],
    ["p99", 9900],
  ])) {
    assert.ok(Math.abs(summary[name] / truth - 1) < 0.01, `${name}: ${summary[name]}`);
  }
  sampler.dispose();
});

test("trackAll equals track of each, over many batches", async () => {
  const { sampler } = await startAt();
  const values = Float64Array.from({ length: 5000 }, (_, i) => (i * 7919) % 1013);
  values[100] = Number.NaN;
  for (const value of values) sampler.track("one by one", value);
  for (let from = 0; from < 5000; ) {
    const count = 1 + ((from * 31) % 2500);
    const part = values.subarray(from, from + count);
    sampler.trackAll("at once", from % 2 ? part : [...part]);
    sampler.track("between", 1);
    from += count;
  }
  assert.deepEqual(
    { ...sampler.summary("at once"), mean: 0 },
    { ...sampler.summary("one by one"), mean: 0 },
  );
  assert.equal(sampler.summary("at once")?.count, 4999);
  assert.equal(sampler.losses.rejected, 2);
  sampler.trackAll("at once", /** @type {any} */ (undefined));
  assert.equal(sampler.losses.rejected, 3);
  sampler.dispose();
});

test("a name that was never tracked has no summary", async () => {
  const { sampler } = await startAt();
  assert.equal(sampler.summary("nothing"), undefined);
  sampler.dispose();
});

test("tags keep series apart, whatever their order", async () => {
  const { sampler } = await startAt();
  sampler.track("api", 10, { route: "/a", method: "GET" });
  sampler.track("api", 20, { method: "GET", route: "/a" });
  sampler.track("api", 30, { method: "POST", route: "/a" });
  assert.equal(sampler.summary("api", { tags: { method: "GET", route: "/a" } })?.count, 2);
  assert.equal(sampler.summary("api", { tags: { method: "POST", route: "/a" } })?.count, 1);
  assert.equal(sampler.summary("api"), undefined);
  sampler.dispose();
});

test("series beyond the bounds join the overflow series, and no value is lost", async () => {
  const { sampler } = await startAt({ maxSeries: 20, maxPerName: 8 });
  for (let user = 0; user < 100; user++) sampler.track("load", 1, { user });
  assert.equal(sampler.summary("load", { tags: { overflow: true } })?.count, 92);
  for (let name = 0; name < 100; name++) sampler.track(`name ${name}`, 1);
  const counts = sampler.series().map((series) => [series.name, series.tags]);
  assert.equal(counts.length, 20);
  assert.deepEqual(counts[0], ["overflow", { overflow: true }]);
  assert.equal(sampler.summary("overflow", { tags: { overflow: true } })?.count, 90);
  sampler.dispose();
});

test("time and timeEnd measure the time between them", async () => {
  const { clock, sampler } = await startAt();
  sampler.time("filter");
  clock.now += 25;
  assert.equal(sampler.timeEnd("filter"), 25);
  assert.equal(sampler.summary("filter")?.max, 25);
  assert.equal(sampler.timeEnd("filter"), undefined);
  assert.equal(sampler.losses.rejected, 1);
  sampler.dispose();
});

test("trackExecution times sync and async work and passes results and errors through", async () => {
  const { clock, sampler } = await startAt();
  assert.equal(
    sampler.trackExecution("sync", () => {
      clock.now += 5;
      return "result";
    }),
    "result",
  );
  const promised = sampler.trackExecution("async", async () => {
    clock.now += 7;
    return 1;
  });
  assert.equal(await promised, 1);
  assert.throws(
    () =>
      sampler.trackExecution("sync", () => {
        clock.now += 9;
        throw new Error("mine");
      }),
    /mine/,
  );
  assert.equal(sampler.summary("sync")?.count, 2);
  assert.equal(sampler.summary("sync")?.max, 9);
  assert.equal(sampler.summary("async")?.max, 7);
  sampler.dispose();
});

test("timed wraps functions and decorates methods", async () => {
  const { clock, sampler } = await startAt();
  const wrapped = sampler.timed("parse")((/** @type {number} */ ms) => {
    clock.now += ms;
    return ms * 2;
  });
  assert.equal(wrapped(4), 8);
  class Loader {
    base = 3;
    /** @param {number} ms */
    load(ms) {
      clock.now += ms;
      return this.base + ms;
    }
  }
  // As `@sampler.timed() load()`, for engines without decorators.
  Loader.prototype.load = sampler.timed()(Loader.prototype.load, { name: "load" });
  assert.equal(new Loader().load(5), 8);
  assert.equal(sampler.summary("parse")?.max, 4);
  assert.equal(sampler.summary("load")?.max, 5);
  sampler.dispose();
});

test("windows drop old values, the visit does not", async () => {
  const { clock, sampler } = await startAt();
  sampler.track("beat", 1);
  assert.equal(sampler.summary("beat", { window: "1m" })?.count, 1);
  clock.now = 2 * 60_000;
  assert.equal(sampler.summary("beat", { window: "1m" }), undefined);
  assert.equal(sampler.summary("beat", { window: "5m" })?.count, 1);
  clock.now = 20 * 60_000;
  assert.equal(sampler.summary("beat", { window: "15m" }), undefined);
  assert.equal(sampler.summary("beat")?.count, 1);
  sampler.dispose();
});

test("every performance.measure becomes a series", async () => {
  const { sampler } = await startAt();
  performance.measure("whose", { start: 0, duration: 40 });
  sampler.measure("mine", /** @type {any} */ ({ start: 0, duration: 8 }));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(sampler.summary("whose")?.max, 40);
  assert.equal(sampler.summary("mine")?.max, 8);
  sampler.dispose();
});

test("rates count a share of the entries of a type", async () => {
  let at = 0;
  const { sampler } = await startAt({ rates: { measure: 0.25 }, random: () => (at++ % 4) / 4 });
  for (let i = 0; i < 400; i++) performance.measure("often", { start: 0, duration: 1 });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(sampler.summary("often")?.count, 100);
  await assert.rejects(Sampler.start({ rates: { measure: 7 } }), /rates\.measure/);
  sampler.dispose();
});

test("bad values are counted as rejected and throw nothing", async () => {
  const { sampler } = await startAt();
  const bad = /** @type {any} */ (sampler);
  for (const value of [Number.NaN, Infinity, -Infinity, "7", undefined, null, {}, 1n]) {
    bad.track("value", value);
  }
  for (const name of [1, undefined, Symbol("name"), {}]) bad.track(name, 1);
  assert.equal(sampler.measure("no such", "mark"), undefined);
  assert.equal(sampler.summary("value"), undefined);
  assert.equal(sampler.losses.rejected, 13);
  for (const value of [1e300, -1e300, 5e-324, 2 ** 60, -0]) sampler.track("extreme", value);
  assert.equal(sampler.summary("extreme")?.count, 5);
  assert.equal(sampler.losses.rejected, 13);
  sampler.dispose();
});

test("with strict, bad values throw", async () => {
  const { sampler } = await startAt({ strict: true });
  assert.throws(() => sampler.track("value", Number.NaN), TypeError);
  assert.throws(() => sampler.track(/** @type {any} */ (Symbol("name")), 1), TypeError);
  assert.throws(() => sampler.timeEnd("never started"), RangeError);
  sampler.dispose();
});

test("errors name the invalid option", async () => {
  for (const [options, message] of /** @type {const} */ ([
    [{ sampleRate: 2 }, /sampleRate/],
    [{ sampleRate: Number.NaN }, /sampleRate/],
    [{ types: "measure" }, /types/],
    [{ types: ["mesure"] }, /mesure/],
    [{ maxSeries: 0 }, /maxSeries/],
    [{ colour: 1 }, /colour/],
    [null, /options/],
  ])) {
    await assert.rejects(Sampler.start(/** @type {any} */ (options)), message);
  }
});

test("a visit outside the sample records nothing and breaks nothing", async () => {
  const sampler = await Sampler.start({ sampleRate: 0.5, random: () => 0.7 });
  assert.equal(sampler.sampled, false);
  sampler.track("work", 1);
  assert.equal(
    sampler.trackExecution("work", () => 3),
    3,
  );
  assert.equal(sampler.summary("work"), undefined);
  assert.deepEqual(sampler.series(), []);
  sampler.dispose();
});

test("after dispose calls do nothing, and dispose can be called again", async () => {
  const { sampler } = await startAt();
  sampler.track("work", 1);
  sampler.dispose();
  sampler.dispose();
  sampler.track("work", 1);
  assert.equal(sampler.summary("work"), undefined);
});
