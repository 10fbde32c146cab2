// A list that the window scrolls, after a reload.
import { expect, test } from "../browser.js";
import { rested, settled } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

/** The first row that the window shows, and where. */
const place = (page) =>
  page.evaluate(() => {
    for (const row of list.querySelectorAll(":scope > .row")) {
      const { top, bottom } = row.getBoundingClientRect();
      if (bottom > 0) return { text: row.textContent, top };
    }
  });

for (const [name, query] of [
  ["at once", ""],
  ["late", "?late"],
]) {
  test(`the same row is at the same place when items are set ${name}`, async ({ page }) => {
    await page.goto(`/tests/list/pages/reload.html${query}`);
    await page.waitForFunction(() => window.list?.range.end > 0);
    await page.mouse.move(100, 100);
    for (let i = 0; i < 30; i++) {
      await page.mouse.wheel(0, 700);
      await settled(page);
    }
    await rested(page);
    await page.evaluate(() => scrollBy(0, 30_000));
    await rested(page);
    const before = await place(page);
    const length = await page.evaluate(() => document.documentElement.scrollHeight);
    expect(before.text).not.toBe("Row 0");
    for (let i = 0; i < 2; i++) {
      await page.reload();
      await page.waitForFunction(() => window.list?.range.end > 0);
      await expect.poll(() => place(page)).toEqual(before);
      await settled(page);
      await page.waitForTimeout(500); // the browser may scroll, too
      expect(await place(page)).toEqual(before);
      // Rows that were measured have their sizes.
      const now = () => page.evaluate(() => document.documentElement.scrollHeight);
      await expect.poll(now).toBe(length);
    }
    // A new visit begins at the top.
    await page.goto("about:blank");
    await page.goto(`/tests/list/pages/reload.html${query}`);
    await page.waitForFunction(() => window.list?.range.end > 0);
    await settled(page);
    expect((await place(page)).text).toBe("Row 0");
  });
}

test("a user who scrolls before late items arrive is not moved back", async ({ page }) => {
  await page.goto("/tests/list/pages/reload.html?asked");
  await page.waitForFunction(() => window.list);
  await page.evaluate(() => window.show());
  await page.waitForFunction(() => window.list.range.end > 0);
  await page.evaluate(() => scrollBy(0, 30_000));
  await settled(page);
  await settled(page);
  const before = await place(page);
  await page.reload();
  await page.waitForFunction(() => window.list?.shadowRoot);
  await settled(page);
  await page.mouse.move(100, 100);
  await page.mouse.wheel(0, -100);
  await settled(page);
  await page.evaluate(() => window.show());
  await page.waitForFunction(() => window.list.range.end > 0);
  await settled(page);
  await settled(page);
  expect(await place(page)).not.toEqual(before);
  expect(await page.evaluate(() => scrollY)).toBeLessThan(1000);
});
