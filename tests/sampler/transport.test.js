// Delivery of batches to a collector that is sometimes unreachable.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { Sampler } from "apus";
import { fit, size } from "../../js/sampler/transport/batch.js";
import { parseDelivery } from "../../js/sampler/transport/delivery.js";
import { toOtlp } from "../../js/sampler/transport/otlp.js";
import { Queue } from "../../js/sampler/transport/queue.js";
import { retryAfter } from "../../js/sampler/transport/send.js";
import { problemsOf } from "./otlp-shape.js";

/** @type {(() => void)[]} */
const open = [];
after(() => {
  for (const close of open) close();
});

/** A collector that answers as told. @param {(batch: any) => { status: number, headers?: object, body?: string }} answer */
async function collector(answer = () => ({ status: 204 })) {
  /** @type {any[]} */
  const batches = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
    const batch = JSON.parse(String(text));
    batches.push(batch);
    const { status, headers, body } = answer(batch);
    response.writeHead(status, /** @type {any} */ (headers)).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  open.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  const { port } = /** @type {any} */ (server.address());
  return { url: `http://127.0.0.1:${port}/batches`, batches };
}

/** @param {string} endpoint @param {object} [transport] @param {object} [options] */
async function startWith(endpoint, transport, options) {
  const clock = { now: 0 };
  const sampler = await Sampler.start({
    types: [],
    endpoint,
    transport,
    now: () => clock.now,
    random: () => 0.5,
    ...options,
  });
  /** @type {any[]} */
  const deliveries = [];
  sampler.on("delivery", ({ detail }) => deliveries.push(detail));
  open.push(() => sampler.dispose());
  return { sampler, clock, deliveries };
}

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

test("a batch is sent when it is due, even if nothing more is counted", async () => {
  const { url, batches } = await collector();
  const sampler = await Sampler.start({ types: [], endpoint: url, transport: { every: 1200 } });
  sampler.track("api", 1);
  while (batches.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(batches[0].series[0].name, "api");
  sampler.dispose();
});

test("a failed batch waits, backs off and is sent with the next one", async () => {
  let status = 503;
  const { url, batches } = await collector(() => ({ status }));
  const { sampler, deliveries } = await startWith(url);
  sampler.track("api", 1);
  await sampler.flush();
  assert.deepEqual(deliveries, [{ state: "waiting", reason: "HTTP 503" }]);
  sampler.track("api", 2);
  status = 200;
  await sampler.flush();
  assert.equal(batches.length, 2);
  assert.equal(batches[1].series[0].histogram.count, 2);
  await sampler.flush();
  assert.equal(batches.length, 2);
});

/** A delivery over made-up numbers and a clock of its own. @param {string} url */
function deliveryTo(url) {
  const clock = { now: 0 };
  let count = 0;
  const none = { offset: 0, counts: [] };
  const delivery = parseDelivery(url, { every: 10_000 }).start({
    histograms: /** @type {any} */ ({
      list: () => [{ id: 1, name: "api", tags: {} }],
      count: () => ++count,
      export: () => ({
        count,
        sum: 0,
        min: 0,
        max: 0,
        zeros: count,
        positive: none,
        negative: none,
      }),
    }),
    report: () => /** @type {any} */ ({ vitals: [], series: [], errors: [], losses: {} }),
    now: () => clock.now,
    random: () => 0.5,
    dispatch() {},
  });
  open.push(() => delivery?.stop());
  return {
    /** @param {number} now */
    async at(now) {
      clock.now = now;
      delivery?.pulse(now);
      await delivery?.idle;
    },
  };
}

test("Retry-After delays the next batch", async () => {
  let headers = { "retry-after": "60" };
  let status = 429;
  const { url, batches } = await collector(() => ({ status, headers }));
  const { at } = deliveryTo(url);
  await at(10_000);
  assert.equal(batches.length, 1);
  status = 204;
  headers = /** @type {any} */ ({});
  await at(69_000);
  assert.equal(batches.length, 1);
  await at(70_100);
  assert.equal(batches.length, 2);
});

test("waits grow with each failure, and shrink after a success", async () => {
  let status = 500;
  const { url, batches } = await collector(() => ({ status }));
  const { at } = deliveryTo(url);
  /** @type {number[]} */
  const tries = [];
  for (let now = 10_000; now < 100_000; now += 250) {
    const before = batches.length;
    await at(now);
    if (batches.length > before) tries.push(now);
  }
  const waits = tries.slice(1).map((now, i) => now - tries[i]);
  for (let i = 1; i < waits.length; i++) assert.ok(waits[i] >= waits[i - 1], String(waits));
  assert.ok(waits.length >= 4 && waits.length <= 8, String(waits));
  status = 204;
  await at(1_000_000);
  const sent = batches.length;
  await at(1_009_000);
  assert.equal(batches.length, sent);
  await at(1_010_000);
  assert.equal(batches.length, sent + 1);
});

test("a refused batch is counted and not sent again", async () => {
  const { url, batches } = await collector(() => ({ status: 400, body: "<html>what?" }));
  const { sampler, deliveries } = await startWith(url);
  sampler.track("api", 1);
  await sampler.flush();
  await sampler.flush();
  assert.equal(batches.length, 1);
  assert.equal(sampler.report()?.losses.refused, 1);
  assert.equal(deliveries[0].state, "refused");
});

test("a redirect elsewhere is not followed", async () => {
  const other = await collector();
  const { url } = await collector(() => ({ status: 307, headers: { location: other.url } }));
  const { sampler, deliveries } = await startWith(url);
  sampler.track("api", 1);
  await sampler.flush();
  assert.equal(other.batches.length, 0);
  assert.equal(deliveries[0].state, "waiting");
});

test("a request without an answer ends at its timeout", async () => {
  const server = createServer(() => {});
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  open.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  const { port } = /** @type {any} */ (server.address());
  const { sampler, deliveries } = await startWith(`http://127.0.0.1:${port}/`, { timeout: 50 });
  sampler.track("api", 1);
  await sampler.flush();
  assert.equal(deliveries[0].state, "waiting");
});

test("garbage in the answer does not matter", async () => {
  const { url } = await collector(() => ({ status: 200, body: "\0{{{" }));
  const { sampler, deliveries } = await startWith(url);
  sampler.track("api", 1);
  await sampler.flush();
  assert.deepEqual(deliveries, []);
});

test("a queue that outlives the sampler is sent by the next one, once", async () => {
  const shelf = new Map();
  let status = 503;
  const { url, batches } = await collector(() => ({ status }));
  const first = await startWith(url, { queue: shelf });
  first.sampler.track("api", 1);
  await first.sampler.flush();
  first.sampler.dispose();
  assert.equal(shelf.size, 1);
  status = 204;
  batches.length = 0;
  const second = await startWith(url, { queue: shelf });
  second.sampler.track("api", 1);
  await second.sampler.flush();
  assert.equal(shelf.size, 0);
  assert.equal(new Set(batches.map(({ visit }) => visit)).size, 2);
  assert.equal(new Set(batches.map(({ id }) => id)).size, 2);
});

test("the queue is bounded: the oldest batches are dropped first and counted", () => {
  const queue = new Queue(new Map(), 1000);
  for (let visit = 0; visit < 10; visit++) {
    queue.put(`visit ${visit}`, { at: visit, id: `${visit}.1`, body: "x".repeat(300) });
  }
  assert.deepEqual(
    queue.list().map(({ visit }) => visit),
    ["visit 7", "visit 8", "visit 9"],
  );
  assert.equal(queue.dropped, 7);
});

test("foreign entries of the queue's storage are left alone", () => {
  const shelf = new Map(
    /** @type {any} */ ([
      ["mine", 1],
      ["apus-sampler-batch:x", "garbage"],
    ]),
  );
  const queue = new Queue(shelf, 1000);
  assert.deepEqual(queue.list(), []);
  assert.equal(shelf.get("mine"), 1);
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

test("Retry-After is parsed as seconds and as a date", () => {
  assert.equal(retryAfter("7"), 7000);
  assert.ok(Math.abs((retryAfter(new Date(Date.now() + 5000).toUTCString()) ?? 0) - 5000) < 1100);
  assert.equal(retryAfter("soon"), undefined);
  assert.equal(retryAfter("99999999"), 3_600_000);
  assert.equal(retryAfter(null), undefined);
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

test("the schema check itself finds what is wrong", () => {
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
