// Every page in a narrow and a wide window, light and dark: nothing overflows,
// nothing shifts, axe finds nothing.
import { violationsOf } from "../axe.js";
import { expect, test } from "./atlas.js";

for (const [width, height] of [
  [360, 740],
  [1440, 900],
]) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    test.describe(`${width} px, ${colorScheme}`, () => {
      test.use({ viewport: { width, height }, colorScheme });

      /** @param {import("@playwright/test").Page} page */
      const overflow = (page) =>
        page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

      test("the start page", async ({ page, problems }) => {
        await page.goto("/");
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await page.getByRole("link", { name: "Open the Atlas" }).focus();
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        expect(await violationsOf(page)).toEqual([]);
        expect(problems).toEqual([]);
      });

      test("the Atlas, and a city", async ({ page, atlas, problems }) => {
        test.slow(); // axe twice
        await atlas.visit();
        await atlas.saved();
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        expect(await violationsOf(page)).toEqual([]);

        await atlas.search.fill("lon");
        await atlas.rows.first().click();
        await expect(atlas.panel.locator(".near")).toBeVisible();
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        const box = await atlas.panel.boundingBox();
        expect(box?.x).toBeGreaterThanOrEqual(0);
        expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
        expect(await violationsOf(page)).toEqual([]);
        expect(problems).toEqual([]);
      });
    });
  }
}

test("the Atlas's whole dashboard leaves no column empty", async ({ page, atlas, problems }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await atlas.visit();
  await atlas.saved();
  await page.getByRole("button", { name: "Show all" }).click();
  await expect(page.locator("#sampler [role=tablist]")).toBeVisible();
  const box = async (/** @type {string} */ selector) =>
    /** @type {{ x: number, y: number, width: number, height: number }} */ (
      await page.locator(selector).boundingBox()
    );
  const [finder, network, vitals] = [
    await box(".finder"),
    await box(".network"),
    await box(".vitals"),
  ];
  expect(vitals.x).toBe(finder.x);
  expect(vitals.y).toBeGreaterThan(finder.y + finder.height);
  expect(Math.abs(finder.y + finder.height - network.y - network.height)).toBeLessThan(2);
  expect((await box("#list")).height).toBeGreaterThan(200);
  await expect(atlas.rows.first()).toBeVisible();
  expect(problems).toEqual([]);
});

test("every link of every page works", async ({ page, request, problems }) => {
  for (const path of ["/", "/atlas/", "/hundred-million/"]) {
    await page.goto(path);
    const targets = await page
      .locator("a[href]")
      .evaluateAll((links) => links.map((link) => /** @type {HTMLAnchorElement} */ (link).href));
    expect(targets.length).toBeGreaterThan(2);
    for (const target of new Set(targets)) {
      expect((await request.get(target)).status(), target).toBe(200);
      const { hash } = new URL(target);
      if (hash) await expect(page.locator(hash)).toHaveCount(1);
    }
  }
  expect(problems).toEqual([]);
});

test("nothing shifts while the Atlas loads", async ({ page, atlas, problems }) => {
  await page.addInitScript(() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (!entry.hadRecentInput) window.shifts.push(entry.value);
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  await atlas.visit();
  await atlas.saved();
  const sum = await page.evaluate(() => window.shifts.reduce((sum, value) => sum + value, 0));
  expect(sum).toBeLessThan(0.1);
  expect(problems).toEqual([]);
});
