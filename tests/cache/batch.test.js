import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache } from "../../js/cache/index.js";

test("getMany, setMany, deleteMany", async () => {
  const cache = await Cache.open("batch");
  cache
    .setMany(
      [
        ["a", 1],
        ["b", 2],
      ],
      { ttl: 1000 },
    )
    .setMany(new Map([["c", 3]]));
  assert.deepEqual(
    cache.getMany(["a", "x", "c"]),
    new Map([
      ["a", 1],
      ["c", 3],
    ]),
  );
  assert.equal(cache.deleteMany(["a", "x", "b"]), 2);
  assert.throws(
    () =>
      cache.setMany([
        ["d", 4],
        ["e", undefined],
      ]),
    /"e"/,
  );
  assert.equal(cache.has("d"), false, "before anything changes");
  await cache.close();
});

test("setMany changes nothing when any entry or option is bad", async () => {
  const bad = { wasm: [() => {}, 10n, { toJSON() {} }], js: [] };
  for (const [heap, values] of Object.entries(bad)) {
    const cache = await Cache.open("all", { heap: /** @type {"wasm" | "js"} */ (heap) });
    cache.set("a", "old", { tags: ["t"] });
    const refused = (value, options) =>
      assert.throws(() =>
        cache.setMany(
          [
            ["a", "new"],
            ["b", "new"],
            ["c", value],
          ],
          options,
        ),
      );
    for (const value of [...values, undefined]) refused(value);
    refused("fine", { ttl: -1 });
    assert.throws(() => cache.setMany([], /** @type {any} */ ({ tll: 1 })), TypeError);
    assert.deepEqual([...cache], [["a", "old"]]);
    assert.equal(cache.invalidateTag("t"), 1);
    await cache.close();
  }
});

test("a value that cannot be kept does not end a load of its key", async () => {
  const cache = await Cache.open("load", { heap: "wasm" });
  /** @type {(value: string) => void} */
  let finish = () => {};
  const loading = cache.fetch("key", () => new Promise((resolve) => (finish = resolve)));
  while (cache.stats().loads === 0) await new Promise((resolve) => setTimeout(resolve));
  assert.throws(() => cache.set("key", () => {}), { code: "NOT_SERIALIZABLE" });
  finish("loaded");
  assert.equal(await loading, "loaded");
  assert.equal(cache.get("key"), "loaded");
  await cache.close();
});
