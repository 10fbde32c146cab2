/* global store, changes, codes, mend, problems */
// Several tabs on one store.
import { expect, rounds, test } from "./fixture.js";

/** A page that has the store open as `store`. */
async function open(context, name) {
  const page = await context.newPage();
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(async (name) => {
    const { SegmentStore } = await import("/store/segment-store.js");
    globalThis.store = await SegmentStore.open(name);
    globalThis.changes = [];
    globalThis.store.addEventListener("change", ({ detail }) => globalThis.changes.push(detail));
  }, name);
  return page;
}

/** Waits until an expression over `store` and `changes` is true in the page. */
const until = (page, expression) => page.waitForFunction(expression);

test("a change in one tab is seen by the other", async ({ context }) => {
  const [a, b] = [await open(context, "seen"), await open(context, "seen")];
  await a.evaluate(() => {
    store.put("x", "from a", { tags: ["t"] });
    store.put("y", 1);
  });
  await until(b, () => changes.some(({ keys }) => keys.includes("x") && keys.includes("y")));
  expect(await b.evaluate(async () => (await store.read(["x"])).get("x").value)).toBe("from a");
  await b.evaluate(() => store.invalidateTags(["t"]));
  await until(a, () => changes.some(({ tags }) => tags.includes("t")));
  expect(await a.evaluate(() => [store.has("x"), store.has("y")])).toEqual([false, true]);
  await a.evaluate(() => store.delete("y"));
  await until(b, () => !store.has("y"));
  await a.evaluate(() => store.put("z", 1));
  await until(b, () => store.has("z"));
  await b.evaluate(() => store.clear());
  await until(a, () => changes.some(({ cleared }) => cleared) && !store.has("z"));
});

test("racing writes end with the same newest values in every tab", async ({ context }) => {
  test.setTimeout(120_000);
  const pages = [];
  for (let i = 0; i < 4; i++) pages.push(await open(context, "race"));
  const writes = rounds(500, 2500); // each
  await Promise.all(
    pages.map((page, tab) =>
      page.evaluate(
        async ({ tab, writes }) => {
          for (let i = 0; i < writes; i++) {
            const key = `key ${(i * 7 + tab) % 97}`;
            if (i % 11 === 5) store.delete(key);
            else store.put(key, { tab, i });
            if (i % 20 === 0)
              await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
            if (i % 100 === 0) await store.flush();
          }
          await store.flush();
        },
        { tab, writes },
      ),
    ),
  );
  const state = (page) =>
    page.evaluate(async () => {
      const keys = Array.from({ length: 97 }, (_, i) => `key ${i}`);
      const read = await store.read(keys);
      return JSON.stringify(keys.map((key) => read.get(key)?.value ?? null));
    });
  const fresh = await open(context, "race");
  const truth = await state(fresh);
  for (const page of pages) await expect.poll(() => state(page)).toBe(truth);
  // The last write of a tab to a key is never older than another of its own.
  const last = JSON.parse(truth).filter(Boolean);
  expect(last.length).toBeGreaterThan(50);
  for (const page of pages) expect(await page.evaluate(() => store.stats.droppedBlocks)).toBe(0);
});

test("a missed message heals", async ({ context }) => {
  const [a, b] = [await open(context, "missed"), await open(context, "missed")];
  await a.evaluate(async () => {
    const real = BroadcastChannel.prototype.postMessage;
    BroadcastChannel.prototype.postMessage = () => {};
    store.put("lost", 1);
    await store.flush();
    BroadcastChannel.prototype.postMessage = real;
    store.put("heard", 1);
    await store.flush();
  });
  await until(b, () => store.has("lost") && store.has("heard"));
  const keys = await b.evaluate(() => changes.flatMap(({ keys }) => keys));
  expect([...new Set(keys)].sort()).toEqual(["heard", "lost"]);
});

test("changes that do not reach the disk are taken back from the other tabs", async ({
  context,
}) => {
  const [a, b] = [await open(context, "back"), await open(context, "back")];
  const value = () => b.evaluate(async () => (await store.read(["x"])).get("x")?.value);
  const told = (times) =>
    b.waitForFunction(
      (times) => changes.filter(({ keys }) => keys.includes("x")).length >= times,
      times,
    );
  await a.evaluate(() => {
    store.put("x", "old");
    return store.flush();
  });
  await told(1);
  expect(await value()).toBe("old");
  await a.evaluate(async () => {
    const { commit } = IDBTransaction.prototype;
    IDBTransaction.prototype.commit = function () {
      if (this.mode === "readwrite") this.abort();
    };
    globalThis.mend = () => {
      IDBTransaction.prototype.commit = commit;
    };
    store.put("x", "new");
    if (await store.flush()) throw new Error("flushed");
  });
  await told(3); // that it is new, and that it is not
  expect(await value()).toBe("old");
  expect(await a.evaluate(async () => (await store.read(["x"])).get("x").value)).toBe("new");
  await a.evaluate(() => mend());
  await expect.poll(() => a.evaluate(() => store.flush())).toBe(true);
  await expect.poll(value).toBe("new");
});

test("a tab that reads the disk too early still finds the change", async ({ context }) => {
  const [a, b] = [await open(context, "early"), await open(context, "early")];
  // The second tab's look at the disk is over before the first one's transaction.
  await b.evaluate(() => {
    store.addEventListener("change", () => store.exclusive("other", () => {}));
  });
  for (let i = 0; i < 20; i++) {
    await a.evaluate((i) => {
      store.put("x", i);
      return store.flush();
    }, i);
    const value = () => b.evaluate(async () => (await store.read(["x"])).get("x")?.value);
    await expect.poll(value).toBe(i);
  }
});

test("compaction in one tab leaves the others whole", async ({ context }) => {
  test.setTimeout(60_000);
  const [a, b] = [await open(context, "compact"), await open(context, "compact")];
  await a.evaluate(async () => {
    for (let round = 0; round < 12; round++) {
      for (let i = 0; i < 50; i++) store.put(`key ${i}`, { round, i });
      for (let i = 0; i < 20; i++) store.put(`kept ${round} ${i}`, { round, i });
      await store.flush();
    }
  });
  await a.bringToFront();
  await until(a, () => store.stats.segments < 8); // either may have done it
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

test("a tab that dies with the compaction lock blocks nobody", async ({ context }) => {
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
    for (let i = 0; i < 12; i++) {
      store.put(`key ${i}`, i);
      await store.flush();
    }
  });
  await b.waitForTimeout(1500); // its upkeep asks for the lock, and goes away
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

test("an old tab does not block an upgrade, and goes on in memory", async ({ context }) => {
  const [a, b] = [await open(context, "upgrade"), await context.newPage()];
  await a.evaluate(async () => {
    globalThis.codes = [];
    store.addEventListener("degraded", ({ detail }) => codes.push(detail.code));
    store.put("old", 1);
    await store.flush();
  });
  await b.goto("/tests/pages/blank.html");
  await b.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open("apus:upgrade", 2); // a newer version of the code
        request.onblocked = () => reject(new Error("blocked"));
        request.onsuccess = () => resolve(undefined);
        request.onerror = () => reject(request.error);
      }),
  );
  const result = await a.evaluate(async () => {
    store.put("new", 2);
    const flushed = await store.flush();
    const read = await store.read(["new"]);
    await new Promise((resolve) => setTimeout(resolve));
    return { flushed, value: read.get("new").value, codes, state: store.stats.degraded };
  });
  expect(result).toEqual({
    flushed: false,
    value: 2,
    codes: ["NEWER_VERSION"],
    state: "NEWER_VERSION",
  });
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
  expect(names).toHaveLength(1);
});

test("foreign messages on the channel do no harm", async ({ context }) => {
  const [a, b] = [await open(context, "noise"), await open(context, "noise")];
  await b.evaluate(() => {
    globalThis.problems = [];
    addEventListener("error", ({ message }) => problems.push(message));
    addEventListener("unhandledrejection", ({ reason }) => problems.push(String(reason)));
  });
  await a.evaluate(() => {
    const channel = new BroadcastChannel("apus:noise");
    const noise = [
      ...[null, 5, "text", [], {}],
      { from: 7, serial: 1, added: 5 },
      {
        from: 7,
        serial: 2,
        added: [["id", new Uint8Array(500), [new Uint8Array(5)]]],
        keys: ["k"],
      },
      { from: 7, serial: 3, added: [["id"]], keys: [{}], tags: 5 },
      { from: 7, serial: 4, removed: [5, null] },
    ];
    for (const message of noise) channel.postMessage(message);
    store.put("x", 1);
    return store.flush();
  });
  await until(b, () => store.has("x"));
  expect(await b.evaluate(() => [problems, store.stats.droppedBlocks])).toEqual([[], 0]);
});
