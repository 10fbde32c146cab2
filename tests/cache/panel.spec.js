// The panel of <apus-cache>: it fits, it asks before it deletes, and axe finds nothing.
import { violationsOf } from "../axe.js";
import { expect, test } from "../browser.js";

/** Opens a full cache with its panel. @param {import("@playwright/test").Page} page */
async function open(page, policy = "w-tinylfu") {
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(async (policy) => {
    document.documentElement.style.colorScheme = "light dark";
    document.documentElement.lang = "en";
    await import("/apus/define.js");
    const main = document.createElement("main");
    const element = document.createElement("apus-cache");
    const attributes = {
      name: "a shop's catalogue",
      policy,
      "max-entries": "1500000",
      persist: "",
    };
    for (const [name, value] of Object.entries({ ...attributes, "max-bytes": "500000000" }))
      element.setAttribute(name, value);
    element.panel = true;
    main.append(element);
    document.body.append(main);
    const cache = await element.ready;
    for (let i = 0; i < 12_000; i++) cache.set(`k${i}`, i);
    for (let i = 0; i < 24_000; i++) cache.get(`k${i}`);
    await cache.flush();
  }, policy);
  const panel = page.getByRole("region", { name: "Cache a shop's catalogue" });
  await expect(panel.getByText("12,000", { exact: false }).first()).toBeVisible();
  await expect(panel.getByText(/^[1-9]\d* segments$/)).toBeVisible();
  return panel;
}

for (const width of [360, 700, 1440]) {
  test(`at ${width} px each value is on one line and no tile is alone`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    const panel = await open(page, "adaptive");
    const tiles = await panel.locator("dl > div").evaluateAll((tiles) =>
      tiles.map((tile) => {
        const value = tile.querySelector("dd");
        const range = document.createRange();
        range.selectNodeContents(value.firstChild);
        const inside = tile.getBoundingClientRect();
        return {
          lines: range.getClientRects().length,
          cut:
            range.getBoundingClientRect().right > inside.right ||
            value.scrollWidth > value.clientWidth,
          left: Math.round(inside.left),
          height: inside.height,
        };
      }),
    );
    expect(tiles.filter(({ lines, cut }) => lines !== 1 || cut)).toEqual([]);
    const columns = new Set(tiles.map(({ left }) => left)).size;
    expect(tiles.length % columns).toBe(0);
    expect(new Set(tiles.map(({ height }) => height)).size).toBe(1);
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
    ).toBeLessThanOrEqual(0);
    // below the buttons there is no more than the panel's padding and a gap
    const below = await panel.evaluate((panel) => {
      const button = panel.querySelector('[name="clear"]').getBoundingClientRect();
      return panel.getBoundingClientRect().bottom - button.bottom;
    });
    expect(below).toBeLessThanOrEqual(16 + 8 + 1);
  });
}

test("the chart has axes, and its newest point is at its right edge", async ({ page }) => {
  const panel = await open(page);
  for (const label of ["100%", "50%", "0%", "60 s ago", "now"])
    await expect(panel.getByText(label, { exact: true })).toBeVisible();
  const points = panel.locator("polyline");
  await expect(points).toHaveAttribute("points", /(^| )59,\d/);
});

test("Clear asks first, by keyboard alone", async ({ page }) => {
  const panel = await open(page);
  const size = () => page.evaluate(() => document.querySelector("apus-cache").cache.size);
  const clear = panel.getByRole("button", { name: "Clear…" });
  await clear.focus();
  await page.keyboard.press("Enter");
  const dialog = panel.getByRole("alertdialog");
  await expect(dialog).toContainText("memory and disk: 12,000 in memory");
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(clear).toBeFocused();
  expect(await size()).toBe(12_000);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  expect(await size()).toBe(12_000);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(panel.getByRole("status")).toHaveText("Cleared");
  expect(await size()).toBe(0);
});

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  for (const width of [360, 1440]) {
    test(`axe finds nothing, ${colorScheme}, ${width} px`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      const panel = await open(page);
      const violations = () => violationsOf(page, { include: "apus-cache" });
      expect(await violations()).toEqual([]);
      await panel.getByRole("button", { name: "Clear…" }).click();
      expect(await violations()).toEqual([]);
    });
  }
}
