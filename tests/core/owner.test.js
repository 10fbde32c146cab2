import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache } from "../../js/cache/index.js";
import { Owner } from "../../js/core/owner.js";
import { loadWasm } from "../../js/core/wasm.js";
import {
  CircuitBreaker,
  EndpointPool,
  RateLimiter,
  RetryBudget,
} from "../../js/lazy/parts/parts.js";
import { VirtualList } from "../../js/list/index.js";
import { Histograms } from "../../js/sampler/histograms.js";
import { Engine } from "../../js/store/engine.js";

const closed = { name: "ApusError", code: "CLOSED", message: "the Door is closed" };

test("an owner hands out the address until it is disposed, and frees it once", () => {
  const freed = [];
  const owner = new Owner("Door", 16, (address) => freed.push(address));
  assert.equal(owner.address, 16);
  owner.dispose();
  owner.dispose();
  assert.deepEqual(freed, [16]);
  assert.throws(() => owner.address, closed);
  assert.throws(() => owner.check(), closed);
});

test("a closed owner still has its engine, for cleaning up", () => {
  const freed = [];
  const owner = new Owner("Door", 16, (address) => freed.push(address));
  assert.equal(owner.close(), true);
  assert.equal(owner.close(), false);
  assert.equal(owner.closed, true);
  assert.throws(() => owner.check(), closed);
  assert.equal(owner.address, 16);
  owner.dispose();
  assert.deepEqual(freed, [16]);
});

test("addresses are unsigned", () => {
  const freed = [];
  const owner = new Owner("Door", -16, (address) => freed.push(address));
  assert.equal(owner.address, 2 ** 32 - 16);
  owner.dispose();
  assert.deepEqual(freed, [2 ** 32 - 16]);
});

test("an engine that was refused memory is a RangeError", () => {
  assert.throws(() => new Owner("Door", 0, () => {}), RangeError);
});

/** Each facade, how to open it, and a call that needs its engine. @type {[string, () => any, (facade: any) => unknown][]} */
const facades = [
  ['cache "c"', () => Cache.open("c"), (cache) => cache.get("key")],
  ["VirtualList", () => VirtualList.create(), (list) => list.bytes],
  ["CircuitBreaker", () => CircuitBreaker.create(), (breaker) => breaker.state],
  ["EndpointPool", () => EndpointPool.create(["https://a.test"]), (pool) => pool.pick()],
  ["RateLimiter", () => RateLimiter.create({ limit: 1, window: 1 }), (limiter) => limiter.take()],
  ["RateLimiter", () => RateLimiter.create({ capacity: 1, perSecond: 1 }), (it) => it.take()],
  ["RetryBudget", () => RetryBudget.create(), (budget) => budget.left],
];

for (const [name, open, use] of facades) {
  test(`the ${name} is freed once, and its later calls throw CLOSED`, async () => {
    const facade = await open();
    use(facade);
    facade.dispose();
    facade[Symbol.dispose ?? Symbol.for("Symbol.dispose")]();
    assert.throws(() => use(facade), {
      name: "ApusError",
      code: "CLOSED",
      message: `the ${name} is closed`,
    });
  });
}

test("the engines of a sampler and a store are not touched once they are freed", async () => {
  const options = { maxSeries: 4, maxPerName: 4, now: () => 0 };
  const histograms = new Histograms(await loadWasm("sampler"), options);
  histograms.dispose();
  assert.throws(() => histograms.summary(0), { code: "CLOSED", message: "the Sampler is closed" });
  const engine = new Engine(await loadWasm("store"), "s", 1, 0);
  engine.owner.dispose();
  assert.throws(() => engine.stats(), { code: "CLOSED", message: 'the store "s" is closed' });
});
