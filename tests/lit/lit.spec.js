// apus/lit in a real browser: rows by Lit's templates, and the reactive controllers.
import { test as base, expect } from "../browser.js";
import { servedApp } from "../bundled.js";
import { keysCompared } from "../list/pages.js";

const test = base.extend({
  app: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const app = await servedApp("tests/lit/app.js");
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

/** Directives connected, rows mounted. */
const alive = (page) =>
  page.evaluate(() => [
    counts.mounted - counts.disposed,
    document.querySelectorAll("apus-list > [slot=row]").length,
  ]);

test("rows are templates of the host: its events, and its state in mounted rows", async ({
  page,
  app,
}) => {
  await open(page, app, "list");
  await page.getByRole("button", { name: "2: Person 2, light" }).click();
  await expect(page.locator("output")).toHaveText("2");
  await page.evaluate(() => {
    app.theme = "dark";
  });
  await expect(page.getByRole("button", { name: "2: Person 2, dark" })).toBeVisible();
});

test("after 1,000 scroll steps, the directives connected are those of the rows mounted", async ({
  page,
  app,
}) => {
  test.setTimeout(600_000); // a thousand frames, on any machine
  await open(page, app, "list");
  await expect(page.getByRole("button", { name: "0: Person 0," })).toBeVisible();
  const most = await page.evaluate(async () => {
    const list = document.querySelector("apus-list");
    let most = 0;
    for (let i = 1; i <= 1000; i++) {
      list.scrollTop = i * 137;
      await new Promise(requestAnimationFrame);
      most = Math.max(most, counts.mounted - counts.disposed);
    }
    return most;
  });
  expect(most).toBeLessThan(120);
  expect(await page.evaluate(() => counts.mounted)).toBeGreaterThan(1000);
  await expect.poll(async () => (await alive(page)).reduce((a, b) => a - b)).toBe(0);
  await page.evaluate(() => app.remove());
  await expect.poll(() => page.evaluate(() => counts.mounted - counts.disposed)).toBe(0);
});

test("a row keeps its DOM by its key, and gets its new index", async ({ page, app }) => {
  await open(page, app, "list");
  await keysCompared(page);
  await page.getByLabel("Note 1", { exact: true }).fill("keep me");
  await page.evaluate(async () => {
    const items = [...people(3).reverse(), ...people(997, 3)];
    app.items = items.map((it) => ({ ...it, name: `${it.name}!` }));
    await app.updateComplete;
    app.items = [...people(2, 5000), ...app.items];
    await app.updateComplete;
    document.querySelector("apus-list").scrollToIndex(0);
  });
  await expect(page.getByRole("button", { name: "3: Person 1!, light" })).toBeVisible();
  await expect(page.getByLabel("Note 1", { exact: true })).toHaveValue("keep me");
  await page.evaluate(() => {
    app.items = [];
  });
  await expect.poll(() => alive(page)).toEqual([0, 0]);
});

test("VirtualListController: rows of any height in the host's markup", async ({ page, app }) => {
  await open(page, app, "headless");
  await expect(page.getByText("Row 0", { exact: true })).toBeVisible();
  await page.evaluate(() => app.list.scrollToIndex(5000, "center"));
  await expect(page.getByText("Row 5000", { exact: true })).toBeInViewport();
  const joined = () =>
    page.evaluate(() => {
      const boxes = [...document.querySelectorAll(".scroller p")].map((p) =>
        p.getBoundingClientRect(),
      );
      return (
        boxes.length > 5 &&
        boxes.every((box, i) => !i || Math.abs(box.top - boxes[i - 1].bottom) < 0.5)
      );
    });
  await expect.poll(joined).toBe(true);
  await page.mouse.move(100, 100);
  await page.mouse.wheel(0, -3000);
  await expect.poll(joined).toBe(true);
  // Hidden rows have no size, and the list keeps its place.
  const display = (value) =>
    page.evaluate(async (value) => {
      const frames = 3;
      document.querySelector(".scroller").style.display = value;
      for (let i = 0; i < frames; i++) await new Promise(requestAnimationFrame);
      const { range, total } = app.list;
      return { range, total };
    }, value);
  const shown = await display("");
  expect(await display("none")).toEqual(shown);
  expect(await display("")).toEqual(shown);
  await page.evaluate(() => {
    app.count = 3;
  });
  await expect(page.locator(".scroller p")).toHaveCount(3);
  // Out of the document and back.
  await page.evaluate(async () => {
    app.remove();
    await new Promise(requestAnimationFrame);
    app.count = 50;
    document.body.append(app);
  });
  await expect(page.getByText("Row 5", { exact: true })).toBeVisible();
});

test("CacheController follows its key", async ({ page, app }) => {
  await open(page, app, "cached");
  const text = page.locator("app-cached p");
  await expect(text).toHaveText("a 1");
  await page.evaluate(() => shared.cache.set("a", "from elsewhere"));
  await expect(text).toHaveText("from elsewhere");
  await page.evaluate(() => shared.cache.invalidate("a"));
  await expect(text).toHaveText("a 2");
  await page.evaluate(() => {
    app.key = "b";
  });
  await expect(text).toHaveText("b 3");
  await page.evaluate(() => app.city.refresh());
  await expect(text).toHaveText("b 4");
  await page.evaluate(() => {
    shared.failing = true;
    shared.cache.delete("b");
  });
  await expect(text).toHaveText("failed: offline");
  await page.evaluate(() => {
    shared.failing = false;
    return app.city.refresh();
  });
  await expect(text).toHaveText("b 6");
  await page.evaluate(() => {
    app.remove();
    shared.cache.delete("b");
  });
  expect(await page.evaluate(() => shared.loads.length)).toBe(6);
});

test("lazyRoute shows a fallback, an error that can be retried, and the module", async ({
  page,
  app,
}) => {
  await open(page, app, "lazy");
  await page.getByRole("button", { name: "a bad deploy" }).click();
  await expect(page.locator("#chart")).toHaveText("a chart");
});

test("VitalController shows a vital", async ({ page, app }) => {
  await open(page, app, "vital");
  await expect(page.locator("#fcp")).toHaveText(/good|needs-improvement|poor/);
});
