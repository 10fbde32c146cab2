// The collector's database: merged quantiles of many visits, duplicates, restarts, limits.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Sampler } from "apus";
import sqlite from "node-sqlite3-wasm";
import { Collection } from "../../tools/collector/database.js";
import { collect } from "../../tools/collector.js";
import { batch, open, post, start } from "./collecting.js";

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

test("very many visits are summarized", () => {
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

test("the oldest visits are deleted when there are too many or they are too old", () => {
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
