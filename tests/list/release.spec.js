// releaseItem: whatever renderItem mounted is unmounted again. recycle: rows with fresh elements.
import { expect, test } from "../browser.js";
import { openList, settled, visible } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

/** Counts what each element shows; a row that shows two items at once, or is released twice, is an error. */
const follow = (page, before = "") =>
  page.evaluate((before) => {
    window.alive = new Map();
    window.wrong = [];
    window.renders = 0;
    list.releaseItem = (element, item) => {
      if (alive.get(element) !== item) wrong.push(`released ${item.name}`);
      alive.delete(element);
    };
    list.renderItem = (item, index, element) => {
      renders++;
      if (alive.has(element) && alive.get(element) !== item) wrong.push(`rendered ${item.name}`);
      alive.set(element, item);
      render(item, index, element);
    };
    if (before) list[before]();
  }, before);

/** Alive rows, mounted rows, errors. */
const count = (page) =>
  page.evaluate(() => {
    const mounted = [...list.querySelectorAll(":scope > .row")];
    return [alive.size - mounted.length, mounted.every((row) => alive.has(row)), wrong];
  });

test("rows that scroll away are released, once each", async ({ page }) => {
  await openList(page, 10_000);
  await follow(page);
  for (const to of [100, 5000, 5004, 9999, 0]) {
    await page.evaluate((to) => list.scrollToIndex(to), to);
    await settled(page);
    await expect.poll(() => count(page)).toEqual([0, true, []]);
  }
});

test("removed, replaced and cleared items are released", async ({ page }) => {
  await openList(page, 1000);
  await follow(page);
  for (const change of [
    () => list.splice(2, 3),
    () => list.splice(0, 0, makeItems(5)),
    () => {
      list.items = makeItems(500);
    },
    () => {
      list.items[1] = { ...list.items[1], name: "Another" };
      list.refresh();
    },
  ]) {
    await page.evaluate(change);
    await settled(page);
    await expect.poll(() => count(page)).toEqual([0, true, []]);
  }
  await page.evaluate(() => {
    list.items = [];
  });
  await expect.poll(() => page.evaluate(() => [alive.size, wrong])).toEqual([0, []]);
});

test("an item that changed in place is rendered again, not released", async ({ page }) => {
  await openList(page, 100);
  await follow(page);
  await settled(page);
  await page.evaluate(() => {
    list.releaseItem = () => wrong.push("released");
    list.items[1].name = "Changed";
    list.refresh();
  });
  await expect.poll(async () => (await visible(page))[1].text).toBe("Changed");
  expect(await page.evaluate(() => wrong)).toEqual([]);
});

test("a list that was removed releases its rows, and renders them again when it is back", async ({
  page,
}) => {
  await openList(page, 10_000);
  await follow(page);
  await page.evaluate(() => list.scrollToIndex(5000));
  await expect.poll(async () => (await visible(page))[0].index).toBe(5000);
  await settled(page);
  const before = await visible(page);
  await expect.poll(() => count(page)).toEqual([0, true, []]);
  await page.evaluate(() => {
    window.home = list.parentNode;
    list.remove();
  });
  await expect.poll(() => page.evaluate(() => [alive.size, wrong])).toEqual([0, []]);
  await page.evaluate(() => home.append(list));
  await settled(page);
  expect(await count(page)).toEqual([0, true, []]);
  expect(await visible(page)).toEqual(before);
});

test("a list that moves keeps its rows rendered", async ({ page }) => {
  await openList(page, 100);
  await follow(page);
  await settled(page);
  const renders = await page.evaluate(async () => {
    const before = window.renders;
    document.body.append(list);
    await new Promise((done) => setTimeout(done));
    return window.renders - before;
  });
  expect(renders).toBe(0);
  expect(await count(page)).toEqual([0, true, []]);
});

test("set before the list is in the document, it misses no row", async ({ page }) => {
  await openList(page, 0);
  await page.evaluate(() => {
    const fresh = document.createElement("apus-list");
    list.replaceWith(fresh);
    window.list = fresh;
    list.items = makeItems(1000);
  });
  await follow(page);
  await page.evaluate(() => {
    list.items = makeItems(900);
  });
  await expect.poll(() => page.evaluate(() => list.range.end > 0)).toBe(true);
  await settled(page);
  await expect.poll(() => count(page)).toEqual([0, true, []]);
});

test("texts that are only read are released, too", async ({ page }) => {
  await openList(page, 500);
  await follow(page);
  expect(await page.evaluate(() => list.find("Row 400"))).toBe(400);
  await settled(page);
  await expect.poll(() => count(page)).toEqual([0, true, []]);
});

test("a releaseItem that throws is reported and stops no row", async ({ page, problems }) => {
  await openList(page, 1000);
  await page.evaluate(() => {
    list.releaseItem = (_element, item) => {
      if (item.id === 1) throw new Error("no");
    };
  });
  await settled(page);
  await page.evaluate(() => list.scrollToIndex(900));
  await expect.poll(() => problems.splice(0)).toEqual(["Error: no"]);
  await expect.poll(async () => (await visible(page)).at(-1).index).toBeGreaterThan(899);
});

test("recycle = false: no element shows two items, none keeps the class of another", async ({
  page,
}) => {
  await openList(page, 10_000);
  const [reused, alive] = await page.evaluate(async () => {
    const shown = new Map();
    const reused = [];
    list.recycle = false;
    list.renderItem = (item, index, element) => {
      if (shown.has(element) && shown.get(element) !== item) reused.push(item.name);
      shown.set(element, item);
      render(item, index, element);
      if (index % 7 === 0) element.classList.add("seventh");
    };
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    await import("/apus/index.js");
    for (let i = 0; i < 10; i++) await frame();
    shown.clear();
    for (const to of [100, 5000, 5004, 0]) {
      list.scrollToIndex(to);
      await frame();
    }
    list.items[1] = { ...list.items[1], name: "Another" };
    list.refresh();
    await frame();
    return [reused, [...list.querySelectorAll(".seventh")].map((row) => row.textContent)];
  });
  expect(reused).toEqual([]);
  expect(alive.every((name) => Number(name.slice(4)) % 7 === 0)).toBe(true);
  expect((await visible(page))[1].text).toBe("Another");
});
