// Names, tags and units of series, and what is timed: each is kept apart and as the page gave it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Sampler } from "apus";
import { batch, post, start } from "./collecting.js";
import { collector, startWith } from "./endpoint.js";

const unit = (/** @type {any} */ sampler) =>
  Object.fromEntries(sampler.report().series.map((/** @type {any} */ s) => [s.name, s.unit]));

test("names and tags with any characters stay apart", async () => {
  const { sampler } = await startWith((await collector()).url);
  /** @type {[string, Record<string, string>?][]} */
  const all = [
    ["a"],
    ["a\0b\0c"],
    ["a", { b: "c" }],
    ["a", { b: "c\0d\0e" }],
    ["a", { b: "c", d: "e" }],
    ["a\0b", { c: "" }],
    ["1 a1 b1 c"],
    ["a1 b1 c", {}],
    ["a", { b: "c1 d1 e" }],
  ];
  for (const [at, [name, tags]] of all.entries()) sampler.track(name, at + 1, tags);
  for (const [at, [name, tags]] of all.entries()) {
    assert.equal(sampler.summary(name, { tags })?.count, 1, JSON.stringify([name, tags]));
    assert.equal(sampler.summary(name, { tags })?.max, at + 1);
  }
});

test("series whose names contain NUL are sent and collected apart", async () => {
  const { url, batches } = await collector();
  const { sampler } = await startWith(url);
  for (const [name, tags] of /** @type {const} */ ([
    ["a\0b", {}],
    ["a\0c", {}],
    ["a", { b: "1,c,2" }],
    ["a", { b: "1", c: "2" }],
  ]))
    sampler.track(name, 1, tags);
  await sampler.flush();
  assert.equal(batches[0].series.length, 4);
  const { url: real, collection } = await start();
  assert.equal((await post(real, { ...batches[0], service: "s" })).status, 204);
  assert.equal(collection.summary().series.length, 4);
  assert.equal((await post(real, { ...batch, id: "v\0x", visit: "v\0x" })).status, 204);
  assert.equal((await post(real, { ...batch, id: "v\0y", visit: "v\0y" })).status, 204);
  assert.equal(collection.summary().visits, 3);
});

test("tags that the page changes later do not change what was counted", async () => {
  const { url, batches } = await collector();
  const { sampler } = await startWith(url);
  /** @type {Record<string, string>} */
  const tags = { route: "/a" };
  sampler.track("api", 1, tags);
  tags.route = "/b";
  sampler.track("api", 2, tags);
  await sampler.flush();
  assert.deepEqual(
    batches[0].series.map((/** @type {any} */ series) => series.tags),
    [{ route: "/a" }, { route: "/b" }],
  );
  assert.equal(sampler.summary("api", { tags: { route: "/a" } })?.max, 1);
});

test("each series is exported with its unit", async () => {
  for (const format of ["json", "otlp"]) {
    const { url, batches } = await collector();
    const { sampler } = await startWith(url, { format }, { types: ["measure"] });
    sampler.track("results", 10);
    sampler.track("heap", 5, { page: "a" }, "By");
    sampler.track("heap", 6, { page: "b" }, "By");
    sampler.trackAll("ratio", [0.5], undefined, "1");
    sampler.time("filter");
    sampler.timeEnd("filter");
    sampler.trackExecution("run", () => 1);
    sampler.measure("measured", /** @type {any} */ ({ start: 0, duration: 3 }));
    sampler.series();
    const expected = {
      ...{ results: "", heap: "By", ratio: "1", filter: "ms", run: "ms", measured: "ms" },
    };
    assert.deepEqual(unit(sampler), expected);
    await sampler.flush();
    const sent =
      format === "json" ? batches[0].series : batches[0].resourceMetrics[0].scopeMetrics[0].metrics;
    assert.deepEqual(
      Object.fromEntries(sent.map((/** @type {any} */ s) => [s.name, s.unit])),
      expected,
    );
  }
});

/** A lazy query, as query builders make them: `then` starts it, methods return it. */
class Query {
  started = 0;
  /** @param {() => Promise<unknown>} run */
  constructor(run) {
    this.run = run;
  }
  where() {
    return this;
  }
  /** @param {any} took @param {any} failed */
  // biome-ignore lint/suspicious/noThenProperty: this is the point
  then(took, failed) {
    this.started++;
    return this.run().then(took, failed);
  }
}

test("a thenable is returned itself, runs once, and keeps its value and its error", async () => {
  const clock = { now: 0 };
  const sampler = await Sampler.start({ types: [], now: () => clock.now });
  const run = async () => {
    clock.now += 30;
    return "rows";
  };
  const query = new Query(run);
  const timed = sampler.timed("query")(() => query)();
  assert.equal(timed, query);
  assert.equal(query.started, 0);
  assert.deepEqual(Object.keys(timed), ["started", "run"]);
  assert.equal(await timed.where(), "rows");
  assert.equal(query.started, 1);
  assert.equal(sampler.summary("query")?.count, 1);
  assert.equal(sampler.summary("query")?.max, 30);
  assert.equal(await query, "rows"); // later uses are not timed
  assert.equal(sampler.summary("query")?.count, 1);

  const failing = new Query(async () => {
    throw new Error("mine");
  });
  await assert.rejects(async () => await sampler.trackExecution("fails", () => failing), /mine/);
  assert.equal(sampler.summary("fails")?.count, 1);
  assert.equal(
    await sampler.trackExecution("fails", () => failing).then(undefined, () => "caught"),
    "caught",
  );

  // As jQuery's: `then` is the object's own and passes several values on.
  const deferred = {
    // biome-ignore lint/suspicious/noThenProperty: this is the point
    then: (/** @type {any} */ took) => took(1, 2),
  };
  const { then } = deferred;
  const passed = sampler.trackExecution("deferred", () => deferred);
  assert.equal(
    passed.then((/** @type {number} */ a, /** @type {number} */ b) => a + b),
    3,
  );
  assert.equal(sampler.summary("deferred")?.count, 1);
  assert.equal(deferred.then, then);

  const frozen = Object.freeze(new Query(run));
  assert.equal(
    sampler.trackExecution("frozen", () => frozen),
    frozen,
  );
  assert.equal(sampler.summary("frozen")?.count, 1);
  sampler.dispose();
});
