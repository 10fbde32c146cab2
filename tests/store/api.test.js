// The public Store in Node, where it works in memory: there is no IndexedDB.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Store } from "../../js/store/index.js";

const event = (target, type) =>
  new Promise((resolve) =>
    target.addEventListener(type, ({ detail }) => resolve(detail), { once: true }),
  );

async function all(entries) {
  const found = [];
  for await (const entry of entries) found.push(entry);
  return found.sort();
}

test("gets what was set, until it is deleted", async () => {
  const store = await Store.open("values");
  store
    .set("a", { n: 1 })
    .set("b", null)
    .set("c", new Uint8Array([1, 2]));
  assert.deepEqual(await store.get("a"), { n: 1 });
  assert.equal(await store.get("b"), null);
  assert.deepEqual(await store.get("c"), new Uint8Array([1, 2]));
  assert.equal(store.has("a"), true);
  assert.equal(store.delete("a"), true);
  assert.equal(store.delete("a"), false);
  assert.equal(await store.get("a"), undefined);
  store.clear();
  assert.equal(store.has("b"), false);
  await store.close();
});

test("iterates the entries whose keys begin with a prefix", async () => {
  const store = await Store.open("prefix");
  for (const key of ["user/1", "user/2", "post/1"]) store.set(key, key.length);
  assert.deepEqual(await all(store.entries("user/")), [
    ["user/1", 6],
    ["user/2", 6],
  ]);
  assert.equal((await all(store)).length, 3);
  await store.close();
});

test("an iteration leaves out a key that is deleted meanwhile", async () => {
  const store = await Store.open("meanwhile");
  store.set("a", 1).set("b", 2);
  const found = [];
  for await (const [key] of store.entries()) {
    found.push(key);
    store.delete("b");
  }
  assert.deepEqual(found, ["a"]);
  await store.close();
});

test("entries expire after their ttl, and go with their tags", async () => {
  let now = 1e12;
  const store = await Store.open("ttl", { now: () => now });
  store
    .set("short", 1, { ttl: 10 })
    .set("long", 2)
    .set("tagged", 3, { tags: ["t"] });
  now += 11;
  assert.equal(await store.get("short"), undefined);
  assert.equal(await store.get("long"), 2);
  store.invalidateTag("t");
  assert.equal(await store.get("tagged"), undefined);
  await store.close();
});

test("without IndexedDB it works in memory and reports it", async () => {
  const store = await Store.open("memory");
  const { code, message } = await event(store, "degraded");
  assert.equal(code, "NO_INDEXEDDB");
  assert.equal(message, "IndexedDB is not available here");
  store.set("a", 1);
  assert.equal(await store.flush(), false);
  assert.equal(store.stats().degraded, "NO_INDEXEDDB");
  assert.equal(await store.get("a"), 1);
  await store.close();
});

test("two handles of one name share the store, and close one by one", async () => {
  const [one, other] = await Promise.all([Store.open("shared"), Store.open("shared")]);
  one.set("a", 1);
  assert.equal(await other.get("a"), 1);
  await assert.rejects(Store.open("shared", { level: 2 }), { code: "OPTIONS_CONFLICT" });
  await one.close();
  await one.close();
  assert.equal(await other.get("a"), 1);
  await other.close();
});

test("arguments are checked before anything changes", async () => {
  const store = await Store.open("arguments");
  await assert.rejects(Store.open(""), TypeError);
  await assert.rejects(Store.open("x", /** @type {any} */ ({ levl: 1 })), /levl/);
  const bad = /** @type {any} */ (5);
  assert.throws(() => store.set(bad, 1), TypeError);
  assert.throws(() => store.set("a", undefined), /undefined/);
  assert.throws(() => store.set("a", 1, { ttl: -1 }), RangeError);
  assert.throws(() => store.set("a", 1, { tags: ["a\0b"] }), /NUL/);
  assert.throws(() => store.invalidateTag("a\0b"), /NUL/);
  await assert.rejects(store.get(bad), TypeError);
  assert.equal(store.has("a"), false);
  await store.close();
});

test("a closed store throws CLOSED", async () => {
  const store = await Store.open("closed");
  await store.close();
  for (const use of [() => store.has("a"), () => store.set("a", 1), () => store.stats()])
    assert.throws(use, { code: "CLOSED" });
  await assert.rejects(store.get("a"), { code: "CLOSED" });
  await assert.rejects(store.flush(), { code: "CLOSED" });
  await assert.rejects(store.entries().next(), { code: "CLOSED" });
});
