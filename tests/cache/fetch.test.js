import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Cache } from "../../js/cache/index.js";

/** A loader whose results the test provides. */
function manual() {
  const calls = [];
  const loader = (key, { signal }) =>
    new Promise((resolve, reject) => calls.push({ key, signal, resolve, reject }));
  return { calls, loader };
}
const turn = () => new Promise((resolve) => setTimeout(resolve));

test("any number of callers share one load", async () => {
  const cache = await Cache.open("single", { maxEntries: 10 });
  const { calls, loader } = manual();
  const waits = Array.from({ length: 50 }, () => cache.fetch("a", loader));
  while (calls.length === 0) await turn(); // the code for loads is fetched first
  assert.equal(calls.length, 1);
  calls[0].resolve("value");
  assert.deepEqual(new Set(await Promise.all(waits)), new Set(["value"]));
  assert.equal(await cache.fetch("a", loader), "value");
  assert.equal(calls.length, 1);
  assert.equal(cache.stats().loads, 1);
  await cache.close();
});

test("a caller's signal ends its own wait; the last one aborts the load", async () => {
  const cache = await Cache.open("abort");
  const { calls, loader } = manual();
  const [one, two] = [new AbortController(), new AbortController()];
  const first = cache.fetch("a", loader, { signal: one.signal });
  const second = cache.fetch("a", loader, { signal: two.signal });
  await turn();
  one.abort(new Error("one"));
  await assert.rejects(first, /one/);
  assert.equal(calls[0].signal.aborted, false);
  two.abort(new Error("two"));
  await assert.rejects(second, /two/);
  assert.equal(calls[0].signal.aborted, true);
  calls[0].resolve("late"); // a loader that does not listen
  await turn();
  assert.equal(cache.get("a"), undefined);
  const third = cache.fetch("a", loader);
  await turn();
  assert.equal(calls.length, 2, "an aborted load is not joined");
  calls[1].resolve("new");
  assert.equal(await third, "new");
  await assert.rejects(cache.fetch("b", loader, { signal: one.signal }), /one/);
  await cache.close();
});

test("evictions do not lose a load under way", async () => {
  const cache = await Cache.open("evict", { maxEntries: 1 });
  const { calls, loader } = manual();
  const waits = [cache.fetch("a", loader), cache.fetch("a", loader)];
  await turn();
  for (let i = 0; i < 100; i++) cache.set(`k${i}`, i);
  calls[0].resolve("kept");
  assert.deepEqual(await Promise.all(waits), ["kept", "kept"]);
  assert.equal(cache.get("a"), "kept");
  await cache.close();
});

test("a change during a load wins over its result", async () => {
  const cache = await Cache.open("race");
  const { calls, loader } = manual();
  const first = cache.fetch("a", loader);
  const second = cache.fetch("b", loader);
  await turn();
  cache.set("a", "newer");
  cache.delete("b");
  for (const call of calls) call.resolve("loaded");
  assert.deepEqual(await Promise.all([first, second]), ["loaded", "loaded"]);
  assert.equal(cache.get("a"), "newer");
  assert.equal(cache.get("b"), undefined);
  await cache.close();
});

test("an error reaches every waiter, and is kept only for negativeTtl", async () => {
  let time = 0;
  const cache = await Cache.open("errors", { now: () => time });
  let calls = 0;
  const loader = () => {
    calls++;
    throw new Error("down");
  };
  await Promise.all([1, 2, 3].map(() => assert.rejects(cache.fetch("a", loader), /down/)));
  assert.equal(calls, 1);
  await assert.rejects(cache.fetch("a", loader), /down/);
  assert.equal(calls, 2);
  await assert.rejects(cache.fetch("b", loader, { negativeTtl: 100 }), /down/);
  await assert.rejects(cache.fetch("b", loader, { negativeTtl: 100 }), /down/);
  assert.equal(calls, 3);
  time = 100;
  await assert.rejects(cache.fetch("b", loader), /down/);
  assert.equal(calls, 4);
  assert.equal(cache.stats().loadErrors, 4 - 0);
  await cache.close();
});

test("only fetch serves an expired value while a new one loads", async () => {
  let time = 0;
  const cache = await Cache.open("swr", { ttl: 100, staleWhileRevalidate: 50, now: () => time });
  const { calls, loader } = manual();
  cache.set("a", "old");
  time = 120;
  assert.equal(cache.get("a"), undefined);
  assert.equal(await cache.fetch("a", loader), "old");
  assert.equal(await cache.fetch("a", loader), "old");
  await turn();
  assert.equal(calls.length, 1);
  calls[0].resolve("new");
  await turn();
  assert.equal(cache.get("a"), "new");
  assert.equal(cache.stats().staleHits, 2);
  time = 300; // beyond the stale time too
  const wait = cache.fetch("a", loader);
  await turn();
  calls[1].resolve("newest");
  assert.equal(await wait, "newest");
  await cache.close();
});

test("refresh starts a new load while the old value stays", async () => {
  const cache = await Cache.open("refresh");
  const { calls, loader } = manual();
  cache.set("a", "old");
  const wait = cache.refresh("a", loader);
  await turn();
  assert.equal(cache.get("a"), "old");
  calls[0].resolve("new");
  assert.equal(await wait, "new");
  assert.equal(cache.get("a"), "new");
  await cache.close();
});

test("refresh does not join a load that began earlier", async () => {
  const cache = await Cache.open("refreshes");
  const { calls, loader } = manual();
  const before = cache.fetch("a", loader);
  await turn();
  const refreshed = cache.refresh("a", loader);
  const again = cache.refresh("a", loader);
  await turn();
  assert.equal(calls.length, 2, "refreshes of one turn share one load");
  calls[1].resolve("new");
  assert.equal(await refreshed, "new");
  assert.equal(await again, "new");
  calls[0].resolve("old");
  assert.equal(await before, "old");
  assert.equal(cache.get("a"), "new", "an earlier load does not overwrite it");
  const third = cache.refresh("a", loader);
  await turn();
  const fourth = cache.refresh("a", loader);
  await turn();
  assert.equal(calls.length, 4);
  calls[2].resolve("third");
  calls[3].resolve("fourth");
  assert.deepEqual(await Promise.all([third, fourth]), ["third", "fourth"]);
  assert.equal(cache.get("a"), "fourth");
  await cache.close();
});

test("a load whose key was changed is aborted when no caller waits for it", async () => {
  const cache = await Cache.open("dropped");
  const { calls, loader } = manual();
  const controller = new AbortController();
  const wait = cache.fetch("a", loader, { signal: controller.signal });
  await turn();
  cache.set("a", 1);
  controller.abort(new Error("enough"));
  await assert.rejects(wait, /enough/);
  assert.equal(calls[0].signal.aborted, true);
  await cache.close();
});

test("remembered errors are bounded in number, and forgotten in time", async () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc");
  const cache = await Cache.open("failures");
  let calls = 0;
  /** @type {WeakRef<Error>[]} */
  const errors = [];
  const fail = async (/** @type {string} */ key, /** @type {number} */ negativeTtl) => {
    const loader = () => {
      calls++;
      const error = new Error("down");
      errors.push(new WeakRef(error));
      throw error;
    };
    await cache.fetch(key, loader, { negativeTtl }).catch(() => {});
  };
  for (let i = 0; i < 1500; i++) await fail(`k${i}`, Number.POSITIVE_INFINITY);
  await fail("k1499", 1000);
  assert.equal(calls, 1500, "the newest is repeated");
  await fail("k0", Number.POSITIVE_INFINITY);
  assert.equal(calls, 1501, "the oldest is not");
  errors.length = 0;
  cache.clear();
  await fail("short", 1);
  do {
    await new Promise((resolve) => setTimeout(resolve, 20));
    gc();
  } while (errors[0].deref());
  await cache.close();
});

test("a loader that returns undefined caches nothing; closing ends all waits", async () => {
  const cache = await Cache.open("end");
  assert.equal(await cache.fetch("a", () => undefined), undefined);
  assert.equal(cache.has("a"), false);
  const { calls, loader } = manual();
  const wait = cache.fetch("a", loader);
  await turn();
  await cache.close();
  assert.equal(calls[0].signal.aborted, true);
  calls[0].resolve("late");
  assert.equal(await wait, "late");
  await assert.rejects(cache.fetch("a", loader), { code: "CLOSED" });
});

test("bad arguments of fetch are named", async () => {
  const cache = /** @type {any} */ (await Cache.open("bad"));
  await assert.rejects(
    cache.fetch(1, () => 1),
    TypeError,
  );
  await assert.rejects(cache.fetch("a", 5), /loader/);
  await assert.rejects(
    cache.fetch("a", () => 1, { ttl: Number.NaN }),
    RangeError,
  );
  await assert.rejects(
    cache.fetch("a", () => 1, { retry: 1 }),
    /retry/,
  );
  await assert.rejects(
    cache.fetch("a", () => 1, { signal: {} }),
    /signal/,
  );
  assert.equal(cache.size, 0);
  await cache.close();
});
