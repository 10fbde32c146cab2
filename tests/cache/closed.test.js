import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache } from "../../js/cache/index.js";

const closed = { code: "CLOSED" };
const heaps = /** @type {const} */ (["js", "wasm"]);

/** Every method, called as a user would. @type {Record<string, (cache: any) => any>} */
const methods = {
  get: (cache) => cache.get("key"),
  "get of nothing": (cache) => cache.get(""),
  peek: (cache) => cache.peek("key"),
  has: (cache) => cache.has("key"),
  set: (cache) => cache.set("key", 1),
  "set with a deadline": (cache) => cache.set("key", 1, { ttl: 1000, tags: ["t"] }),
  delete: (cache) => cache.delete("key"),
  getMany: (cache) => cache.getMany(["key"]),
  setMany: (cache) => cache.setMany([["key", 1]]),
  deleteMany: (cache) => cache.deleteMany(["key"]),
  clear: (cache) => cache.clear(),
  fetch: (cache) => cache.fetch("other", () => 1),
  refresh: (cache) => cache.refresh("key", () => 1),
  memoize: (cache) => cache.memoize(() => 1),
  invalidate: (cache) => cache.invalidate("*"),
  "invalidate by predicate": (cache) => cache.invalidate(() => false),
  invalidateTag: (cache) => cache.invalidateTag("t"),
  subscribe: (cache) => cache.subscribe("key", () => {}),
  keys: (cache) => [...cache.keys()],
  entries: (cache) => [...cache.entries()],
  iteration: (cache) => [...cache],
  size: (cache) => cache.size,
  bytes: (cache) => cache.bytes,
  resize: (cache) => cache.resize({ maxEntries: 5 }),
  load: (cache) => cache.load("key"),
  "load of a dump": (cache) => cache.load({ version: 1, entries: [] }),
  dump: (cache) => cache.dump(),
  flush: (cache) => cache.flush(),
  stats: (cache) => cache.stats(),
  policy: (cache) => {
    cache.policy = "fifo";
  },
};

for (const heap of heaps) {
  test(`heap "${heap}": every method works on a fresh cache`, async () => {
    for (const [name, call] of Object.entries(methods)) {
      const cache = await Cache.open("fresh", { heap });
      await call(cache);
      assert.ok(cache.size <= 1, name);
      await cache.close();
    }
  });

  test(`heap "${heap}": after close every method throws CLOSED, even while other caches are open`, async () => {
    const cache = await Cache.open("closed", { heap });
    cache.set("key", "its own", { tags: ["t"] });
    const doubled = cache.memoize((n) => 2 * n);
    await cache.close();
    const other = await Cache.open("open", { heap });
    for (let i = 0; i < 500; i++) other.set(`k${i}`, `${i}`);
    other.set("key", "another's", { tags: ["t"] });
    for (const [name, call] of Object.entries(methods)) {
      await assert.rejects(async () => call(cache), closed, name);
    }
    await assert.rejects(doubled(1), closed);
    assert.equal(other.get("key"), "another's");
    assert.equal(other.size, 501);
    await other.close();
    await cache.close();
    cache.dispose();
  });

  test(`heap "${heap}": an iterator that outlives its cache throws CLOSED`, async () => {
    const cache = await Cache.open("iterated", { heap });
    for (let i = 0; i < 10; i++) cache.set(`k${i}`, i);
    const [keys, entries] = [cache.keys(), cache.entries()];
    keys.next();
    entries.next();
    const unbegun = cache.keys();
    await cache.close();
    for (const iterator of [keys, entries, unbegun]) assert.throws(() => iterator.next(), closed);
  });

  test(`heap "${heap}": a value whose code uses the cache while it is stored breaks nothing`, async () => {
    for (const [what, call] of Object.entries({
      close: (cache) => cache.dispose(),
      clear: (cache) => cache.clear(),
      "delete itself": (cache) => cache.delete("key"),
      "set itself": (cache) => cache.set("key", "inner"),
      "set others": (cache) => {
        for (let i = 0; i < 100; i++) cache.set(`more ${i}`, i);
      },
      invalidate: (cache) => cache.invalidate("*"),
    })) {
      for (const before of [false, true]) {
        let asked = 0;
        let cache = /** @type {any} */ (undefined);
        const act = () => {
          if (asked++ === 0) call(cache);
        };
        const sizeOf = (/** @type {any} */ value) => {
          if (value?.acts) act();
          return 10;
        };
        cache = await Cache.open("re-entered", { heap, maxEntries: 50, sizeOf });
        if (before) cache.set("key", "old", { tags: ["t"] });
        const value = { acts: true, toJSON: () => act() ?? { n: 1 } };
        if (what === "close") {
          assert.throws(() => cache.set("key", value, { tags: ["t"] }), closed);
          continue;
        }
        cache.set("key", value, { tags: ["t"] });
        assert.equal(asked > 0, true, what);
        assert.deepEqual(cache.get("key"), heap === "js" ? value : { n: 1 }, what);
        assert.equal(cache.invalidateTag("t"), 1, what);
        assert.equal([...cache.keys()].length, cache.size, what);
        await cache.close();
      }
    }
  });

  test(`heap "${heap}": a loader, a listener, a predicate or a clock may close the cache`, async () => {
    const open = (/** @type {any} */ options = {}) => Cache.open("ends", { heap, ...options });
    const loads = await open();
    const result = loads.fetch("key", () => {
      loads.dispose();
      return 1;
    });
    assert.equal(await result, 1);
    assert.throws(() => loads.get("key"), closed);
    for (const type of ["evict", "remove", "set", "expire", "reject", "invalidate"]) {
      let time = 0;
      const cache = await open({ maxEntries: 2, maxBytes: 2000, now: () => time });
      cache.addEventListener(type, () => cache.dispose());
      assert.throws(
        () => {
          cache.set("a", 1, { ttl: 10, tags: ["t"] });
          cache
            .set("b", 2)
            .set("c", 3)
            .set("d", 4, { ttl: 10, tags: ["t"] });
          cache.set("d", 5, { ttl: 10, tags: ["t"] });
          cache.set("big", "x".repeat(5000));
          time = 20;
          cache.get("d");
          cache.invalidateTag("t");
          cache.size;
        },
        closed,
        type,
      );
    }
    const cache = await open();
    cache.set("a", 1).set("b", 2);
    assert.throws(
      () =>
        cache.invalidate(() => {
          cache.dispose();
          return true;
        }),
      closed,
    );
    let closes = false;
    const timed = await open({
      now: () => {
        if (closes) timed.dispose();
        return 0;
      },
    });
    timed.set("a", 1, { ttl: 10 });
    closes = true;
    assert.throws(() => timed.get("a"), { name: "ApusError" });
    assert.throws(() => timed.size, closed);
  });

  test(`heap "${heap}": the option now cannot change its own cache`, async () => {
    let act = () => {};
    const cache = await Cache.open("asks", {
      heap,
      now: () => {
        act();
        return 0;
      },
    });
    cache.set("a", "one", { ttl: 10 }).set("b", "two");
    for (const call of [
      () => cache.set("c", 1),
      () => cache.delete("a"),
      () => cache.clear(),
      () => cache.invalidate("**"),
    ]) {
      act = () => {
        act = () => {};
        assert.throws(call, { code: "BUSY" });
      };
      assert.equal(cache.get("a"), "one");
    }
    assert.deepEqual([...cache.keys()].sort(), ["a", "b"]);
    await cache.close();
  });
}

test("the first weighing survives a sizeOf that changes the cache", async () => {
  const sizes = await Cache.open("sizes", {});
  let asked = 0;
  for (let i = 0; i < 20; i++) {
    const value = {
      get n() {
        if (asked++ < 5) sizes.delete(`k${(i + 1) % 20}`);
        if (asked === 6) for (let j = 0; j < 300; j++) sizes.set(`new ${j}`, j);
        return i;
      },
    };
    sizes.set(`k${i}`, value);
  }
  const { bytes } = sizes;
  assert.ok(bytes > 300 * 64 && bytes < 400 * 200, `${bytes}`);
  sizes.clear();
  assert.equal(sizes.bytes, 0);
  await sizes.close();
});
