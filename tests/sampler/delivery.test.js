// Delivery of batches to a collector that is sometimes unreachable.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { Sampler } from "apus";
import { parseDelivery } from "../../js/sampler/transport/delivery.js";
import { retryAfter } from "../../js/sampler/transport/send.js";
import { collector, open, startWith } from "./endpoint.js";

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

/** A delivery of made-up numbers, with its own clock. @param {string} url */
function deliveryTo(url) {
  const clock = { now: 0 };
  let count = 0;
  const delivery = parseDelivery(url, { every: 10_000 }).start({
    histograms: /** @type {any} */ ({
      list: () => [{ id: 1, name: "api", tags: {} }],
      count: () => ++count,
      counters: () => ({
        count,
        numbers: Float64Array.of(count, 0, 0, 0, count, 0, 0, 0, 0), // all are zeros
        counters: new Uint32Array(8192),
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

test("a request without a response ends at its timeout", async () => {
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

test("garbage in the response does not matter", async () => {
  const { url } = await collector(() => ({ status: 200, body: "\0{{{" }));
  const { sampler, deliveries } = await startWith(url);
  sampler.track("api", 1);
  await sampler.flush();
  assert.deepEqual(deliveries, []);
});

test("Retry-After is parsed as seconds and as a date", () => {
  assert.equal(retryAfter("7"), 7000);
  assert.ok(Math.abs((retryAfter(new Date(Date.now() + 5000).toUTCString()) ?? 0) - 5000) < 1100);
  assert.equal(retryAfter("soon"), undefined);
  assert.equal(retryAfter("99999999"), 3_600_000);
  assert.equal(retryAfter(null), undefined);
});
