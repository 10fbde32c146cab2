/* global cache, reopen, changes, whileReading, problems */
// A cache's memory and its store: deleted entries stay deleted.
import { expect, test } from "../browser.js";
import { open } from "./tabs.js";

const ways = ["delete", "clear", "tag", "glob", "regExp", "predicate", "set and delete"];

for (const reader of ["load", "fetch"]) {
  test(`a ${reader} under way restores no deleted entry`, async ({ context }) => {
    const page = await open(context, reader);
    for (const way of ways) {
      const got = await page.evaluate(
        async ({ reader, way }) => {
          cache.set("user/1", "old", { tags: ["user"] });
          cache.set("post/1", "kept");
          await reopen();
          let changed = false;
          whileReading(() => {
            changes[way]();
            changed = true;
          });
          await (reader === "load" ? cache.load("user/1") : cache.fetch("user/1", () => undefined));
          return [changed, cache.get("user/1"), await cache.load("user/1")];
        },
        { reader, way },
      );
      expect([way, ...got]).toEqual([way, true, undefined, undefined]);
    }
    expect(await page.evaluate(() => problems)).toEqual([]);
  });
}

test("an invalidated entry is gone at once, a newer one stays", async ({ context }) => {
  const page = await open(context, "pattern");
  for (const way of ["glob", "regExp", "predicate"]) {
    const got = await page.evaluate(async (way) => {
      for (const key of ["user/1", "user/2", "user/3"]) cache.set(key, "old");
      cache.set("post/1", "kept");
      await reopen();
      cache.set("user/3", "old"); // in memory, and not being written yet
      changes[way]();
      cache.set("user/2", "new");
      const at = [await cache.load("user/1"), await cache.load("user/3"), cache.get("user/2")];
      await reopen();
      const keys = ["user/1", "user/3", "user/2", "post/1"];
      return [at, await Promise.all(keys.map((key) => cache.load(key)))];
    }, way);
    expect([way, ...got]).toEqual([
      way,
      [undefined, undefined, "new"],
      [undefined, undefined, "new", "kept"],
    ]);
  }
});

for (const way of ["glob", "regExp", "predicate"]) {
  test(`an invalidation survives leaving the page in the same turn: ${way}`, async ({
    context,
  }) => {
    let page = await open(context, `leaving ${way}`);
    const other = await context.newPage(); // keeps the browser's context in use
    await other.goto("/tests/pages/blank.html");
    for (let round = 0; round < 4; round++) {
      await page.evaluate(async () => {
        for (let i = 0; i < 200; i++) cache.set(`user/${i}`, "old");
        cache.set("post/1", "kept");
        await reopen();
      });
      const left = page.evaluate((way) => {
        changes[way]();
        cache.set("user/7", "new");
        location.href = "?left";
      }, way);
      await left.catch(() => {});
      await page.waitForURL("**/*?left");
      await page.close();
      page = await open(context, `leaving ${way}`);
      const got = await page.evaluate(async () => {
        const keys = ["user/1", "user/199", "user/7", "post/1"];
        return Promise.all(keys.map((key) => cache.load(key)));
      });
      // Without a glob all older records are deleted: the next page cannot know the matches.
      const kept = way === "glob" ? "kept" : undefined;
      expect(got.slice(0, 2)).toEqual([undefined, undefined]);
      if (way === "glob") expect(got.slice(2)).toEqual(["new", kept]);
      await page.evaluate(() => reopen());
      expect(await page.evaluate(() => cache.load("user/1"))).toBeUndefined();
    }
  });
}

test("a predicate that throws for a stored record deletes it, and flush and close go on", async ({
  context,
}) => {
  const page = await open(context, "throws");
  const got = await page.evaluate(async () => {
    cache.set("null", null);
    cache.set("kept", { id: 1 });
    cache.set("gone", { id: 2 });
    await reopen();
    const errors = [];
    cache.addEventListener("error", ({ detail }) => errors.push(detail.code));
    cache.invalidate((_, value) => value.id === 2);
    await cache.flush();
    await cache.flush();
    await reopen();
    const values = await Promise.all(["null", "kept", "gone"].map((key) => cache.load(key)));
    return { errors, values, problems };
  });
  expect(got).toEqual({
    errors: ["PREDICATE_FAILED"],
    values: [undefined, { id: 1 }, undefined],
    problems: [],
  });
});

test("two caches of one name in a page see each other's changes", async ({ context }) => {
  const page = await open(context, "twice");
  const got = await page.evaluate(async () => {
    const { Cache } = await import("/apus/index.js");
    const other = await Cache.open("twice", { persist: true });
    const seen = [];
    cache.set("user/1", "old", { tags: ["user"] });
    const look = async () => seen.push([other.get("user/1"), await other.load("user/1")]);
    await look();
    cache.set("user/1", "new", { tags: ["user"] });
    await look();
    for (const way of ["tag", "glob", "predicate", "delete", "clear"]) {
      cache.set("user/1", "old", { tags: ["user"] });
      await other.load("user/1");
      changes[way]();
      await look();
    }
    await other.close();
    cache.set("still", "open");
    await reopen();
    return [...seen, await cache.load("still")];
  });
  expect(got).toEqual([
    [undefined, "old"],
    [undefined, "new"],
    ...Array(5).fill([undefined, undefined]),
    "open",
  ]);
});

test("a disposed cache closes its store and writes its changes", async ({ context }) => {
  const page = await open(context, "disposed");
  const got = await page.evaluate(async () => {
    const count = { connections: 0, channels: 0 };
    const counted = (prototype, name, change) => {
      const real = prototype[name];
      prototype[name] = function (...args) {
        change();
        return real.apply(this, args);
      };
    };
    await cache.close();
    counted(BroadcastChannel.prototype, "close", () => count.channels--);
    const { BroadcastChannel: Real } = globalThis;
    globalThis.BroadcastChannel = class extends Real {
      constructor(name) {
        super(name);
        count.channels++;
      }
    };
    counted(IDBDatabase.prototype, "close", () => count.connections--);
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = function (...args) {
      count.connections++;
      return open.apply(this, args);
    };
    const { Cache } = await import("/apus/index.js");
    for (let i = 0; i < 20; i++) {
      const one = await Cache.open("disposed", { persist: true });
      if (i) {
        if ((await one.load("key")) !== i - 1) throw new Error(`${i}`);
        one.delete("gone");
      }
      one.set("key", i).set("gone", i);
      one.dispose();
      one.dispose();
      await one.close();
    }
    const last = await Cache.open("disposed", { persist: true });
    last.set("key", "last");
    last.delete("gone");
    last.dispose();
    const again = await Cache.open("disposed", { persist: true });
    const values = [await again.load("key"), await again.load("gone")];
    await again.close();
    return { values, count, problems };
  });
  expect(got).toEqual({
    values: ["last", undefined],
    count: { connections: 0, channels: 0 },
    problems: [],
  });
});

test("damage found while opening is reported to listeners added afterwards", async ({
  context,
}) => {
  const page = await open(context, "damaged");
  const codes = await page.evaluate(async () => {
    cache.set("key", "value");
    await cache.close();
    const request = indexedDB.open("apus:damaged");
    const db = await new Promise((done) => {
      request.onsuccess = () => done(request.result);
    });
    const tx = db.transaction(["heads"], "readwrite");
    const heads = tx.objectStore("heads");
    const ids = heads.getAllKeys();
    ids.onsuccess = () => heads.put(new Uint8Array(100), ids.result[0]);
    await new Promise((done) => {
      tx.oncomplete = done;
    });
    db.close();
    const { Cache } = await import("/apus/index.js");
    globalThis.cache = await Cache.open("damaged", { persist: { preload: true } });
    const codes = [];
    cache.addEventListener("error", ({ detail }) => codes.push(detail.code));
    while (codes.length === 0) await new Promise((done) => setTimeout(done));
    return codes;
  });
  expect(codes).toEqual(["CORRUPT"]);
});
