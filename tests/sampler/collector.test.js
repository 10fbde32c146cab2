// The reference collector: merged quantiles of many visits are compared with the sorted values.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Sampler } from "apus";
import sqlite from "node-sqlite3-wasm";
import { Collection } from "../../tools/collector/database.js";
import { collect } from "../../tools/collector.js";
import { run, seeds } from "./otlp.fuzz.js";

/** @type {(() => unknown)[]} */
const open = [];
after(async () => {
  for (const close of open) await close();
});

async function start() {
  const collector = await collect();
  open.push(() => collector.close());
  return collector;
}

/** @param {string} url @param {unknown} body */
function post(url, body) {
  return fetch(`${url}/batches`, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

const empty = { offset: 0, counts: [] };
const batch = {
  apus: 1,
  id: "v.1",
  visit: "v",
  seq: 1,
  start: 1,
  at: 2,
  service: "s",
  series: [
    {
      name: "api",
      tags: {},
      histogram: {
        count: 1,
        sum: 1,
        min: 1,
        max: 1,
        zeros: 0,
        positive: { offset: -1, counts: [1] },
        negative: empty,
      },
    },
  ],
  vitals: [],
};

for (const [format, path] of [
  ["json", "/batches"],
  ["otlp", "/v1/metrics"],
]) {
  test(`${format}: merged quantiles of many visits match the sorted values within a percent`, () =>
    mergesExactly(format, path));
}

/** @param {string} format @param {string} path */
async function mergesExactly(format, path) {
  const { url } = await start();
  let seed = 1;
  const next = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  const truth = [];
  for (let visit = 0; visit < 12; visit++) {
    const sampler = await Sampler.start({ types: [], endpoint: url + path, transport: { format } });
    for (let i = 0; i < 2000; i++) {
      const value = Math.exp(4 + visit / 6 + 2 * next() * next());
      truth.push(value);
      sampler.track("api", value);
      if (i === 700) await sampler.flush(); // later batches replace it
    }
    await sampler.flush();
    sampler.dispose();
  }
  truth.sort((a, b) => a - b);
  const summary = await (await fetch(`${url}/summary.json`)).json();
  assert.equal(summary.visits, 12);
  const api = summary.series.find((/** @type {any} */ row) => row.name === "api");
  assert.equal(api.count, truth.length);
  assert.equal(api.max, truth.at(-1));
  for (const [name, q] of Object.entries({ p50: 0.5, p75: 0.75, p95: 0.95, p99: 0.99 })) {
    const expected = truth[Math.floor(q * (truth.length - 1))];
    assert.ok(
      Math.abs(api[name] / expected - 1) < 0.01,
      `${name}: ${api[name]}, truth ${expected}`,
    );
  }
}

test("a duplicate or late batch changes nothing", async () => {
  const { url, collection } = await start();
  const later = structuredClone(batch);
  Object.assign(later, { id: "v.2", seq: 2 });
  later.series[0].histogram.count = 5;
  later.series[0].histogram.positive.counts = [5];
  for (const each of [later, later, batch]) assert.equal((await post(url, each)).status, 204);
  const summary = collection.summary();
  assert.equal(summary.series[0].count, 5);
  assert.equal(summary.duplicates, 1);
});

test("garbage is refused with a reason", async () => {
  const { url, collection } = await start();
  const broken = structuredClone(batch);
  broken.series[0].histogram.positive.counts = /** @type {any} */ (["x"]);
  for (const body of [
    "",
    "{",
    "null",
    "[]",
    "{}",
    { ...batch, apus: 2 },
    { ...batch, series: 1 },
    broken,
  ]) {
    const response = await post(url, body);
    assert.equal(response.status, 400, JSON.stringify(body));
    assert.notEqual(await response.text(), "");
  }
  assert.equal((await post(url, "x".repeat(3_000_000))).status, 413);
  assert.equal(collection.summary().visits, 0);
});

test("malformed JSON of any shape is refused with a reason", async () => {
  const { url, collection } = await start();
  const deep = `{"deep":${"[".repeat(10_000)}${"]".repeat(10_000)}}`;
  const point = { count: "1", sum: 1, min: 1, max: 1, scale: 3, timeUnixNano: "1" };
  const otlp = (/** @type {object} */ more, name = /** @type {any} */ ("api")) => ({
    resourceMetrics: [
      {
        scopeMetrics: [
          {
            metrics: [
              {
                name,
                exponentialHistogram: {
                  dataPoints: [{ ...point, ...more }],
                  aggregationTemporality: 2,
                },
              },
            ],
          },
        ],
      },
    ],
  });
  for (const body of [
    otlp({ positive: { offset: {}, bucketCounts: [] } }),
    otlp({ positive: { bucketCounts: { length: 1e9 } } }),
    otlp({ count: { valueOf: 1, toString: 1 } }),
    otlp({ timeUnixNano: {} }),
    otlp({}, { toString: 1 }),
    { ...batch, page: {} },
    { ...batch, vitals: [{ name: "LCP", value: 1, rating: { toString: 1 } }] },
    JSON.stringify(batch).replace('"tags":{}', `"tags":${deep}`),
  ]) {
    const response = await post(url, body);
    assert.equal(response.status, 400);
    assert.notEqual(await response.text(), "");
  }
  for (const body of [otlp({ positive: null }), { resourceMetrics: [{ resource: [null] }] }])
    assert.equal((await post(url, body)).status, 200);
  const more = JSON.stringify(batch).replace('"histogram":{', `"histogram":{"more":${deep},`);
  assert.equal((await post(url, more)).status, 204); // what nobody reads is not kept
  for (const body of seeds()) run(body);
  assert.equal(collection.summary().visits, 2);
});

test("the page shows names as text, whatever they contain", async () => {
  const { url } = await start();
  const evil = structuredClone(batch);
  evil.series[0].name = "<script>alert(1)</script>";
  await post(url, evil);
  const html = await (await fetch(url)).text();
  assert.ok(!html.includes("<script"));
  assert.ok(html.includes("&#60;script&#62;"));
});

test("collected batches survive a restart", async () => {
  const file = join(tmpdir(), `apus-collector-${process.pid}.sqlite`);
  open.push(() => rmSync(file, { force: true }));
  const first = await collect({ file });
  await post(first.url, batch);
  await first.close();
  const second = await collect({ file });
  assert.equal(second.collection.summary().visits, 1);
  await second.close();
});

test("OTLP of other senders: scales merge at the coarsest, unknown metrics are reported", async () => {
  const { url, collection } = await start();
  const point = (/** @type {number} */ scale, /** @type {number} */ offset, counts = ["1", 2]) => ({
    ...{ count: 3, sum: 1, min: 1, max: 4, scale, zeroCount: "0" },
    positive: { offset, bucketCounts: counts },
    timeUnixNano: "1700000000000000000",
  });
  const body = (
    /** @type {string} */ instance,
    /** @type {object} */ dataPoint,
    temporality = 2,
  ) => ({
    resourceMetrics: [
      {
        resource: {
          attributes: [{ key: "service.instance.id", value: { stringValue: instance } }],
        },
        scopeMetrics: [
          {
            metrics: [
              {
                name: "api",
                exponentialHistogram: {
                  dataPoints: [dataPoint],
                  aggregationTemporality: temporality,
                },
              },
              { name: "requests", sum: { dataPoints: [{ asInt: "4" }] } },
            ],
          },
        ],
      },
    ],
  });
  const send = (/** @type {unknown} */ json) =>
    fetch(`${url}/v1/metrics`, { method: "POST", body: JSON.stringify(json) });
  // Of scale 2 they are the buckets -1 and 0.
  const answer = await send(body("a", point(3, -1)));
  assert.equal(answer.status, 200, answer.ok ? "" : await answer.text());
  assert.equal((await answer.json()).partialSuccess.rejectedDataPoints, "1");
  await send(body("b", point(2, 1, ["3"])));
  const [series] = collection.summary().series;
  assert.equal(series.count, 6);
  assert.equal(series.visits, 2);
  // By rank: one below 1, two in (1, 2^(1/4)], three in (2^(1/4), 2^(1/2)].
  assert.ok(Math.abs(series.p50 - 2 ** 0.125) < 0.01, String(series.p50));
  assert.ok(Math.abs(series.p99 - 2 ** 0.375) < 0.01, String(series.p99));
  assert.equal(
    (await (await send(body("c", point(3, 0), 1))).json()).partialSuccess.rejectedDataPoints,
    "2",
  );
  assert.equal(
    (
      await send({
        resourceMetrics: [{}, 7, null, { scopeMetrics: [null, { metrics: [null, {}] }] }],
      })
    ).status,
    200,
  );
  assert.equal(collection.summary().visits, 2);
  for (const wrong of [point(99, 0), point(3, 0, ["x"]), { timeUnixNano: "1" }])
    assert.equal((await send(body("d", wrong))).status, 400);
});

test("other websites may report, but not read", async () => {
  const { url } = await start();
  for (const path of ["/summary.json", "/"]) {
    const { headers } = await fetch(url + path, { headers: { origin: "https://evil.test" } });
    assert.equal(headers.get("access-control-allow-origin"), null);
    assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
  }
  const preflight = await fetch(`${url}/batches`, { method: "OPTIONS" });
  assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
  // A foreign name that resolves to this machine: the browser sends it as Host.
  for (const [host, status] of Object.entries({
    "evil.test": 403,
    "localhost.evil.test:80": 403,
    "localhost:1": 200,
    "127.0.0.1": 200,
    "[::1]:8090": 200,
  })) {
    const answer = await new Promise((resolve, reject) =>
      get(`${url}/summary.json`, { headers: { host } }, resolve).on("error", reject),
    );
    answer.resume();
    assert.equal(answer.statusCode, status, host);
  }
});

test("summarizes very many visits", () => {
  const file = join(tmpdir(), `apus-collector-many-${process.pid}.sqlite`);
  open.push(() => rmSync(file, { force: true }));
  new Collection(file).close();
  const db = new sqlite.Database(file);
  const numbers =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)";
  const histogram = JSON.stringify(batch.series[0].histogram);
  db.run(`INSERT INTO series ${numbers} SELECT 'v' || i, 'api', '{}', 1, ? FROM n`, [histogram]);
  db.close();
  const collection = new Collection(file);
  const [{ visits, count, p50 }] = collection.summary().series;
  assert.deepEqual([visits, count, p50], [200_000, 200_000, 1]);
  collection.close();
});

test("the first visits are deleted when there are too many, and those that are too old", () => {
  let now = 1e12;
  const collection = new Collection(":memory:", { maxVisits: 10, maxAge: 1000, now: () => now });
  for (let i = 0; i < 500; i++) {
    const at = i % 2 ? 1 : 9e15; // clocks of senders are behind or ahead
    collection.add({ ...batch, id: `v${i}.1`, visit: `v${i}`, at });
  }
  assert.equal(collection.summary().visits, 10);
  assert.equal(collection.summary().series[0].count, 10);
  now += 1001;
  collection.add({ ...batch, id: "new.1", visit: "new" });
  assert.equal(collection.summary().visits, 1);
  assert.equal(collection.summary().series[0].count, 1);
  collection.close();
});
