import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache } from "../../js/cache/index.js";
import { kinds } from "../../js/cache/options.js";
import { FakeStore, openOn } from "./fake-store.js";
import { random } from "./random.js";

/** @param {any[]} told @returns {(change: any) => void} */
const into =
  (told) =>
  ({ key, type, value }) =>
    told.push(value === undefined ? `${type} ${key}` : `${type} ${key} ${value}`);

for (const heap of /** @type {const} */ (["js", "wasm"])) {
  test(`heap "${heap}": a key's subscriber hears each change of it, once`, async () => {
    let time = 0;
    const cache = await Cache.open("heard", { heap, maxEntries: 2, now: () => time });
    /** @type {string[]} */
    const told = [];
    cache.subscribe("a", into(told));
    cache.subscribe({ prefix: "a:" }, into(told));
    const expect = (/** @type {string[]} */ ...all) => {
      assert.deepEqual(told.splice(0), all);
    };
    cache.set("a", 1).set("b", 1);
    expect("set a 1");
    cache.set("a", 2);
    expect("set a 2");
    cache.delete("a");
    cache.delete("a");
    expect("delete a");
    cache.set("a:1", 1, { tags: ["t"] }).set("a:2", 2);
    cache.invalidateTag("t");
    expect("set a:1 1", "set a:2 2", "invalidate a:1");
    cache.invalidate("a:*");
    expect("invalidate a:2");
    cache.set("a", 3, { ttl: 10 });
    time = 20;
    cache.get("a");
    expect("set a 3", "expire a");
    cache.set("a", 4).set("c", 1).set("d", 1);
    expect("set a 4", "evict a");
    cache.set("a", 5);
    cache.clear();
    expect("set a 5", "clear a");
    cache.resize({ maxBytes: 1000 });
    cache.set("a", "x".repeat(5000));
    cache.set("a", 6);
    cache.set("a", "x".repeat(5000));
    expect("reject a", "set a 6", "reject a");
    cache.set("a", 7);
    await cache.close();
    expect("set a 7", "close a");
  });

  test(`heap "${heap}": subscribers always know what is in memory, as a naive model does`, async () => {
    for (const policy of kinds) {
      let time = 1;
      const next = random(11);
      const options = { heap, policy, codec: /** @type {const} */ ("string"), now: () => time };
      const cache = await Cache.open("model", { ...options, maxEntries: 30, maxBytes: 9000 });
      /** @type {Map<string, string>} by key, as told */
      const known = new Map();
      /** @type {Map<string, string>} of two prefixes */
      const prefixed = new Map();
      /** @param {Map<string, string>} model @returns {(change: any) => void} */
      const follow =
        (model) =>
        ({ key, type, value }) => {
          if (type === "set") model.set(key, value);
          else
            assert.equal(model.delete(key) || type === "reject", true, `${policy}: ${type} ${key}`);
        };
      /** @type {(() => void)[]} */
      const ends = [];
      for (let i = 0; i < 60; i++) ends.push(cache.subscribe(`k${i}`, follow(known)));
      for (const prefix of ["k1", "k2"]) cache.subscribe({ prefix }, follow(prefixed));
      for (let step = 0; step < 500; step++) {
        const key = `k${next(60)}`;
        const operation = next(20);
        if (operation < 9) {
          const large = next(50) === 0 ? 9000 : next(100);
          const lives = next(3) ? {} : { ttl: next(40) };
          cache.set(key, `${step} ${"x".repeat(large)}`, { tags: [`t${next(5)}`], ...lives });
        } else if (operation < 14) cache.get(key);
        else if (operation < 16) cache.delete(key);
        else if (operation === 16) cache.invalidateTag(`t${next(5)}`);
        else if (operation === 17) cache.invalidate(`k${next(6)}?`);
        else if (operation === 18) time += next(10);
        else if (next(20) === 0) cache.clear();
        // Expired entries stay until they are read or swept.
        for (const each of known.keys()) cache.get(each);
        assert.deepEqual(new Map([...cache].sort()), new Map([...known].sort()), policy);
      }
      const some = [...known].filter(([key]) => /^k[12]/.test(key));
      assert.deepEqual(new Map([...prefixed].sort()), new Map(some.sort()));
      for (const end of ends) end();
      known.clear();
      cache.set("k1", "not heard");
      assert.equal(known.size, 0);
      await cache.close();
      assert.equal(prefixed.size, 0);
    }
  });
}

test("ending a subscription ends that one alone, also while a change is told", async () => {
  const cache = await Cache.open("ends");
  /** @type {string[]} */
  const told = [];
  const listener = into(told);
  const ends = [cache.subscribe("a", listener), cache.subscribe("a", listener)];
  cache.set("a", 1);
  assert.equal(told.splice(0).length, 2);
  ends[0]();
  ends[0]();
  cache.set("a", 2);
  assert.equal(told.splice(0).length, 1);
  ends[1]();
  cache.subscribe("a", () => last()); // under the same key, after all had ended
  ends[0]();
  const last = cache.subscribe("a", listener);
  cache.set("a", 3);
  assert.deepEqual(told, [], "the one told first has ended the other");
  const more = cache.subscribe("a", () => cache.subscribe("a", listener));
  cache.set("a", 4);
  more();
  assert.deepEqual(told, [], "a subscription that began in a change does not hear of it");
  cache.set("a", 5);
  assert.deepEqual(told, ["set a 5"]);
  await cache.close();
});

test("a listener that throws is reported, and neither the cache nor other listeners notice", async () => {
  const cache = await Cache.open("throws");
  /** @type {unknown[]} */
  const reported = [];
  const type = "unhandledRejection";
  const others = process.listeners(type); // of the test runner, which would fail the test
  process.removeAllListeners(type);
  process.on(type, (error) => reported.push(error));
  /** @type {string[]} */
  const told = [];
  cache.subscribe("a", () => {
    throw new Error("mine");
  });
  cache.subscribe("a", into(told));
  cache.set("a", 1).delete("a");
  await new Promise((resolve) => setTimeout(resolve));
  process.removeAllListeners(type);
  for (const other of others) process.on(type, other);
  assert.deepEqual(told, ["set a 1", "delete a"]);
  assert.deepEqual(reported.map(String), ["Error: mine", "Error: mine"]);
  await cache.close();
});

test("bad arguments of subscribe are refused by name", async () => {
  const cache = /** @type {any} */ (await Cache.open("arguments"));
  const nothing = () => {};
  assert.throws(() => cache.subscribe("a"), /subscribe: listener must be a function/);
  assert.throws(() => cache.subscribe({}, nothing), /subscribe: prefix must be a string/);
  assert.throws(
    () => cache.subscribe({ prefix: 1 }, nothing),
    /subscribe: prefix must be a string/,
  );
  assert.throws(() => cache.subscribe(7, nothing), TypeError);
  assert.throws(() => cache.subscribe(null, nothing), TypeError);
  assert.throws(() => cache.subscribe({ prefix: "a", key: "b" }, nothing), /unknown option "key"/);
  await cache.close();
});

test("what a listener sets stays, in memory and on disk", async () => {
  const store = new FakeStore();
  const cache = await openOn(store, "sets");
  cache.set("a", 1, { tags: ["t"] });
  const again = [() => cache.invalidateTag("t"), () => cache.clear(), () => cache.delete("a")];
  for (const [i, call] of again.entries()) {
    const end = cache.subscribe("a", ({ type }) => {
      if (type !== "set") cache.set("a", i, { tags: ["t"] });
    });
    call();
    end();
    assert.equal(cache.get("a"), i);
    assert.equal(store.records.get("a")?.value, i, `${call}`);
  }
  const end = cache.subscribe("b", ({ type }) => type === "set" && cache.delete("b"));
  cache.set("b", 1);
  end();
  assert.equal(cache.has("b") || store.records.has("b"), false);
  await cache.close();
});

test("changes by other tabs and values from the disk are heard", async () => {
  const store = new FakeStore();
  store.put("a", "old", { expiresAt: Infinity, tags: [], priority: 0 });
  const cache = await openOn(store, "tabs");
  /** @type {string[]} */
  const told = [];
  cache.subscribe({ prefix: "" }, into(told));
  await cache.load("a");
  store.dispatchEvent(new CustomEvent("change", { detail: { keys: ["a", "gone"] } }));
  store.dispatchEvent(new CustomEvent("change", { detail: { keys: ["a", "gone"] } }));
  assert.deepEqual(told, ["load a old", "delete a", "outside a"]);
  await cache.close();
});
