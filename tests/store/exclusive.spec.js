/* global refused, store */
// Work that only one tab at a time does: loads and compaction under a lock.
import { expect, test } from "./fixture.js";
import { open, until } from "./tabs.js";

test("compaction in one tab loses nothing in the others", async ({ context }) => {
  const [a, b] = [await open(context, "compact"), await open(context, "compact")];
  await a.evaluate(async () => {
    for (let round = 0; round < 12; round++) {
      for (let i = 0; i < 50; i++) store.put(`key ${i}`, { round, i });
      for (let i = 0; i < 20; i++) store.put(`kept ${round} ${i}`, { round, i });
      await store.flush();
    }
  });
  await a.bringToFront();
  await until(a, () => store.stats.segments < 8); // either of them compacts
  await until(b, () => store.stats.segments < 8);
  const result = await b.evaluate(async () => {
    const keys = Array.from({ length: 50 }, (_, i) => `key ${i}`);
    for (let r = 0; r < 12; r++) for (let i = 0; i < 20; i++) keys.push(`kept ${r} ${i}`);
    const read = await store.read(keys);
    const wrong = keys.filter((key) => {
      const { value } = read.get(key) ?? {};
      return !value || (key.startsWith("key") && value.round !== 11);
    });
    return { wrong, dropped: store.stats.droppedBlocks, segments: store.stats.segments };
  });
  expect(result.wrong).toEqual([]);
  expect(result.dropped).toBe(0);
  expect(result.segments).toBeLessThan(8);
});

test("a tab that dies with the compaction lock does not block others", async ({ context }) => {
  const [a, b] = [await open(context, "lock"), await open(context, "lock")];
  await a.evaluate(
    () =>
      new Promise((held) => {
        void navigator.locks.request("apus:lock", () => {
          held();
          return new Promise(() => {});
        });
      }),
  );
  await b.evaluate(async () => {
    globalThis.refused = 0;
    const { request } = LockManager.prototype;
    LockManager.prototype.request = function (name, options, work) {
      return request.call(this, name, options, (lock) => {
        if (name === "apus:lock" && !lock) refused += 1;
        return work(lock);
      });
    };
    for (let i = 0; i < 12; i++) {
      store.put(`key ${i}`, i);
      await store.flush();
    }
  });
  await until(b, () => refused > 0); // its upkeep requested the lock and did not wait
  expect(await b.evaluate(() => store.stats.compactions)).toBe(0);
  const client = await context.newCDPSession(a);
  const crashed = a.waitForEvent("crash");
  void client.send("Page.crash").catch(() => {}); // never answers
  await crashed;
  await b.bringToFront();
  await b.evaluate(async () => {
    store.put("one more", 1);
    await store.flush();
  });
  await until(b, () => store.stats.compactions > 0);
  expect(await b.evaluate(() => store.stats.entries)).toBe(13);
});

test("when several tabs load a key at once, one of them does the work", async ({ context }) => {
  const pages = [];
  for (let i = 0; i < 4; i++) pages.push(await open(context, "exclusive"));
  const made = await Promise.all(
    pages.map((page, tab) =>
      page.evaluate(async (tab) => {
        let made = 0;
        const values = await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            store.exclusive(`key ${i}`, async (record) => {
              if (record) return record.value;
              made += 1;
              await new Promise((resolve) => setTimeout(resolve, 20));
              store.put(`key ${i}`, { tab, i });
              return { tab, i };
            }),
          ),
        );
        return { made, values };
      }, tab),
    ),
  );
  expect(made.reduce((sum, { made }) => sum + made, 0)).toBe(20);
  for (const { values } of made) expect(values).toEqual(made[0].values);
});

test("a tab that hangs or dies blocks the others for a limited time", async ({ context }) => {
  const [a, b] = [await open(context, "patience"), await open(context, "patience")];
  await a.evaluate(
    () =>
      new Promise((begun) => {
        for (const key of ["hangs", "dies"]) {
          void store.exclusive(key, () => {
            begun(undefined);
            return new Promise(() => {});
          });
        }
      }),
  );
  const result = await b.evaluate(async () => {
    const stop = new AbortController();
    const stopped = store.exclusive("hangs", () => "worked", { signal: stop.signal });
    stop.abort(new Error("enough"));
    return {
      stopped: await stopped.catch((error) => error.message),
      late: await store.exclusive("hangs", () => "worked", { limit: 50 }),
      failed: await store
        .exclusive("free", () => Promise.reject(new Error("its own")))
        .catch((error) => error.message),
    };
  });
  expect(result).toEqual({ stopped: "enough", late: "worked", failed: "its own" });
  const waiting = b.evaluate(() => store.exclusive("dies", () => "worked"));
  await a.close();
  expect(await waiting).toBe("worked");
});

test("work for one cache does not block another, whatever their names", async ({ context }) => {
  const [a, b] = [await open(context, "a"), await open(context, "a:b")];
  await a.evaluate(
    () =>
      new Promise((begun) => {
        void store.exclusive("b:c", () => {
          begun(undefined);
          return new Promise(() => {});
        });
      }),
  );
  const held = () => b.evaluate(() => store.exclusive("c", (record) => record ?? "free"));
  expect(await held()).toBe("free");
  const names = await b.evaluate(async () =>
    (await navigator.locks.query()).held.map((l) => l.name),
  );
  // A store's upkeep has a lock of its own, now and then.
  expect(names.filter((name) => name?.startsWith("apus-key:"))).toHaveLength(1);
});
