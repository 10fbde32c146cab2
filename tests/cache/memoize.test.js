import assert from "node:assert/strict";
import { test } from "node:test";
import { transform } from "esbuild";
import { Cache, cacheable, invalidates } from "../../js/cache/index.js";
import { FakeStore, openOn } from "./fake-store.js";

test("memoize distinguishes functions with the same name, or none", async () => {
  const cache = await Cache.open("names");
  const make = (/** @type {number} */ by) => {
    const t = (/** @type {number} */ n) => n * by;
    return t;
  };
  const [double, triple] = [make(2), make(3)];
  assert.equal(await cache.memoize(double)(5), 10);
  assert.equal(await cache.memoize(triple)(5), 15, "a function with the same name");
  assert.equal(await cache.memoize((n) => n + 1)(5), 6);
  assert.equal(await cache.memoize((n) => n + 2)(5), 7);
  let runs = 0;
  const counted = () => ++runs;
  assert.equal(await cache.memoize(counted)(), 1);
  assert.equal(await cache.memoize(counted)(), 1, "the same function has the same keys");
  await cache.close();
});

test("in a persistent cache, memoize requires a name or a key", async () => {
  const store = new FakeStore();
  const cache = await openOn(store, "persists");
  const fn = (/** @type {number} */ n) => n;
  assert.throws(() => cache.memoize(fn), /name or key/);
  assert.throws(() => cache.memoize(fn, { ttl: 5 }), TypeError);
  assert.equal(await cache.memoize(fn, { name: "same" })(1), 1);
  assert.equal(await cache.memoize(fn, { key: (n) => `k${n}` })(2), 2);
  assert.deepEqual([...store.records.keys()], ["same:[1]", "k2"]);
  const method = cacheable({ cache })(fn);
  await assert.rejects(method(1), /name or key/);
  assert.equal(await cacheable({ cache, name: "method" })(fn)(3), 3);
  await cache.close();
});

test("memoize distinguishes arguments", async () => {
  const cache = await Cache.open("arguments");
  let runs = 0;
  const run = cache.memoize(async (...args) => [++runs, ...args]);
  const all = [
    [],
    [null],
    [undefined],
    [undefined, undefined],
    [Number.NaN],
    ["NaN"],
    ["null"],
    [Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY],
    [0],
    [-0],
    [1],
    ["1"],
    [1n],
    ["1n"],
    [true],
    ["true"],
    [[]],
    [[1, 2]],
    [[[1], 2]],
    [["1,2"]],
    [{}],
    [{ a: 1 }],
    [{ a: undefined }],
    [{ a: null }],
    [new Map()],
    [new Map([["a", 1]])],
    [new Map([["a", 2]])],
    [new Map([[{ a: 1 }, 1]])],
    [new Set([1])],
    [new Set([2])],
    [new Date(0)],
    [new Date(1)],
    [new Date(Number.NaN)],
    [new Date(0).toJSON()],
    [new URL("https://a.example/")],
    ["https://a.example/"],
    [Object.create(null, { a: { value: 7, enumerable: true } })],
    ['"'],
    ['","'],
  ];
  const results = [];
  for (const args of all) results.push((await run(...args))[0]);
  assert.deepEqual(
    results,
    Array.from(all, (_, i) => i + 1),
  );
  assert.equal(
    (await run(new Map([["a", 1]])))[0],
    results[all.findIndex(([m]) => m instanceof Map && m.get("a") === 1)],
  );
  for (const unclear of [() => 1, Symbol("s"), new (class Point {})(), /a/, new Uint8Array(1)]) {
    await assert.rejects(run(unclear), /the option key/);
    await assert.rejects(run([{ deep: unclear }]), TypeError);
  }
  await cache.close();
});

test("bad arguments of memoize are named", async () => {
  const cache = /** @type {any} */ (await Cache.open("bad"));
  assert.throws(() => cache.memoize(5), /fn/);
  assert.throws(() => cache.memoize(() => 1, { key: "k" }), /key/);
  assert.throws(() => cache.memoize(() => 1, { name: 1 }), /name/);
  await cache.close();
});

test("decorated methods with the same name have their own keys", async () => {
  const cache = await Cache.open("methods");
  const decorate = cacheable({ cache });
  const one = { get: decorate((/** @type {number} */ n) => `one ${n}`) };
  const two = { get: decorate((/** @type {number} */ n) => `two ${n}`) };
  assert.equal(await one.get(1), "one 1");
  assert.equal(await two.get(1), "two 1");
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
