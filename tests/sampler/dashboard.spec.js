import { violationsOf } from "../axe.js";
import { expect, test } from "../browser.js";

const address = "/tests/sampler/pages/dashboard.html";

/** @param {import("@playwright/test").Page} page */
async function open(page) {
  await page.goto(address);
  await expect(page.locator("apus-sampler [role=tablist]")).toBeVisible();
}

/** @param {import("@playwright/test").Page} page @param {string} name */
const tab = (page, name) => page.locator("apus-sampler [role=tab]", { hasText: name });

/** @param {import("@playwright/test").Page} page */
const panel = (page) => page.locator("apus-sampler [role=tabpanel]");

/** @param {import("@playwright/test").Page} page @param {string} body uses `sampler` */
const withSampler = (page, body) =>
  page.evaluate(
    `(() => { const { sampler } = document.querySelector("apus-sampler"); ${body} })()`,
  );

test("shows all series with the page's own first", async ({ page, problems }) => {
  await open(page);
  await withSampler(page, "for (let i = 1; i <= 100; i++) sampler.track('filter', i);");
  await expect(panel(page).locator("tbody tr").first()).toContainText("filter");
  await expect(panel(page)).toContainText("resource script");
  expect(problems).toEqual([]);
});

test("arrow keys move between tabs", async ({ page, problems }) => {
  await open(page);
  await tab(page, "Timings").focus();
  for (const [name, text] of [
    ["Over time", "p50"],
    ["Network", "Resources by type"],
    ["Long frames", "by script"],
    ["Health", "memory"],
    ["Alerts", "Budgets"],
  ]) {
    await page.keyboard.press("ArrowRight");
    await expect(tab(page, name)).toBeFocused();
    await expect(tab(page, name)).toHaveAttribute("aria-selected", "true");
    await expect(panel(page)).toContainText(text);
  }
  await page.keyboard.press("ArrowRight");
  await expect(tab(page, "Timings")).toBeFocused();
  await page.keyboard.press("End");
  await expect(tab(page, "Alerts")).toBeFocused();
  expect(problems).toEqual([]);
});

test("fetches uPlot only when the charts are shown, and draws", async ({ page, problems }) => {
  /** @type {string[]} */
  const scripts = [];
  page.on("request", (request) => scripts.push(request.url()));
  await open(page);
  await withSampler(page, "for (let i = 1; i <= 100; i++) sampler.track('filter', i);");
  expect(scripts.filter((url) => url.includes("charts"))).toEqual([]);
  await tab(page, "Over time").click();
  await expect(panel(page).locator("canvas")).toBeVisible();
  await panel(page).locator("#series").selectOption("filter");
  await expect(panel(page).locator("[role=img]")).toHaveAttribute(
    "aria-label",
    /filter: p50 .* ms/,
  );
  expect(scripts.filter((url) => url.includes("charts"))).toHaveLength(1);
  expect(problems).toEqual([]);
});

test("charts that fail to load are tried again", async ({ page }) => {
  let asked = 0;
  await page.route("**/charts-*.js", (route) => (++asked <= 2 ? route.abort() : route.continue()));
  await open(page);
  await tab(page, "Over time").click();
  await expect(panel(page)).toContainText("Loading the charts");
  await expect(panel(page).locator("canvas")).toBeVisible();
  expect(asked).toBe(3);
});

test("pause stops refreshing, not measuring", async ({ page }) => {
  await open(page);
  await withSampler(page, "sampler.track('filter', 1);");
  const count = panel(page).locator("tr", { hasText: "filter" }).locator("td").first();
  await expect(count).toHaveText("1");
  const pause = page.locator("apus-sampler #pause");
  await pause.click();
  await expect(pause).toHaveAttribute("aria-pressed", "true");
  await withSampler(page, "sampler.track('filter', 1);");
  expect(await withSampler(page, "return sampler.summary('filter').count;")).toBe(2);
  await tab(page, "Network").click();
  await tab(page, "Timings").click();
  await expect(panel(page).locator("tr", { hasText: "filter" })).toHaveCount(0);
  await pause.click();
  await expect(count).toHaveText("2");
});

test("exports JSON and CSV", async ({ page }) => {
  await open(page);
  await withSampler(page, `sampler.track('=cmd "x", y', 5);`);
  for (const [id, check] of /** @type {const} */ ([
    [
      "json",
      (/** @type {string} */ text) => expect(JSON.parse(text).series.length).toBeGreaterThan(0),
    ],
    [
      "csv",
      (/** @type {string} */ text) => {
        expect(text).toContain("series,count,min");
        expect(text).toContain(`"'=cmd ""x"", y",1,5`);
      },
    ],
  ])) {
    const download = page.waitForEvent("download");
    await page.locator(`apus-sampler #${id}`).click();
    const stream = await (await download).createReadStream();
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    check(Buffer.concat(chunks).toString());
  }
});

test("compares with an earlier visit kept in the store", async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(async () => {
    const { Cache } = await import(/** @type {any} */ ("/apus/index.js"));
    const cache = await Cache.open("apus-sampler-visits", { persist: { preload: true } });
    cache.set("2026-01-02T03:04:05.000Z", {
      vitals: [{ name: "LCP", value: 4321 }],
      series: [{ label: "filter", p95: 10 }],
    });
    await cache.flush();
    await cache.close();
  });
  await open(page);
  await withSampler(page, "sampler.track('filter', 20);");
  const select = page.locator("apus-sampler #past");
  await select.focus();
  await expect(select.locator("option")).toHaveCount(2);
  await select.selectOption({ index: 1 });
  await expect(page.locator("apus-sampler #LCP")).toContainText("then 4.32 s");
  await expect(panel(page).locator("tr", { hasText: "filter" })).toContainText("10.0 ms (+100%)");
});

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  for (const name of ["Timings", "Over time", "Network", "Long frames", "Health", "Alerts"]) {
    test(`axe finds no violation in ${name}, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await open(page);
      await withSampler(page, "sampler.track('filter', 20);");
      await expect(panel(page)).toContainText("filter");
      await tab(page, name).click();
      // The colour scheme changes only colours.
      const only = colorScheme === "dark" ? ["color-contrast"] : undefined;
      expect(await violationsOf(page, { include: "apus-sampler", only })).toEqual([]);
    });
  }
}

test("fits a phone without scrolling the page sideways", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await open(page);
  await withSampler(page, "sampler.track('a rather long name of a timing, as they are', 20);");
  for (const name of ["Timings", "Over time", "Network", "Long frames", "Health", "Alerts"]) {
    await tab(page, name).click();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  }
});
