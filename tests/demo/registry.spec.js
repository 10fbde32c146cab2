// The page that registers files; a million of them, or as many as the address says.
import { violationsOf } from "../axe.js";
import { expect, test } from "../browser.js";

test.beforeEach(async ({ page }) => {
  await page.goto("/registry/?files=5000");
  await expect(page.locator("#state")).toHaveText("Ready");
});

const register = async (/** @type {import("@playwright/test").Page} */ page) => {
  const start = page.getByRole("button", { name: "Register 5,000 files" });
  await start.focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("#state")).toHaveText("Registered and on disk");
};

test("files are registered, searched, invalidated and kept", async ({ page, problems }) => {
  await register(page);
  await expect(page.locator("#files")).toHaveText("5,000");
  await expect(page.locator("#progress")).toHaveJSProperty("value", 1);
  await expect(page.getByRole("button", { name: "Register" })).toBeFocused();
  await page.getByLabel("Path begins with").fill("/srv/www/site-7/");
  await expect(page.locator("#found")).toHaveText("5 files");
  await expect(page.locator("#list .file").first()).toContainText(/[0-9a-f]{16} · /);
  await page.getByRole("textbox", { name: "Scope" }).press("Enter");
  await expect(page.locator("#gone")).toContainText("5 files of site-7 invalidated");
  await expect(page.locator("#found")).toHaveText("0 files");
  await page.getByRole("button", { name: "Close and reopen" }).click();
  await expect(page.locator("#state")).toContainText("Reopened");
  await expect(page.locator("#files")).toHaveText("4,995");
  await page.reload();
  await expect(page.locator("#state")).toHaveText("Kept from the last visit");
  await expect(page.locator("#files")).toHaveText("4,995");
  expect(problems).toEqual([]);
});

test("paths are sorted and filtered as at once", async ({ page }) => {
  const [sorted, kept, shares] = await page.evaluate(async () => {
    const { sorted, kept } = await import("/registry/sorted.js");
    const same = [];
    const shares = [];
    for (const count of [0, 1, 1024, 1025, 30_000]) {
      const strings = Array.from({ length: count }, (_, i) => `${(i * 7919) % 10_007}/é`);
      const all = await sorted(strings, count, (/** @type {number} */ share) => shares.push(share));
      same.push(JSON.stringify(all) === JSON.stringify([...strings].sort()));
    }
    return [same, await kept(["a", "b", "c"], (/** @type {string} */ one) => one !== "b"), shares];
  });
  expect(sorted).toEqual([true, true, true, true, true]);
  expect(kept).toEqual(["a", "c"]);
  expect(shares.every((/** @type {number} */ share) => share >= 0 && share <= 1)).toBe(true);
});

for (const width of [360, 1440]) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    test(`fits ${width} px, ${colorScheme}, and axe finds nothing`, async ({ page }) => {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await register(page);
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      );
      expect(over).toBeLessThanOrEqual(0);
      if (process.env.LOOK)
        await page.screenshot({ path: `${process.env.LOOK}/${width}-${colorScheme}.png` });
      expect(await violationsOf(page)).toEqual([]);
    });
  }
}
