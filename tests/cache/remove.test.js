import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache } from "../../js/cache/index.js";
import { kinds } from "../../js/cache/options.js";
import { random } from "./random.js";

for (const heap of /** @type {const} */ (["js", "wasm"])) {
  test(`heap "${heap}": "remove" reports every value that leaves, and why`, async () => {
    let time = 0;
    const cache = await Cache.open("leaves", { heap, maxEntries: 3, now: () => time });
    /** @type {any[]} */
    let told = [];
    cache.addEventListener("remove", (/** @type {any} */ { detail: { key, value, reason } }) =>
      told.push([reason, key, value]),
    );
    const expect = (/** @type {any[]} */ ...all) => {
      assert.deepEqual(told, all);
      told = [];
    };
    cache
      .set("a", 1)
      .set("b", 2)
      .set("c", 3, { tags: ["t"] });
    expect();
    cache.set("d", 4);
    expect(["evict", "a", 1]);
    cache.set("b", 22);
    expect(["overwrite", "b", 2]);
    cache.delete("b");
    cache.delete("b");
    expect(["delete", "b", 22]);
    cache.invalidateTag("t", "unknown");
    expect(["invalidate", "c", 3]);
    cache.invalidate("d*");
    expect(["invalidate", "d", 4]);
    cache.set("e", 5, { ttl: 10 });
    time = 20;
    cache.get("e");
    expect(["expire", "e", 5]);
    cache.set("x", 1).set("y", 2);
    cache.clear();
    assert.deepEqual(told.sort(), [
      ["clear", "x", 1],
      ["clear", "y", 2],
    ]);
    told = [];
    cache.set("x", 1).set("y", 2).set("z", 3);
    cache.resize({ maxEntries: 1 });
    expect(["evict", "x", 1], ["evict", "y", 2]);
    cache.resize({ maxBytes: 1000 });
    cache.set("z", "z".repeat(5000));
    expect(["overwrite", "z", 3]);
    cache.set("last", 9);
    await cache.close();
    expect(["close", "last", 9]);
  });

  test(`heap "${heap}": under every policy, each value that leaves is reported exactly once`, async () => {
    for (const policy of kinds) {
      const next = random(3);
      const options = { heap, policy: /** @type {any} */ (policy), codec: "string" };
      const cache = await Cache.open("leaves", { ...options, maxEntries: 30, maxBytes: 6000 });
      const model = new Map();
      cache.addEventListener("remove", (/** @type {any} */ { detail: { key, value } }) => {
        assert.equal(model.get(key)?.shift(), value, `${policy}: ${key}`);
      });
      for (let step = 0; step < 5000; step++) {
        const key = `k${next(60)}`;
        const operation = next(20);
        if (operation < 8) {
          const value = `${step} ${"x".repeat(next(100))}`;
          model.set(key, [...(model.get(key) ?? []), value]);
          cache.set(key, value, { tags: [`t${next(5)}`] });
        } else if (operation < 16) cache.get(key);
        else if (operation < 18) cache.delete(key);
        else if (operation === 18) cache.invalidateTag(`t${next(5)}`);
        else if (next(20) === 0) cache.clear();
        const live = [...model.values()].reduce((sum, values) => sum + values.length, 0);
        assert.equal(live, cache.size, policy);
      }
      await cache.close();
      for (const values of model.values()) assert.deepEqual(values, []);
    }
  });

  test(`heap "${heap}": entries invalidated by a tag are not reported as evictions`, async () => {
    const cache = await Cache.open("tagged", { heap, maxEntries: 10 });
    /** @type {string[]} */
    const told = [];
    for (const type of ["invalidate", "evict"]) {
      cache.addEventListener(type, (/** @type {any} */ { detail }) =>
        told.push(`${type} ${detail.key ?? detail.count}`),
      );
    }
    cache.set("a", 1, { tags: ["t"] }).set("b", 2, { tags: ["t"] });
    cache.invalidateTag("t");
    cache.set("c", 3);
    assert.deepEqual(told, ["invalidate 2"]);
    await cache.close();
  });
}

test("setting the same object again is not an overwrite", async () => {
  const cache = await Cache.open("same");
  let told = 0;
  cache.addEventListener("remove", () => told++);
  const value = { url: "blob:1" };
  cache.set("a", value).set("a", value);
  assert.equal(told, 0);
  cache.set("a", { url: "blob:1" });
  assert.equal(told, 1);
  await cache.close();
});
