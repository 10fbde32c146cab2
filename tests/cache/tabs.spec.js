/* global cache, reopen, changes */
// A cache in several tabs: an entry that one deletes leaves the memory of the others.
import { expect, test } from "../browser.js";
import { open } from "./tabs.js";

test("an open tab finishes the invalidation of a tab that has left", async ({ context }) => {
  const [a, b] = [await open(context, "finishes"), await open(context, "finishes")];
  await a.evaluate(async () => {
    for (let i = 0; i < 200; i++) cache.set(`user/${i}`, "old");
    cache.set("post/1", "kept");
    await reopen();
  });
  const loaded = () => b.evaluate(() => Promise.all([cache.load("user/1"), cache.load("post/1")]));
  await expect.poll(loaded).toEqual(["old", "kept"]);
  const left = a.evaluate(() => {
    cache.invalidate("user/*");
    location.href = "?left";
  });
  await left.catch(() => {});
  await a.waitForURL("**/*?left");
  await expect.poll(() => b.evaluate(() => cache.get("user/1") ?? null)).toBe(null);
  expect(await loaded()).toEqual([undefined, "kept"]);
  await b.evaluate(() => reopen());
  expect(await loaded()).toEqual([undefined, "kept"]);
});

/** A second tab that misses the first one's messages. */
async function deaf(context, name) {
  const [a, b] = [await open(context, name), await open(context, name)];
  await a.evaluate(async () => {
    cache.set("cleared", 1);
    cache.set("tagged", 1, { tags: ["news"] });
    cache.set("user/1", "old");
    cache.set("replaced", "old");
    cache.set("deleted", 1);
    cache.set("untouched", 1);
    await cache.flush();
  });
  const keys = ["tagged", "user/1", "replaced", "deleted", "untouched"];
  const values = () => b.evaluate((keys) => Promise.all(keys.map((key) => cache.load(key))), keys);
  await expect.poll(values).toEqual([1, "old", "old", 1, 1]);
  await a.evaluate(() => {
    const real = BroadcastChannel.prototype.postMessage;
    BroadcastChannel.prototype.postMessage = () => {};
    globalThis.speakAgain = () => {
      BroadcastChannel.prototype.postMessage = real;
    };
  });
  const inMemory = () => b.evaluate((keys) => keys.map((key) => cache.get(key) ?? null), keys);
  return { a, b, inMemory };
}

test("after missed messages invalidated tags, patterns and keys leave the memory of other tabs", async ({
  context,
}) => {
  const { a, inMemory } = await deaf(context, "missed tags");
  await a.evaluate(async () => {
    cache.invalidateTag("news");
    cache.invalidate("user/*");
    cache.set("replaced", "new");
    cache.delete("deleted");
    await cache.flush();
    globalThis.speakAgain();
    cache.set("heard", 1);
    await cache.flush();
  });
  await expect.poll(inMemory).toEqual([null, null, null, null, 1]);
});

test("after missed messages a clear reaches the memory of other tabs", async ({ context }) => {
  const { a, inMemory } = await deaf(context, "missed clear");
  await a.evaluate(async () => {
    cache.clear();
    await cache.flush();
    globalThis.speakAgain();
    cache.set("heard", 1);
    await cache.flush();
  });
  await expect.poll(inMemory).toEqual([null, null, null, null, null]);
});

test("a tab that wakes up drops deleted entries, even when the disk has no trace of them", async ({
  context,
}) => {
  const { a, b, inMemory } = await deaf(context, "back");
  await b.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden" }); // it does not compact
  });
  await a.bringToFront();
  await a.evaluate(async () => {
    cache.invalidateTag("news");
    cache.delete("deleted");
    await cache.flush();
    await cache.close();
    const { Cache } = await import("/apus/index.js");
    // Ten minutes later compaction drops tombstones.
    const now = () => Date.now() + 1_200_000;
    globalThis.cache = await Cache.open("back", { persist: { now } });
    for (let i = 0; i < 12; i++) {
      cache.set(`small ${i}`, i);
      await cache.flush();
    }
  });
  await a.waitForFunction(() => cache.stats().disk.compactions > 0);
  await b.evaluate(() => document.dispatchEvent(new Event("resume")));
  await expect
    .poll(async () => (await inMemory()).filter((_, i) => i % 3 === 0))
    .toEqual([null, null]);
  const load = () =>
    b.evaluate(() => Promise.all(["tagged", "replaced"].map((key) => cache.load(key))));
  expect(await load()).toEqual([undefined, "old"]);
});

test("an invalidation finds records that another tab has moved without a message", async ({
  context,
}) => {
  const [a, b] = [await open(context, "moved"), await open(context, "moved")];
  await a.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden" }); // it does not compact
  });
  await b.evaluate(async () => {
    const visibility = { value: "hidden", configurable: true }; // nor does it, until it is silent
    Object.defineProperty(document, "visibilityState", visibility);
    for (let i = 0; i < 12; i++) {
      cache.set(`user/${i}`, i);
      await cache.flush();
    }
  });
  await expect.poll(() => a.evaluate(() => cache.stats().disk.segments)).toBeGreaterThan(11);
  await b.evaluate(async () => {
    BroadcastChannel.prototype.postMessage = () => {};
    delete document.visibilityState;
    cache.set("silent", 1); // nobody is told of it, nor of what it makes this tab move
    await cache.flush();
  });
  await b.waitForFunction(() => cache.stats().disk.compactions > 0);
  await a.evaluate(() => cache.set("own", 1).invalidate("user/*"));
  await a.evaluate(() => reopen());
  const left = await a.evaluate(async () => {
    const keys = Array.from({ length: 12 }, (_, i) => `user/${i}`);
    const values = await Promise.all(keys.map((key) => cache.load(key)));
    return values.filter((value) => value !== undefined);
  });
  expect(left).toEqual([]);
});

test("a load under way is not kept when another tab invalidates its tag", async ({ context }) => {
  const [a, b] = [await open(context, "load"), await open(context, "load")];
  for (const way of ["tag", "glob", "delete", "clear"]) {
    await a.evaluate(async () => {
      globalThis.loading = cache.fetch(
        "user/1",
        () =>
          new Promise((resolve) => {
            globalThis.answer = resolve;
          }),
        { tags: ["user"] },
      );
      while (!globalThis.answer) await new Promise((done) => setTimeout(done, 1));
      cache.set("sign", 1);
      await cache.flush();
    });
    await expect.poll(() => b.evaluate(() => cache.load("sign"))).toBe(1);
    await b.evaluate(async (way) => {
      await cache.load("sign");
      changes[way]();
      cache.delete("sign");
      await cache.flush();
    }, way);
    await expect.poll(() => a.evaluate(() => cache.get("sign") ?? null)).toBe(null);
    const got = await a.evaluate(async () => {
      globalThis.answer("old");
      globalThis.answer = undefined;
      return [await globalThis.loading, cache.get("user/1"), await cache.load("user/1")];
    });
    expect([way, ...got]).toEqual([way, "old", undefined, undefined]);
  }
});
