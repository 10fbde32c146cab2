import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Resources } from "../../js/sampler/details/resources.js";
import { memorySource } from "../../js/sampler/sources/memory.js";

const world = /** @type {any} */ (globalThis);

after(() => {
  delete world.crossOriginIsolated;
  delete world.performance.measureUserAgentSpecificMemory;
  delete world.performance.memory;
});

test("memory is exact on isolated pages, otherwise the heap's, otherwise absent", async () => {
  /** @type {[number, string][]} */
  const told = [];
  const pulse = memorySource((bytes, source) => told.push([bytes, source]));
  pulse(0);
  assert.deepEqual(told, []);
  world.performance.memory = { usedJSHeapSize: 5 };
  pulse(9_999); // every 10 s
  pulse(10_000);
  assert.deepEqual(told, [[5, "heap"]]);
  world.crossOriginIsolated = true;
  world.performance.measureUserAgentSpecificMemory = async () => ({ bytes: 7 });
  pulse(20_000);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(told.at(-1), [7, "page"]);
  world.performance.measureUserAgentSpecificMemory = async () => {
    throw new Error("refused");
  };
  pulse(79_999); // every minute
  pulse(80_000);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(told.length, 2);
});

test("resources are summed; large ones (> 1 MB) and slow ones (> 2 s) are listed", () => {
  const resources = new Resources();
  const entry = {
    name: "https://a.test/x",
    initiatorType: "img",
    startTime: 10,
    responseStart: 40,
  };
  resources.take({ ...entry, duration: 2001, transferSize: 1_000_001, decodedBodySize: 9 });
  resources.take({ ...entry, duration: 2000, transferSize: 1_000_000, decodedBodySize: 9 });
  resources.take({ ...entry, duration: 1, transferSize: 0, decodedBodySize: 9 });
  resources.take({ ...entry, duration: 1, transferSize: 0, decodedBodySize: 0 }); // opaque
  const { byType, large, slow, waterfall } = resources.report();
  assert.deepEqual(byType, [{ type: "img", count: 4, bytes: 2_000_001, time: 4003, cached: 1 }]);
  assert.equal(large.length, 1);
  assert.equal(slow.length, 1);
  assert.equal(waterfall.length, 4);
  assert.equal(large[0].wait, 30);
  assert.equal(resources.total("total", "bytes"), 2_000_001);
  assert.equal(resources.total("script", "count"), 0);
  for (let i = 0; i < 100; i++) resources.take({ ...entry, duration: 3000 });
  assert.equal(resources.report().slow.length, 50); // bounded
});
