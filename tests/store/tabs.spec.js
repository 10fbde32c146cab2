/* global store, changes, codes, mend, problems */
// Tabs on one store: each sees the changes of the others.
import { expect, rounds, test } from "./fixture.js";
import { open, until } from "./tabs.js";

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
  // A tab's last write to a key is its newest one.
  const last = JSON.parse(truth).filter(Boolean);
  expect(last.length).toBeGreaterThan(50);
  for (const page of pages) expect(await page.evaluate(() => store.stats.droppedBlocks)).toBe(0);
});

test("a missed message is made up for", async ({ context }) => {
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

test("changes that do not reach the disk are withdrawn from the other tabs", async ({
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
  await told(3); // the announcement, and its withdrawal
  expect(await value()).toBe("old");
  expect(await a.evaluate(async () => (await store.read(["x"])).get("x").value)).toBe("new");
  await a.evaluate(() => mend());
  await expect.poll(() => a.evaluate(() => store.flush())).toBe(true);
  await expect.poll(value).toBe("new");
});

test("a tab that reads the disk too early still finds the change", async ({ context }) => {
  const [a, b] = [await open(context, "early"), await open(context, "early")];
  // The second tab reads the disk before the first one's transaction.
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

test("foreign messages on the channel are harmless", async ({ context }) => {
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
