// Answers that are no verdict on the data: nothing is lost, and heavy batches become lighter.
import assert from "node:assert/strict";
import { test } from "node:test";
import { collector, startWith } from "./endpoint.js";

/** How often each series was counted, from batches of which later ones replace earlier ones. */
const counts = (/** @type {any[]} */ batches) =>
  new Map(
    batches.flatMap(({ series }) =>
      series.map((/** @type {any} */ { name, histogram }) => [name, histogram.count]),
    ),
  );

for (const status of [401, 403, 404, 405, 409, 413, 451]) {
  test(`after ${status} the numbers are kept, and arrive when it has passed`, async () => {
    let now = status;
    /** @type {any[]} */
    const taken = [];
    const { url, batches } = await collector((batch) => {
      if (now === 204) taken.push(batch);
      return { status: now };
    });
    const { sampler, deliveries } = await startWith(url);
    sampler.track("api", 1);
    await sampler.flush();
    await sampler.flush();
    assert.deepEqual(new Set(deliveries.map(({ state }) => state)), new Set(["waiting"]));
    assert.equal(sampler.report()?.losses.refused, 0);
    assert.ok(batches.length >= 2);
    now = 204;
    await sampler.flush();
    assert.equal(counts(taken).get("api"), 1);
  });
}

/** A collector that takes bodies up to a size. @param {number} bytes */
async function narrow(bytes) {
  /** @type {any[]} */
  const taken = [];
  const { url } = await collector((batch) => {
    const fits = JSON.stringify(batch).length <= bytes;
    if (fits) taken.push(batch);
    return { status: fits ? 204 : 413 };
  });
  return { url, taken };
}

/** Series of different sizes. @param {import("apus").Sampler} sampler */
function fill(sampler) {
  for (let s = 0; s < 200; s++) {
    sampler.trackAll(
      `series ${s}`,
      Array.from({ length: 40 }, (_, i) => 1.1 ** ((i * 7 + s) % 90)),
    );
  }
}

for (const format of ["json", "otlp"]) {
  test(`after 413 lighter batches bring all of the numbers, as ${format}`, async () => {
    const { url, taken } = await narrow(20_000);
    const { sampler } = await startWith(url, { format });
    fill(sampler);
    await sampler.flush();
    assert.ok(taken.length > 1);
    if (format === "json") {
      const sums = counts(taken);
      assert.equal(sums.size, 200);
      assert.ok([...sums.values()].every((count) => count === 40));
    } else {
      const names = taken.flatMap(({ resourceMetrics }) =>
        resourceMetrics[0].scopeMetrics[0].metrics.map((/** @type {any} */ { name }) => name),
      );
      assert.equal(new Set(names).size, 200);
    }
    const before = taken.length;
    await sampler.flush(); // nothing new
    assert.equal(taken.length, before);
  });
}

test("an earlier visit's batch that is too large arrives in parts", async () => {
  const queue = new Map();
  const down = await collector(() => ({ status: 503 }));
  const first = await startWith(down.url, { queue });
  fill(first.sampler);
  await first.sampler.flush();
  first.sampler.dispose();
  const { url, taken } = await narrow(20_000);
  const second = await startWith(url, { queue });
  await second.sampler.flush();
  assert.equal(counts(taken).size, 200);
  assert.equal(new Set(taken.map(({ id }) => id)).size, taken.length);
  assert.equal(queue.size, 0);
});

test("what waits of an earlier version is no batch and stops nothing", async () => {
  const prefix = "apus-sampler-batch:";
  const queue = new Map([
    [`${prefix}a`, { at: 0, id: "a.1", body: '{"resourceMetrics":[]}' }],
    [`${prefix}b`, { at: 0, id: "b.1", body: "{" }],
  ]);
  const { url, taken } = await narrow(20_000);
  const { sampler } = await startWith(url, { queue });
  sampler.track("api", 1);
  await sampler.flush();
  assert.equal(counts(taken).get("api"), 1);
  assert.equal(queue.size, 0);
});

test("where gzip is no accepted type, bodies are plain", async () => {
  let asked = 0;
  const { url, batches } = await collector(() => ({ status: ++asked === 1 ? 415 : 204 }));
  const { sampler } = await startWith(url);
  fill(sampler);
  await sampler.flush();
  assert.equal(batches.length, 2);
  assert.equal(sampler.report()?.losses.refused, 0);
});
