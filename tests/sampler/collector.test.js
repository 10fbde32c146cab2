// The reference collector as a server: formats, garbage, other origins.
import assert from "node:assert/strict";
import { get } from "node:http";
import { test } from "node:test";
import { Collection } from "../../tools/collector/database.js";
import { render } from "../../tools/collector/page.js";
import { take } from "../../tools/collector.js";
import { batch, post, start } from "./collecting.js";
import { run, seeds } from "./otlp.fuzz.js";

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
  assert.equal((await post(url, more)).status, 204); // unknown fields are dropped
  for (const body of seeds()) run(body);
  assert.equal(collection.summary().visits, 2);
});

/** The document with each of its parts left out, and replaced by each of these. @returns {Generator<any>} */
function* mutated(/** @type {any} */ given) {
  yield* [null, [], {}, "", "x", 0, -1, 1.5, 1e300, true, [null], [[]], [{}], { a: null }];
  yield* ["1e999", "NaN", "\0", "\ud800"];
  if (given === null || typeof given !== "object") return;
  for (const [key, value] of Object.entries(given)) {
    const copy = () => (Array.isArray(given) ? [...given] : { ...given });
    if (!Array.isArray(given)) {
      const { [key]: _, ...rest } = given;
      yield rest;
    }
    for (const each of mutated(value)) yield Object.assign(copy(), { [key]: each });
  }
}

test("any part of any batch may be missing or wrong: 400 with a reason, or finite numbers", () => {
  for (const seed of seeds()) {
    for (const body of mutated(JSON.parse(new TextDecoder().decode(seed)))) {
      const collection = new Collection(":memory:");
      const text = JSON.stringify(body);
      const answer = take(text, collection);
      if (answer.status === 400) assert.ok(answer.text, text);
      else assert.ok([200, 204].includes(answer.status), text);
      const summary = collection.summary();
      render(summary);
      for (const { count, mean, p50, p99 } of summary.series) {
        for (const number of [count, mean, p50, p99]) assert.ok(Number.isFinite(number), text);
      }
      collection.close();
    }
  }
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
  // At scale 2 they are the buckets -1 and 0.
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

test("other websites may send, but not read", async () => {
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
