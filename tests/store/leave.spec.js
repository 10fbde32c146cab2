// The last flush: what is dirty when a page is left is on the disk afterwards.
import { expect, rounds, test } from "./fixture.js";

/** Leaves `count` keys dirty; `busy` also starts a flush of much more, and does not wait. */
async function dirty(page, name, count, busy) {
  return page.evaluate(
    async ({ name, count, busy }) => {
      const { Store } = await import("/store/index.js");
      const store = await Store.open(name);
      const text = "some words of the record's text ".repeat(30);
      if (busy) for (let i = 0; i < 6000; i++) store.put(`big ${i}`, { i, text });
      for (let i = 0; i < count; i++) store.put(`key ${i}`, i);
      if (busy) {
        void store.flush();
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20)); // in mid-compression
      }
      for (let i = 0; i < count; i++) store.put(`late ${i}`, i);
    },
    { name, count, busy },
  );
}

async function missing(page, name, count, busy) {
  return page.evaluate(
    async ({ name, count, busy }) => {
      const { Store } = await import("/store/index.js");
      const store = await Store.open(name);
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
  test.setTimeout(rounds(60_000, 600_000));
  for (let round = 0; round < rounds(4, 50); round++) {
    const busy = round % 2 === 1;
    await dirty(page, `leave ${round}`, 50, busy);
    await page.goto(`/tests/pages/blank.html?${round}`);
    expect(await missing(page, `leave ${round}`, 50, busy)).toEqual([]);
  }
});

test("nothing is lost by closing the tab", async ({ page, context }) => {
  test.setTimeout(rounds(60_000, 600_000));
  for (let round = 0; round < rounds(4, 50); round++) {
    const busy = round % 2 === 1;
    const tab = await context.newPage();
    await tab.goto("/tests/pages/blank.html");
    await dirty(tab, `close ${round}`, 50, busy);
    await tab.close({ runBeforeUnload: true });
    if (!tab.isClosed()) await tab.waitForEvent("close");
    expect(await missing(page, `close ${round}`, 50, busy)).toEqual([]);
  }
});

test("a page that comes back from the back/forward cache goes on", async ({ page }) => {
  await dirty(page, "back", 10, false);
  await page.evaluate(() => {
    globalThis.stillHere = true;
  });
  await page.goto("/tests/pages/blank.html?next");
  await page.evaluate(async () => {
    const { Store } = await import("/store/index.js");
    const store = await Store.open("back");
    store.put("elsewhere", 1);
    await store.flush();
    await store.close();
  });
  await page.goBack();
  const result = await page.evaluate(async () => {
    const { Store } = await import("/store/index.js");
    const store = await Store.open("back"); // the same one, if the page was kept
    store.put("after", 1);
    const flushed = await store.flush();
    const read = await store.read(["key 3", "elsewhere", "after"]);
    return { flushed, keys: [...read.keys()].sort(), has: store.has("key 3"), stats: store.stats };
  });
  expect(result).toMatchObject({ flushed: true, keys: ["after", "elsewhere", "key 3"] });
});
