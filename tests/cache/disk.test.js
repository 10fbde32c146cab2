import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeStore, openOn } from "./fake-store.js";

const meta = { expiresAt: Number.POSITIVE_INFINITY, tags: [], priority: 0 };

/** A store whose reads wait for the test. */
class SlowStore extends FakeStore {
  /** @type {(() => void)[]} */
  waiting = [];

  async read(keys) {
    const found = await super.read(keys);
    await new Promise((resolve) => this.waiting.push(() => resolve(undefined)));
    return found;
  }
  async go() {
    await turn();
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

test("null is a value, on the disk too", async () => {
  const store = new FakeStore();
  store.put("nothing", null, meta);
  const cache = await openOn(store, "null");
  assert.equal(await cache.load("nothing"), null);
  store.records.delete("nothing");
  assert.equal(await cache.load("nothing"), null, "from memory");
  await cache.close();
});

test("a read is repeated when its key changes meanwhile, a limited number of times", async () => {
  const store = new SlowStore();
  store.put("key", "first", meta);
  const cache = await openOn(store, "slow");
  const change = (value) => {
    store.put("key", value, meta);
    store.dispatchEvent(new CustomEvent("change", { detail: { keys: ["key"] } }));
  };
  const loading = cache.load("key");
  await turn();
  change("second");
  await store.go();
  await store.go();
  assert.equal(await loading, "second");
  assert.equal(cache.get("key"), "second");
  cache.delete("key");
  store.put("key", "restless", meta);
  const never = cache.load("key");
  for (let i = 0; i < 10; i++) {
    change(`restless ${i}`);
    await store.go();
  }
  assert.equal(await never, undefined);
  await cache.close();
});

test("a disposed cache closes its store once and ignores its events", async () => {
  const store = new FakeStore();
  let closes = 0;
  store.close = async () => {
    closes += 1;
  };
  const cache = await openOn(store, "disposed");
  const told = [];
  cache.addEventListener("degraded", ({ detail }) => told.push(detail));
  cache.dispose();
  cache.dispose();
  await cache.close();
  assert.equal(closes, 1);
  store.dispatchEvent(new CustomEvent("degraded", { detail: "late" }));
  store.dispatchEvent(new CustomEvent("change", { detail: { keys: ["k"], cleared: true } }));
  assert.deepEqual(told, []);
});

test("events of a store during Cache.open reach listeners that are added after it", async () => {
  const store = new FakeStore();
  store.readAll = async function* () {
    await turn();
    this.dispatchEvent(new CustomEvent("error", { detail: "damaged" }));
    yield [];
  };
  const cache = await openOn(store, "early", { preload: true });
  const told = [];
  cache.addEventListener("error", ({ detail }) => told.push(detail));
  await turn();
  assert.deepEqual(told, ["damaged"]);
  await cache.close();
});

test("the next flush repeats an invalidation that failed to read the disk", async () => {
  const store = new FakeStore();
  store.put("user/1", 1, meta);
  store.put("post/1", 1, meta);
  const cache = await openOn(store, "degraded");
  store.stats = { segments: 0, degraded: "STORAGE_FAILED" };
  const { readAll } = store;
  store.readAll = async function* () {};
  cache.set("post/2", 2);
  cache.invalidate("user/*");
  await cache.flush();
  assert.equal(await cache.load("user/1"), undefined);
  assert.equal(await cache.load("post/1"), 1);
  assert.ok(store.has("user/1"));
  store.stats = { segments: 0 };
  store.readAll = readAll;
  await cache.flush();
  assert.deepEqual([...store.records.keys()].sort(), ["post/1", "post/2"]);
  await cache.close();
});

test("a malformed note is ignored", async () => {
  const NOTE = "\0apus:invalidated";
  for (const note of [5, "text", {}, [5], [[5, 5]], [["user/*"]], [["[", 1]], [["user/*", "1"]]]) {
    const store = new FakeStore();
    store.put("user/1", 1, meta);
    store.put(NOTE, note, meta);
    const cache = await openOn(store, "note");
    await cache.flush();
    const cleared = Array.isArray(note) && Number.isSafeInteger(note[0]?.[1]) && note[0][0] === 5;
    assert.equal(await cache.load("user/1"), cleared ? undefined : 1, JSON.stringify(note));
    assert.equal(await cache.load(NOTE), undefined);
    await cache.close();
  }
});

test("a note that another tab overwrote is written again, with the patterns of both", {
  timeout: 10_000,
}, async () => {
  const NOTE = "\0apus:invalidated";
  const store = new FakeStore();
  store.readAll = async function* () {
    await new Promise(() => {}); // the disk is slow
  };
  const cache = await openOn(store, "both");
  cache.invalidate("mine:*");
  const [mine] = store.records.get(NOTE).value;
  const theirs = ["theirs:*", store.mark()];
  store.put(NOTE, [theirs], { expiresAt: Infinity, priority: 0, tags: [] });
  const heard = () =>
    store.dispatchEvent(new CustomEvent("change", { detail: { keys: [NOTE], tags: [] } }));
  heard();
  while (store.records.get(NOTE).value.length < 2) await new Promise((r) => setTimeout(r));
  assert.deepEqual(new Set(store.records.get(NOTE).value), new Set([mine, theirs]));
  // A note that has them all stays as it is.
  const { value } = store.records.get(NOTE);
  heard();
  await new Promise((r) => setTimeout(r));
  assert.equal(store.records.get(NOTE).value, value);
  cache.dispose();
});
