// Attributes as properties, roles, restoreState() before the items, and errors on the console.
import { expect, test } from "../browser.js";
import { expectCovered, openList, settled, visible } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

test("every attribute has a property that reflects it", async ({ page }) => {
  await openList(page, 100);
  const read = () =>
    page.evaluate(() => {
      const { estimate, overscan, gap, axis, lanes, masonry, scroller, stickToEnd, reorder } = list;
      return [estimate, overscan, gap, axis, lanes, masonry, scroller, stickToEnd, reorder];
    });
  const defaults = [40, 400, 0, "y", 1, false, "", false, false];
  expect(await read()).toEqual(defaults);
  const set = [50, 200, 8, "x", 3, true, "window", true, true];
  await page.evaluate((set) => {
    [
      list.estimate,
      list.overscan,
      list.gap,
      list.axis,
      list.lanes,
      list.masonry,
      list.scroller,
      list.stickToEnd,
      list.reorder,
    ] = set;
  }, set);
  expect(await read()).toEqual(set);
  expect(
    await page.evaluate(() =>
      [...list.attributes]
        .map(({ name, value }) => `${name}=${value}`)
        .filter((text) => !/^(aria-|style|role|tabindex)/.test(text)),
    ),
  ).toEqual([
    "estimate=50",
    "overscan=200",
    "gap=8",
    "axis=x",
    "lanes=3",
    "masonry=",
    "scroller=window",
    "stick-to-end=",
    "reorder=",
  ]);
  await page.evaluate(() => {
    for (const name of ["masonry", "stickToEnd", "reorder"]) list[name] = false;
    for (const name of ["estimate", "overscan", "gap", "axis", "lanes"]) list[name] = null;
    list.scroller = undefined;
  });
  expect(await read()).toEqual(defaults);
});

test("properties that were set before the upgrade are kept", async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  const kept = await page.evaluate(async () => {
    const list = document.createElement("apus-list");
    Object.assign(list, { gap: 7, stickToEnd: true, items: ["a", "b"], recycle: false });
    const { textOf } = Object.assign(list, { textOf: String });
    document.body.append(list);
    await import("/apus/define.js");
    return [
      list.getAttribute("gap"),
      list.hasAttribute("stick-to-end"),
      list.items.length,
      list.recycle,
      list.textOf === textOf,
      Object.hasOwn(list, "gap"),
    ];
  });
  expect(kept).toEqual(["7", true, 2, false, true, false]);
});

test("a gap that is set as a property is between the rows", async ({ page }) => {
  await openList(page, 100);
  await page.evaluate(() => {
    list.gap = 12;
  });
  await expect
    .poll(async () => {
      const [one, two] = await visible(page);
      return two.top - one.bottom;
    })
    .toBe(12);
});

test("restoreState() before the items and before the engine is kept", async ({ page }) => {
  await page.goto("/tests/list/pages/list.html");
  await page.waitForFunction(() => window.ready);
  for (const early of [true, false]) {
    await page.evaluate(async (early) => {
      const fresh = document.createElement("apus-list");
      document.querySelector("apus-list").replaceWith(fresh);
      window.list = fresh;
      list.renderItem = render;
      if (!early) {
        const { VirtualList } = await import("/apus/index.js");
        (await VirtualList.create()).dispose();
        await new Promise((done) => setTimeout(done));
      }
      list.restoreState({ row: 700, px: 13 });
      list.items = [];
      await new Promise((done) => setTimeout(done));
      list.items = makeItems(1000);
    }, early);
    await page.waitForFunction(() => list.range.end > 0);
    await settled(page);
    expect((await expectCovered(page))[1]).toMatchObject({ index: 700, top: 13 });
  }
});

test("rows take the role that fits the list's, also after it changes", async ({ page }) => {
  await openList(page, 1000);
  const roles = () =>
    page.evaluate(() => [...new Set([...list.querySelectorAll(".row")].map((row) => row.role))]);
  expect(await roles()).toEqual(["listitem"]);
  for (const [role, expected] of [
    ["listbox", "option"],
    ["feed", "article"],
    ["list", "listitem"],
    ["tree", "treeitem"],
  ]) {
    await page.evaluate((role) => list.setAttribute("role", role), role);
    await expect.poll(roles).toEqual([expected]);
    await page.evaluate(() => list.scrollToIndex(list.range.start < 500 ? 900 : 0));
    await settled(page);
    expect(await roles()).toEqual([expected]);
  }
});

test("rows of a grid count by aria-rowindex", async ({ page }) => {
  await openList(page, 1000, { role: "grid" });
  const row = page.locator("apus-list > .row").nth(2);
  await expect(row).toHaveAttribute("role", "row");
  await expect(row).toHaveAttribute("aria-rowindex", "3");
  expect(await row.getAttribute("aria-posinset")).toBe(null);
  await expect(page.locator("apus-list")).toHaveAttribute("aria-rowcount", "1000");
  await page.evaluate(() => list.splice(0, 10));
  await expect(page.locator("apus-list")).toHaveAttribute("aria-rowcount", "990");
  await page.evaluate(() => list.setAttribute("role", "list"));
  await expect(row).toHaveAttribute("aria-posinset", "3");
  expect(await row.getAttribute("aria-rowindex")).toBe(null);
  expect(await page.evaluate(() => list.hasAttribute("aria-rowcount"))).toBe(false);
});

test("an error that nobody cancels is on the console, once", async ({ page, problems }) => {
  await openList(page, 1000);
  const fail = () =>
    page.evaluate(() => {
      list.renderItem = (_item, index) => {
        throw new RangeError(`broken ${index < 0}`);
      };
    });
  await fail();
  await expect.poll(() => problems.length).toBe(1);
  expect(problems.pop()).toContain("RangeError: broken");
  await page.evaluate(() => {
    list.addEventListener("error", (event) => event.preventDefault());
    list.items = makeItems(100);
  });
  await settled(page);
  expect(problems).toEqual([]);
});

test("an engine that does not load is an error on the console", async ({ page, problems }) => {
  await page.route("**/apus-list.wasm", (route) => route.fulfill({ status: 404, body: "" }));
  await page.goto("/tests/list/pages/list.html");
  await page.waitForFunction(() => window.ready);
  await expect
    .poll(() => problems.filter((text) => text.startsWith("JSHandle@node")).length)
    .toBe(1);
  expect(problems.splice(0).join("\n")).toContain("ApusError");
});
