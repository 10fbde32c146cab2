// <List> of apus/solid: rows are components with an owner, in a real browser.
import { test as base, expect } from "../browser.js";
import { servedApp } from "../bundled.js";
import { keysCompared } from "../list/pages.js";
import { solid } from "./jsx.js";

const test = base.extend({
  app: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const app = await servedApp("tests/solid/app.jsx", {
        plugins: [solid()],
        body: '<div id="root"></div>',
      });
      await use(app);
      await app.close();
    },
    { scope: "worker" },
  ],
});

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

const open = async (page, app, name) => {
  await page.goto(`${app.url}#${name}`);
  await page.waitForFunction(() => window.ready);
};

/** Components alive, rows mounted. */
const alive = (page) =>
  page.evaluate(() => {
    const { mounted, disposed } = window.app.counts;
    return [mounted - disposed, document.querySelectorAll("apus-list > [slot=row]").length];
  });

test("rows are components: context, events and signals work in them", async ({ page, app }) => {
  await open(page, app, "list");
  const row = page.getByRole("button", { name: "2: Person 2, light, 0 clicks" });
  await row.click();
  await expect(page.getByRole("button", { name: "2: Person 2, light, 1 clicks" })).toBeVisible();
  await page.evaluate(() => window.app.setTheme("dark"));
  await expect(page.getByRole("button", { name: "2: Person 2, dark, 1 clicks" })).toBeVisible();
  await expect(page.getByRole("list", { name: "People" })).toHaveClass("people");
  expect(await page.evaluate(() => window.app.ranges.length)).toBeGreaterThan(0);
});

test("after 1,000 scroll steps, the components alive are the rows mounted", async ({
  page,
  app,
}) => {
  test.setTimeout(600_000); // a thousand frames, on any machine
  await open(page, app, "list");
  await expect(page.getByRole("button", { name: "0: Person 0," })).toBeVisible();
  const most = await page.evaluate(async () => {
    const { list, counts } = window.app;
    let most = 0;
    for (let i = 1; i <= 1000; i++) {
      list.scrollTop = i * 137;
      await new Promise(requestAnimationFrame);
      most = Math.max(most, counts.mounted - counts.disposed);
    }
    return most;
  });
  expect(most).toBeLessThan(120);
  expect(await page.evaluate(() => window.app.counts.mounted)).toBeGreaterThan(1000);
  await expect.poll(async () => (await alive(page)).reduce((a, b) => a - b)).toBe(0);
});

test("a row keeps its state by its key, through reordering and new objects", async ({
  page,
  app,
}) => {
  await open(page, app, "list");
  await keysCompared(page);
  await page.getByRole("button", { name: "1: Person 1, light, 0" }).click();
  await page.evaluate(async () => {
    const { setEach, people } = window.app;
    await new Promise((done) => setTimeout(done, 0));
    setEach(
      [...people(3).reverse(), ...people(997, 3)].map((it) => ({ ...it, name: `${it.name}!` })),
    );
  });
  await expect(page.getByRole("button", { name: "1: Person 1!, light, 1 clicks" })).toBeVisible();
  await expect(page.getByRole("button", { name: "0: Person 2!, light, 0 clicks" })).toBeVisible();
  // Rows in front: the others keep their components and get other indexes.
  const before = await page.evaluate(() => window.app.counts.disposed);
  await page.evaluate(() => {
    const { setEach, each, people } = window.app;
    setEach([...people(2, 5000), ...each()]);
  });
  await page.evaluate(() => window.app.list.scrollToIndex(0));
  await expect(page.getByRole("button", { name: "3: Person 1!, light, 1 clicks" })).toBeVisible();
  expect(await page.evaluate(() => window.app.counts.disposed)).toBe(before);
});

test("props are signals: items, attributes, the fallback", async ({ page, app }) => {
  await open(page, app, "list");
  await expect(page.getByRole("button", { name: "0: Person 0," })).toBeVisible();
  await page.evaluate(() => window.app.setSettings({ stickToEnd: true, gap: 8 }));
  await expect(page.locator("apus-list")).toHaveAttribute("stick-to-end", "");
  await expect(page.locator("apus-list")).toHaveAttribute("gap", "8");
  await page.evaluate(() => window.app.setSettings({ stickToEnd: false }));
  await expect(page.locator("apus-list")).not.toHaveAttribute("stick-to-end");
  await expect(page.locator("apus-list")).not.toHaveAttribute("gap");
  await page.evaluate(() => window.app.setEach([]));
  await expect(page.getByText("Nobody")).toBeVisible();
  await expect.poll(() => alive(page)).toEqual([0, 0]);
});

test("disposing of the list disposes of every row, and nothing keeps it alive", async ({
  page,
  app,
}) => {
  await open(page, app, "list");
  await expect(page.getByRole("button", { name: "0: Person 0," })).toBeVisible();
  await page.evaluate(() => {
    window.gone = new WeakRef(window.app.list);
    window.app.setShown(false);
  });
  await expect.poll(() => alive(page)).toEqual([0, 0]);
  await page.evaluate(() => window.app.setShown(true));
  await expect(page.getByRole("button", { name: "0: Person 0," })).toBeVisible();
  const session = await page.context().newCDPSession(page);
  await expect
    .poll(async () => {
      await session.send("HeapProfiler.collectGarbage");
      return page.evaluate(() => window.gone.deref() === undefined);
    })
    .toBe(true);
  await page.evaluate(() => window.app.dispose());
  await expect.poll(() => alive(page)).toEqual([0, 0]);
});

test("a row that throws reaches the nearest error boundary", async ({ page, app }) => {
  await open(page, app, "failing");
  await expect(page.locator("#caught")).toHaveText("no row 2");
});

test("a store's array is followed in place", async ({ page, app }) => {
  await open(page, app, "store");
  await expect(page.getByText("Person 1", { exact: true })).toBeVisible();
  await page.evaluate(() => window.app.setState("items", 1, "name", "Ada"));
  await expect(page.getByText("Ada", { exact: true })).toBeVisible();
  await page.evaluate(() => window.app.setState("items", (items) => items.slice(1)));
  await expect(page.getByText("Person 0", { exact: true })).toHaveCount(0);
  await page.evaluate(() => window.app.setState("items", 49, { id: 99, name: "Last" }));
  await page.evaluate(() => document.querySelector("apus-list").scrollToIndex(49));
  await expect(page.getByText("Last", { exact: true })).toBeVisible();
});

test("createVirtualList: rows of any height in markup of the page", async ({ page, app }) => {
  await open(page, app, "headless");
  await expect(page.getByText("Row 0", { exact: true })).toBeVisible();
  await page.evaluate(() => window.app.list.scrollToIndex(5000, "center"));
  await expect(page.getByText("Row 5000", { exact: true })).toBeInViewport();
  const joined = () =>
    page.evaluate(() => {
      const boxes = [...document.querySelectorAll(".scroller p")].map((p) =>
        p.getBoundingClientRect(),
      );
      boxes.sort((a, b) => a.top - b.top);
      return (
        boxes.length > 5 &&
        boxes.every((box, i) => !i || Math.abs(box.top - boxes[i - 1].bottom) < 0.5)
      );
    });
  await expect.poll(joined).toBe(true);
  await page.mouse.move(100, 100);
  await page.mouse.wheel(0, -3000);
  await expect.poll(joined).toBe(true);
  await page.evaluate(() => window.app.setRows(3));
  await expect(page.locator(".scroller p")).toHaveCount(3);
  await page.evaluate(() => window.app.dispose());
  await expect(page.locator(".scroller")).toHaveCount(0);
});
