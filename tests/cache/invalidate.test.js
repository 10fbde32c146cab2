import assert from "node:assert/strict";
import { test } from "node:test";
import { transform } from "esbuild";
import { Cache, cacheable, invalidates } from "../../js/cache/index.js";
import { matcher } from "../../js/cache/match.js";
import { FakeStore, openOn } from "./fake-store.js";

test("globs match whole keys", () => {
  for (const [glob, yes, no] of [
    ["user:*", ["user:1", "user:"], ["user", "xuser:1", "user:1/a"]],
    ["user:**", ["user:1/a/b"], ["use"]],
    ["a/*/c", ["a/b/c"], ["a/b/b/c", "a/c"]],
    ["a?c", ["abc"], ["ac", "a/c"]],
    ["[a-c]x", ["ax", "cx"], ["dx"]],
    ["[!a-c]x", ["dx"], ["ax"]],
    ["[]]x", ["]x"], ["x"]],
    ["{one,two}.js", ["one.js", "two.js"], ["one,two.js", "onexjs"]],
    ["a\\*b", ["a*b"], ["aXb"]],
    ["a.b+(c)|d^$", ["a.b+(c)|d^$"], ["aXb+(c)|d^$"]],
    ["line*", ["line\nbreak"], []],
  ]) {
    const matches = matcher(glob);
    for (const key of yes) assert.ok(matches(key, 0), `${glob} should match ${key}`);
    for (const key of no) assert.ok(!matches(key, 0), `${glob} should not match ${key}`);
  }
});

test("a malformed glob is refused with its position, before any change", async () => {
  const cache = await Cache.open("globs");
  cache.set("a", 1);
  for (const [glob, position] of [
    ["a[bc", 1],
    ["ab{c", 2],
    ["ab}c", 2],
    ["abc\\", 3],
    ["x[z-a]", 1],
  ]) {
    assert.throws(() => cache.invalidate(glob), { code: "BAD_GLOB", position });
  }
  assert.throws(() => cache.invalidate(/** @type {any} */ (5)), TypeError);
  assert.equal(cache.size, 1);
  await cache.close();
});

test("invalidates by glob, RegExp and predicate", async () => {
  const cache = await Cache.open("patterns");
  for (let i = 0; i < 100; i++) cache.set(`user:${i}`, i);
  assert.equal(cache.invalidate("user:1?"), 10);
  assert.equal(cache.invalidate(/^user:2\d$/g), 10);
  assert.equal(
    cache.invalidate((_, value) => value >= 90),
    10,
  );
  assert.equal(cache.size, 70);
  await cache.close();
});

test("invalidates by tag, like a naive model", async () => {
  const cache = await Cache.open("tags", { maxEntries: 60 });
  const model = new Map();
  let state = 1;
  const next = (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  for (let step = 0; step < 20_000; step++) {
    const key = `k${next(120)}`;
    if (next(30) === 0) {
      const tag = `t${next(8)}`;
      const expected = [...model].filter(([, tags]) => tags.includes(tag)).map(([k]) => k);
      assert.equal(cache.invalidateTag(tag), expected.length);
      for (const k of expected) model.delete(k);
    } else if (next(10) === 0) {
      cache.delete(key);
      model.delete(key);
    } else {
      const tags = Array.from({ length: next(4) }, () => `t${next(8)}`);
      cache.set(key, step, { tags });
      model.delete(key);
      model.set(key, tags);
      if (model.size > 60) model.delete(model.keys().next().value);
    }
  }
  assert.deepEqual([...cache.keys()], [...model.keys()].reverse());
  await cache.close();
});

test("unused tags leave nothing behind", async () => {
  const cache = await Cache.open("many tags", { maxEntries: 10 });
  for (let i = 0; i < 20_000; i++) cache.set(`k${i}`, i, { tags: [`tag ${i}`] });
  assert.equal(cache.invalidateTag("tag 0", "tag 19999", "tag 19998"), 2);
  assert.equal(cache.size, 8);
  await cache.close();
});

test("invalidation reaches the disk, including entries that are not in memory", async () => {
  const store = new FakeStore();
  const meta = { expiresAt: Number.POSITIVE_INFINITY, tags: ["t"], priority: 0 };
  store.put("on/disk", 1, meta);
  store.put("on/tag", 1, meta);
  store.put("other", 1, { ...meta, tags: [] });
  const cache = await openOn(store, "disk");
  cache.invalidate("on/d*");
  await cache.flush();
  assert.deepEqual([...store.records.keys()], ["on/tag", "other"]);
  cache.invalidateTag("t");
  assert.deepEqual([...store.records.keys()], ["other"]);
  await cache.close();
});

test("invalidates expired values that fetch might still serve", async () => {
  for (const heap of /** @type {const} */ (["js", "wasm"])) {
    let time = 0;
    const cache = await Cache.open("stale", { heap, now: () => time });
    const options = { ttl: 10, staleWhileRevalidate: 1000 };
    cache.set("user/1", 1, options).set("user/2", 2, options).set("other", 3, options);
    time = 20;
    assert.equal(cache.invalidate("user/1"), 1);
    assert.equal(
      cache.invalidate((_, value) => value === 2),
      1,
    );
    assert.equal(await cache.fetch("user/1", () => "new"), "new");
    assert.equal(await cache.fetch("user/2", () => "new"), "new");
    assert.equal(await cache.fetch("other", () => "new"), 3);
    await cache.close();
  }
});

test("every method refuses a tag with NUL", async () => {
  const cache = await Cache.open("nul");
  cache.set("a", 1, { tags: ["x"] });
  assert.throws(() => cache.set("a", 2, { tags: ["x\0y"] }), /tag must have no NUL/);
  assert.throws(() => cache.setMany([["b", 2]], { tags: ["\0"] }), TypeError);
  assert.throws(() => cache.invalidateTag("x", "x\0y"), TypeError);
  await assert.rejects(
    cache.fetch("b", () => 1, { tags: ["\0"] }),
    TypeError,
  );
  assert.equal(cache.get("a"), 1);
  assert.equal(cache.invalidateTag("x"), 1);
  await cache.close();
});

test("memoize shares runs and keeps results", async () => {
  const cache = await Cache.open("memo");
  let runs = 0;
  const square = cache.memoize(
    async (n) => {
      runs++;
      return n * n;
    },
    { tags: ["squares"] },
  );
  assert.deepEqual(await Promise.all([square(3), square(3), square(4)]), [9, 9, 16]);
  assert.equal(runs, 2);
  const double = cache.memoize((n) => 2 * n);
  assert.equal(await double(3), 6, "another function has other keys");
  cache.invalidateTag("squares");
  await square(3);
  assert.equal(runs, 3);
  await cache.close();
});

test("decorators cache methods and invalidate after them", async () => {
  const cache = await Cache.open("decorators");
  let loads = 0;
  // Standard decorators; not every engine parses them yet.
  const { code } = await transform(
    `export default (cache, loaded, { cacheable, invalidates }) => class {
      prefix = "user";
      @cacheable({ cache: () => cache, key: (id) => "user:" + id, tags: ["users"] })
      async user(id) {
        loaded();
        return this.prefix + " " + id;
      }
      @invalidates({ cache: Promise.resolve(cache), keys: (id) => ["user:" + id] })
      async save(id, fail) {
        if (fail) throw new Error("refused");
        return id;
      }
    }`,
    { target: "es2022" },
  );
  const { default: define } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const Api = define(cache, () => loads++, { cacheable, invalidates });
  const api = new Api();
  assert.deepEqual(await Promise.all([api.user(1), api.user(1)]), ["user 1", "user 1"]);
  assert.equal(loads, 1);
  assert.equal(cache.get("user:1"), "user 1");
  await assert.rejects(api.save(1, true), /refused/);
  assert.equal(cache.has("user:1"), true);
  await api.save(1, false);
  assert.equal(cache.has("user:1"), false);
  await cache.close();
});

test("a dump holds entries with all their options, and another cache restores it", async () => {
  let time = 1000;
  const now = () => time;
  const first = await Cache.open("from", { now });
  first.set("a", { n: 1 }, { tags: ["t"], priority: 3, size: 10 });
  first.set("b", 2, { ttl: 100, staleWhileRevalidate: 50 }).set("gone", 3, { ttl: 10 });
  time += 40;
  const dump = JSON.parse(JSON.stringify(await first.dump()));
  const second = await Cache.open("to", { now });
  assert.equal(await second.load(dump), 2);
  assert.deepEqual([...second.keys()], [...first.keys()]);
  assert.deepEqual(second.get("a"), { n: 1 });
  time += 60;
  assert.equal(second.get("b"), undefined);
  assert.equal(await second.fetch("b", () => 5), 2, "stale");
  assert.equal(second.invalidateTag("t"), 1);
  await assert.rejects(second.load(/** @type {any} */ ({ version: 2 })), TypeError);
  await first.close();
  await second.close();
});

test("expired entries are swept without being asked for", async () => {
  const cache = await Cache.open("sweep");
  const awake = setInterval(() => {}, 1000); // the cache's own timer keeps no process alive
  const gone = new Promise((resolve) => cache.addEventListener("expire", resolve, { once: true }));
  for (let i = 0; i < 5000; i++) cache.set(`k${i}`, i, { ttl: 5 });
  cache.set("stays", 1);
  await gone;
  while (cache.size > 1) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(cache.stats().expirations, 5000);
  assert.equal(cache.get("stays"), 1);
  clearInterval(awake);
  await cache.close();
});

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
