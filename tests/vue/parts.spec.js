// apus/vue next to its list: cache, vitals, lazy modules, a list in the page's own markup.
import { test as base, expect } from "../browser.js";
import { servedApp } from "../bundled.js";
import { vue } from "./sfc.js";

const test = base.extend({
  app: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const body = '<div id="root"></div>';
      const app = await servedApp("tests/vue/app/parts.js", { plugins: [vue()], body });
      await use(app);
      await app.close();
    },
    { scope: "worker" },
  ],
});

test.beforeEach(async ({ page, app, problems }) => {
  page.on("console", (message) => {
    if (message.type() === "warning") problems.push(message.text());
  });
  await page.goto(app.url);
});

test("useCache follows its key, changes, invalidations and errors", async ({ page }) => {
  const output = page.locator("output");
  await expect(output).toHaveText("a 1, , false");
  await page.evaluate(() => app.cache.value.set("a", "set"));
  await expect(output).toHaveText("set, , false");
  await page.evaluate(() => app.cache.value.invalidate("a"));
  await expect(output).toHaveText("a 2, , false");
  await page.evaluate(() => app.refresh());
  await expect(output).toHaveText("a 3, , false");
  await page.evaluate(() => {
    app.state.key = "bad";
  });
  await expect(output).toHaveText(", refused, false");
  await page.evaluate(() => {
    app.state.key = "a";
  });
  await expect(output).toHaveText("a 3, , false");
  expect(await page.evaluate(() => app.loads)).toEqual(["a", "a", "a", "bad"]);
  await page.evaluate(() => unmount());
  await page.evaluate(() => app.cache.value.invalidate("a"));
  expect(await page.evaluate(() => app.loads.length)).toBe(4);
});

test("useVital and Sampler show what a sampler measured", async ({ page }) => {
  await expect(page.locator("#fcp")).toHaveText("FCP");
  const tile = page.locator("apus-sampler #FCP .rating");
  await expect(tile).not.toHaveText("not measured yet");
  expect(await page.locator("apus-sampler").getAttribute("paused")).toBeNull();
});

test("Lazy loads when it is pointed at, and again after a failure; lazyRoute loads", async ({
  page,
}) => {
  await expect(page.getByText("Chart: route")).toBeVisible();
  await expect(page.getByText("Chart: lazy")).toHaveCount(0);
  await page.getByText("Point here").hover();
  await expect(page.getByText("Chart: lazy")).toBeVisible();
  await expect(page.locator(".lazy")).not.toHaveAttribute("aria-busy");
  const again = page.getByRole("button", { name: /Again: .*gone/ });
  await expect(again).toBeVisible();
  await page.evaluate(() => {
    app.state.broken = false;
  });
  await again.click();
  await expect(page.getByText("Module default")).toBeVisible();
});

test("useVirtualList renders what is visible, in the page's own markup", async ({ page }) => {
  await expect(page.getByText("Line 0", { exact: true })).toBeVisible();
  await page.evaluate(() => app.scrollToIndex(900, "center"));
  const line = page.getByText("Line 900", { exact: true });
  await expect(line).toBeInViewport();
  expect(await page.locator(".scroller p").count()).toBeLessThan(100);
  const gaps = await page.locator(".scroller p").evaluateAll((rows) => {
    const boxes = rows.map((row) => row.getBoundingClientRect()).sort((a, b) => a.top - b.top);
    return boxes.slice(1).map(({ top }, i) => Math.abs(top - boxes[i].bottom));
  });
  expect(Math.max(...gaps)).toBeLessThan(1); // measured: no row overlaps another
  await page.evaluate(() => {
    app.state.rows = 10;
  });
  await expect(page.locator(".scroller p")).toHaveCount(10);
  await page.evaluate(() => {
    app.state.shown = false;
  });
  await expect(page.locator(".scroller p")).toHaveCount(0);
});
