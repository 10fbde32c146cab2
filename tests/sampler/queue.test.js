// The queue of batches that could not be sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Queue } from "../../js/sampler/transport/queue.js";
import { collector, startWith } from "./endpoint.js";

test("the next sampler sends a queue that outlived the last one, once", async () => {
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
