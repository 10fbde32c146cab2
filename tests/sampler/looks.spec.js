// The sampler's element as it looks: nothing cut, covered or left empty, and no candidate for LCP.
import { expect, test } from "../browser.js";

/** @param {import("@playwright/test").Page} page @param {number} width */
async function open(page, width) {
  await page.setViewportSize({ width, height: 900 });
  await page.goto("/tests/sampler/pages/dashboard.html");
  await expect(page.locator("apus-sampler [role=tablist]")).toBeVisible();
  await page.evaluate(() => {
    const { sampler } = /** @type {any} */ (document.querySelector("apus-sampler"));
    for (let i = 1; i <= 50; i++) sampler.track("filter", i);
  });
  await expect(panel(page).locator("#rows")).toContainText("filter");
}

/** @param {import("@playwright/test").Page} page */
const panel = (page) => page.locator("apus-sampler [role=tabpanel]");

/** @param {import("@playwright/test").Page} page @param {string} name */
const show = (page, name) => page.locator("apus-sampler [role=tab]", { hasText: name }).click();

for (const width of [360, 1440]) {
  test(`the dashboard does not become the page's LCP, ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto("/tests/pages/blank.html");
    await page.evaluate(async () => {
      const seen = /** @type {any[]} */ ([]);
      Object.assign(window, { seen });
      new PerformanceObserver((list) => {
        for (const entry of /** @type {any[]} */ (list.getEntries()))
          seen.push(entry.element ? entry.element.id : `not the page's, ${entry.size} px²`);
      }).observe({ type: "largest-contentful-paint", buffered: true });
      const own = document.createElement("p");
      own.id = "own";
      own.textContent = "A line of the page's own.";
      document.body.append(own);
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      await import(/** @type {any} */ ("/apus/define/sampler.js"));
      const element = document.createElement("apus-sampler");
      element.setAttribute("dashboard", "");
      document.body.append(element);
      await fetch("/tests/pages/a-rather-long-name-of-a-file-that-is-missing.js");
    });
    // Everything has been shown, and painted: an entry comes after its frame.
    await expect(panel(page).locator("#slowest")).toContainText("url");
    await page.evaluate(async () => {
      const { sampler } = /** @type {any} */ (document.querySelector("apus-sampler"));
      sampler.track("a rather long name of a timing, as they are in large applications", 20);
    });
    await expect(panel(page).locator("#rows")).toContainText("large applications");
    await page.evaluate(async () => {
      for (let i = 0; i < 5; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
    });
    const seen = await page.evaluate(() => /** @type {any} */ (window).seen);
    expect(new Set(seen)).toEqual(new Set(["own"]));
  });

  test(`the waterfall's times stand next to its bars, ${width} px`, async ({ page }) => {
    await open(page, width);
    await show(page, "Network");
    const rows = panel(page).locator("#waterfall li:not(.axis)");
    await expect(rows.first()).toBeVisible();
    const covered = await rows.evaluateAll(
      (rows) =>
        rows.filter((row) => {
          const [url, bar, time] = [".url", ".fill", ".ms"].map((part) =>
            row.querySelector(part).getBoundingClientRect(),
          );
          return url.right > bar.left || bar.right > time.left || url.top > bar.bottom;
        }).length,
    );
    expect(covered).toBe(0);
    await expect(panel(page).locator("#waterfall .axis")).toContainText(/\d m?s.*\d m?s/);
  });

  test(`no tab, button or tile is cut, and no place next to a tile is empty, ${width} px`, async ({
    page,
  }) => {
    await open(page, width);
    const cut = await page.locator("apus-sampler").evaluate((host) => {
      const inside = (/** @type {Element} */ outer, /** @type {Element} */ inner) => {
        const [a, b] = [outer, inner].map((each) => each.getBoundingClientRect());
        return b.left >= a.left - 1 && b.right <= a.right + 1;
      };
      const all = [...host.shadowRoot.querySelectorAll("[role=tab], button, .tile, select")];
      return all
        .filter((each) => each.scrollWidth > each.clientWidth + 1 || !inside(host, each))
        .map((each) => each.textContent);
    });
    expect(cut).toEqual([]);
    const tiles = await page.locator("apus-sampler .tile").evaluateAll((tiles) =>
      tiles.map((tile) => {
        const { top, right } = tile.getBoundingClientRect();
        return { top: Math.round(top), right: Math.round(right) };
      }),
    );
    const edge = Math.max(...tiles.map(({ right }) => right));
    for (const top of new Set(tiles.map((tile) => tile.top)))
      expect(tiles.some((tile) => tile.top === top && Math.abs(tile.right - edge) < 2)).toBe(true);
  });
}

test("a tile that is not rated has the spacing of the others", async ({ page }) => {
  await open(page, 1440);
  await expect(page.locator("apus-sampler #LCP svg")).toBeVisible();
  await expect(page.locator("apus-sampler #INP")).not.toHaveAttribute("data-rating");
  const [rated, unrated] = await page.locator("apus-sampler").evaluate((host) =>
    ["LCP", "INP"].map((name) => {
      const tile = host.shadowRoot.getElementById(name);
      const { top } = tile.getBoundingClientRect();
      return [...tile.children]
        .slice(0, 3)
        .map((part) => Math.round(part.getBoundingClientRect().top - top));
    }),
  );
  expect(unrated).toEqual(rated);
});

test("the timings hold no empty column and no row that another place shows", async ({ page }) => {
  await open(page, 1440);
  const then = panel(page).getByText("p95 then");
  await expect(then).toBeHidden();
  const heads = panel(page).locator("#rows >> xpath=.. >> thead th:visible");
  expect(await panel(page).locator("#rows tr").first().locator("th, td").count()).toBe(
    await heads.count(),
  );
  await expect(panel(page).locator("#rows")).not.toContainText(
    /lifecycle|visibility|lcp-candidate/,
  );
  await show(page, "Alerts");
  await expect(panel(page)).toContainText("none set");
  await expect(panel(page).getByText("limit")).toBeHidden();
});
