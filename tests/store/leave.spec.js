// The last flush: changes that are not written when a page is left reach the disk.
import { expect, rounds, test } from "./fixture.js";

/**
 * Leaves `count` keys unwritten; `busy` also starts a flush of much more, megabytes
 * when compressed, and does not wait for it.
 */
async function dirty(page, name, count, busy) {
  return page.evaluate(
    async ({ name, count, busy }) => {
      const { SegmentStore } = await import("/store/segment-store.js");
      const store = await SegmentStore.open(name);
      const noise = () => Array.from(crypto.getRandomValues(new Uint32Array(90))).join(" ");
      if (busy) for (let i = 0; i < 6000; i++) store.put(`big ${i}`, { i, text: noise() });
      for (let i = 0; i < count; i++) store.put(`key ${i}`, i);
      if (busy) {
        void store.flush();
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 40)); // in the middle of compressing
      }
      for (let i = 0; i < count; i++) store.put(`late ${i}`, i);
      addEventListener("pagehide", () => localStorage.setItem(name, "left")); // after the store's listener
    },
    { name, count, busy },
  );
}

/**
 * Whether the page got its `pagehide` event. On an overloaded machine the browser may
 * give up on it; such a round proves nothing.
 */
const wasTold = (page, name) =>
  page.evaluate((name) => localStorage.getItem(name) === "left", name);

async function missing(page, name, count, busy) {
  return page.evaluate(
    async ({ name, count, busy }) => {
      const { SegmentStore } = await import("/store/segment-store.js");
      const store = await SegmentStore.open(name);
      const missing = [];
      const wanted = (prefix, n) => Array.from({ length: n }, (_, i) => `${prefix} ${i}`);
      for (const key of [
        ...wanted("key", count),
        ...wanted("late", count),
        ...wanted("big", busy ? 6000 : 0),
      ]) {
        if (!store.has(key)) missing.push(key);
      }
      const read = await store.read([`key ${count - 1}`, `late ${count - 1}`]);
      for (const { value } of read.values())
        if (value !== count - 1) missing.push("a value is wrong");
      return missing;
    },
    { name, count, busy },
  );
}

test("nothing is lost by navigating away", async ({ page }) => {
  const times = rounds(4, 50);
  test.setTimeout(60_000 + times * 10_000);
  for (let round = 0, told = 0; told < times; round++) {
    expect(round).toBeLessThan(3 * times);
    const [name, busy] = [`leave ${round}`, round % 2 === 1];
    await dirty(page, name, 50, busy);
    await page.goto(`/tests/pages/blank.html?${round}`);
    if (!(await wasTold(page, name))) continue;
    told += 1;
    // The old page runs its last lines while the new one runs its first.
    await expect.poll(() => missing(page, name, 50, busy)).toEqual([]);
  }
});

test("nothing is lost by closing the tab", async ({ page, context }) => {
  const times = rounds(4, 50);
  test.setTimeout(60_000 + times * 10_000);
  for (let round = 0, told = 0; told < times; round++) {
    expect(round).toBeLessThan(3 * times);
    const [name, busy] = [`close ${round}`, round % 2 === 1];
    const tab = await context.newPage();
    await tab.goto("/tests/pages/blank.html");
    await dirty(tab, name, 50, busy);
    await tab.close({ runBeforeUnload: true });
    if (!tab.isClosed()) await tab.waitForEvent("close");
    if (!(await wasTold(page, name))) continue;
    told += 1;
    await expect.poll(() => missing(page, name, 50, busy)).toEqual([]);
  }
});

test("a page's store works after the visitor leaves and comes back", async ({ page }) => {
  for (let round = 0, told = 0; told < 1; round++) {
    expect(round).toBeLessThan(3);
    const name = `back ${round}`;
    await dirty(page, name, 10, false);
    await page.goto(`/tests/pages/blank.html?${round}`);
    if (!(await wasTold(page, name))) continue;
    told += 1;
    await page.evaluate(async (name) => {
      const { SegmentStore } = await import("/store/segment-store.js");
      const store = await SegmentStore.open(name);
      store.put("elsewhere", 1);
      await store.flush();
      await store.close();
    }, name);
    await page.goBack();
    const goOn = () =>
      page.evaluate(async (name) => {
        const { SegmentStore } = await import("/store/segment-store.js");
        const store = await SegmentStore.open(name); // the same store, if the page was kept
        store.put("after", 1);
        const flushed = await store.flush();
        const read = await store.read(["key 3", "elsewhere", "after"]);
        return { flushed, keys: [...read.keys()].sort() };
      }, name);
    await expect.poll(goOn).toEqual({ flushed: true, keys: ["after", "elsewhere", "key 3"] });
  }
});

test("a failed last flush is written the usual way when the page lives on", async ({ page }) => {
  const flushed = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("lives on");
    store.put("key", 1);
    let failures = 0;
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...args) {
      const tx = transaction.apply(this, args);
      if (this.name.startsWith("apus-last:") && args[1] === "readwrite") {
        failures += 1;
        tx.commit = () => tx.abort();
      }
      return tx;
    };
    const show = (visibilityState) => {
      Object.defineProperty(document, "visibilityState", {
        value: visibilityState,
        configurable: true,
      });
      document.dispatchEvent(new Event("visibilitychange"));
    };
    show("hidden");
    show("visible");
    return [failures, await store.flush(), store.stats.waiting];
  });
  expect(flushed).toEqual([1, true, 0]);
  await page.reload();
  const value = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("lives on");
    return (await store.read(["key"])).get("key")?.value;
  });
  expect(value).toBe(1);
});
