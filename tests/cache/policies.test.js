import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache } from "../../js/cache/index.js";

test("every policy keeps the budget, and switching loses no entries", async () => {
  const policies = /** @type {const} */ ([
    "lru",
    "fifo",
    "sieve",
    "s3-fifo",
    "w-tinylfu",
    "adaptive",
  ]);
  for (const budget of [
    { maxEntries: 50 },
    { maxBytes: 5000 },
    { maxEntries: 50, maxBytes: 4000 },
  ]) {
    for (const policy of policies) {
      const cache = await Cache.open("switch", { ...budget, policy });
      const live = new Map();
      cache.addEventListener("evict", (event) => {
        const { key, value } = /** @type {CustomEvent} */ (event).detail;
        assert.equal(live.get(key), value);
        live.delete(key);
      });
      let state = 7;
      const next = (below) => {
        state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
        return (state >> 8) % below;
      };
      for (let step = 0; step < 8000; step++) {
        const key = `k${Math.min(next(200), next(200))}`;
        if (step % 700 === 699) cache.policy = policies[next(6)];
        if (next(3)) assert.equal(cache.get(key), live.get(key));
        else {
          live.set(key, step);
          cache.set(key, step, { size: 50 + next(100), priority: next(3) });
        }
        assert.ok(
          cache.size <= (budget.maxEntries ?? 1e9) && cache.bytes <= (budget.maxBytes ?? 1e9),
        );
      }
      assert.equal(cache.size, live.size);
      assert.equal([...cache.keys()].length, live.size);
      await cache.close();
    }
  }
});
