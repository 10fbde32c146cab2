// The content of batches: series, size, format, privacy.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fit, size } from "../../js/sampler/transport/batch.js";
import { toOtlp } from "../../js/sampler/transport/otlp.js";
import { collector, startWith } from "./endpoint.js";
import { problemsOf } from "./otlp-shape.js";

test("a batch has the series that changed since the last one, counted from the start of the visit", async () => {
  const { url, batches } = await collector();
  const { sampler } = await startWith(url);
  for (let i = 0; i < 1000; i++) sampler.track("api", 1 + (i % 100), { route: "/a" });
  sampler.track("quiet", 5);
  await sampler.flush();
  sampler.track("api", 7, { route: "/a" });
  await sampler.flush();
  await sampler.flush(); // nothing new
  assert.equal(batches.length, 2);
  assert.deepEqual(
    batches.map(({ series }) =>
      series.map((/** @type {any} */ each) => [each.name, each.histogram.count]),
    ),
    [
      [
        ["api", 1000],
        ["quiet", 1],
      ],
      [["api", 1001]],
    ],
  );
  const [first, second] = batches;
  assert.equal(first.visit, second.visit);
  assert.notEqual(first.id, second.id);
  assert.deepEqual(first.series[0].tags, { route: "/a" });
  const { positive } = first.series[0].histogram;
  assert.equal(
    positive.counts.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b),
    1000,
  );
});

test("nothing personal is sent by default", async () => {
  const { url, batches } = await collector();
  const { sampler } = await startWith(url);
  sampler.track("api", 1);
  await sampler.flush();
  const text = JSON.stringify(batches[0]);
  assert.doesNotMatch(text, /userAgent|Mozilla|Node\.js/);
});

test("Global Privacy Control is honoured with `respectGpc`", async (t) => {
  const { url, batches } = await collector();
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", {
    configurable: true,
    value: { globalPrivacyControl: true },
  });
  t.after(() => before && Object.defineProperty(globalThis, "navigator", before));
  const { sampler } = await startWith(url, { respectGpc: true });
  sampler.track("api", 1);
  await sampler.flush();
  assert.equal(batches.length, 0);
  const other = await startWith(url);
  other.sampler.track("api", 1);
  await other.sampler.flush();
  assert.equal(batches.length, 1);
});

test("a batch is reduced until it fits, and reports what was kept", () => {
  const series = Array.from({ length: 40 }, (_, at) => ({
    name: `series ${at}`,
    tags: {},
    histogram: { count: at, positive: { offset: 0, counts: Array(200).fill(1) } },
    exemplars: [{ value: 1, text: "x".repeat(100) }],
  }));
  const batch = /** @type {any} */ ({ series, errors: ["e"], vitals: [] });
  const { body, sent } = fit(batch, 5000, JSON.stringify);
  assert.ok(size(body) <= 5000);
  assert.ok(sent.series.length > 0 && sent.series.length < 40);
  assert.equal(sent.series[0].name, "series 39"); // counted most
  assert.equal(sent.series[0].histogram, series[39].histogram);
});

test("a series is sent as OTLP that fits its schema", async () => {
  const { url, batches } = await collector();
  const { sampler } = await startWith(url, { format: "otlp", service: "shop" });
  for (let i = -50; i < 1000; i++)
    sampler.track("api", i / 3, { route: "/a", warm: true, shard: 3 });
  await sampler.flush();
  assert.deepEqual(problemsOf(batches[0]), []);
  const [{ resource, scopeMetrics }] = batches[0].resourceMetrics;
  assert.deepEqual(resource.attributes[0], { key: "service.name", value: { stringValue: "shop" } });
  const [metric] = scopeMetrics[0].metrics;
  assert.equal(metric.name, "api");
  const [point] = metric.exponentialHistogram.dataPoints;
  assert.equal(point.count, "1050");
  assert.equal(point.scale, 6);
  const total = (/** @type {any} */ { bucketCounts }) =>
    bucketCounts.reduce((/** @type {number} */ sum, /** @type {string} */ n) => sum + Number(n), 0);
  assert.equal(total(point.positive) + total(point.negative) + Number(point.zeroCount), 1050);
});

test("the schema check itself finds mistakes", () => {
  const good = toOtlp(
    /** @type {any} */ ({
      start: 0,
      at: 1,
      service: "s",
      id: "i",
      visit: "v",
      series: [],
      vitals: [],
    }),
  );
  assert.deepEqual(problemsOf(good), []);
  assert.notDeepEqual(problemsOf({ ...good, more: 1 }), []);
  assert.notDeepEqual(
    problemsOf({ resourceMetrics: [{ resource: { attributes: [{ key: 1 }] } }] }),
    [],
  );
});
