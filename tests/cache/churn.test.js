import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Cache } from "../../js/cache/index.js";
import { kinds } from "../../js/cache/options.js";
import { loadWasm } from "../../js/core/wasm.js";
import { random } from "./random.js";

const heaps = /** @type {const} */ (["js", "wasm"]);

for (const heap of heaps) {
  test(`heap "${heap}": every policy holds the last value set, within the budget`, async () => {
    for (const policy of kinds) {
      const next = random(kinds.indexOf(policy) + 1);
      const budget = { maxEntries: 20, maxBytes: heap === "js" ? 1000 : 150 };
      const cache = await Cache.open("churn", {
        ...budget,
        policy: /** @type {any} */ (policy),
        heap,
      });
      const model = new Map();
      const gone = (/** @type {any} */ { detail: { key, value } }) => {
        assert.equal(value, model.get(key), `${policy}: ${key}`);
        model.delete(key);
      };
      cache.addEventListener("evict", gone);
      for (let step = 0; step < 5000; step++) {
        const key = `k${next(60)}`;
        const operation = next(10);
        if (operation < 4) {
          // In the wasm heap the value's own bytes count.
          const value = "x".repeat(next(30)) + step;
          model.delete(key);
          cache.set(key, value, heap === "js" ? { size: next(200) } : {});
          model.set(key, value);
        } else if (operation < 9) {
          assert.equal(cache.get(key), model.get(key), `${policy}: ${key}`);
        } else {
          assert.equal(cache.delete(key), model.delete(key));
        }
        assert.ok(cache.size <= budget.maxEntries && cache.bytes <= budget.maxBytes, policy);
      }
      assert.deepEqual([...cache.keys()].sort(), [...model.keys()].sort());
      await cache.close();
    }
  });

  test(`heap "${heap}": every policy evicts the neighbours of a value that grows`, async () => {
    for (const policy of kinds) {
      const cache = await Cache.open("grow", { maxBytes: 100, policy, heap, codec: "string" });
      for (let i = 0; i < 4; i++)
        cache.set(`k${i}`, "x".repeat(20), heap === "js" ? { size: 22 } : {});
      for (let round = 0; round < 3; round++) {
        cache.set("k3", "y".repeat(98), heap === "js" ? { size: 100 } : {});
        assert.deepEqual([...cache.keys()], ["k3"], policy);
        cache.set("k2", "z");
      }
      await cache.close();
    }
  });

  test(`heap "${heap}": a listener may use its own cache`, async () => {
    const cache = await Cache.open("again", { maxEntries: 3, heap });
    cache.addEventListener("evict", (/** @type {any} */ { detail: { key, value } }) => {
      if (!key.startsWith("again ")) cache.set(`again ${key}`, value);
    });
    for (let i = 0; i < 100; i++) {
      cache.set(`k${i}`, i, { tags: ["t"] });
      assert.equal(cache.size, Math.min(i + 1, 3));
    }
    assert.deepEqual([...cache.keys()], ["again k99", "again k98", "again k97"]);
    assert.equal(cache.get("again k98"), 98);
    assert.equal(cache.invalidateTag("t"), 0);
    await cache.close();
  });
}

for (const heap of heaps) {
  test(`heap "${heap}": a listener may close its own cache`, async () => {
    const alive = setInterval(() => {}, 50); // the cache's own timer does not keep the process alive
    for (const type of ["expire", "evict"]) {
      const cache = await Cache.open("ends", { maxEntries: 3, heap });
      const closed = new Promise((resolve) => {
        cache.addEventListener(type, () => resolve(cache.close()));
      });
      for (let i = 0; i < 3; i++) cache.set(`k${i}`, i, { ttl: 1 });
      cache.set("last", 1, { ttl: 100_000 }); // for a sweeper that goes on by mistake
      if (type === "evict") assert.throws(() => cache.size, { code: "CLOSED" });
      await closed;
      await new Promise((resolve) => setTimeout(resolve, 120));
      assert.throws(() => cache.get("last"), { code: "CLOSED" });
    }
    clearInterval(alive);
  });
}

test("memory stays flat under churn", async () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc");
  const modules = await Promise.all([loadWasm("cache"), loadWasm("bytes")]);
  const taken = () => {
    gc();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return modules.reduce((sum, { memory }) => sum + memory.size, heapUsed + arrayBuffers);
  };
  const steps = process.env.APUS_LONG ? 10_000_000 : 200_000;
  for (const heap of heaps) {
    const next = random(7);
    const options = { maxEntries: 2000, maxBytes: 400_000, ttl: 60_000, heap };
    const cache = await Cache.open("flat", { ...options, policy: "adaptive" });
    const churn = (/** @type {number} */ count) => {
      for (let i = 0; i < count; i++) {
        const key = `key ${next(20_000)}`;
        if (cache.get(key) !== undefined && next(20) > 0) continue;
        cache.set(key, "v".repeat(next(200)), { tags: [`tag ${next(500)}`] });
        if (i % 1000 === 0) cache.invalidateTag(`tag ${next(500)}`);
      }
    };
    churn(50_000);
    const before = taken();
    churn(steps);
    const grown = taken() - before;
    assert.ok(grown < 300_000, `heap "${heap}": ${grown} bytes more after ${steps} operations`);
    await cache.close();
  }
});
