// The window scrolls the list: its height, and no observer loops.
import { expect, test } from "../browser.js";
import { openList, settled } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

/** A list that the window scrolls, below a header of 500 px. */
async function openWindow(page, count) {
  await openList(page, 0, { scroller: "window" });
  await page.evaluate((count) => {
    window.loops = [];
    addEventListener("error", ({ message }) => loops.push(message));
    list.style.height = "auto";
    const header = document.createElement("header");
    header.style.height = "500px";
    document.body.prepend(header);
    list.items = makeItems(count);
  }, count);
  await page.waitForFunction(() => list.range.end > 0);
  await settled(page);
}

/** Px of the window's height that no row covers, below the list's start. */
const uncovered = (page) =>
  page.evaluate(() => {
    const { top } = list.getBoundingClientRect();
    const bottoms = [...list.querySelectorAll(".row")].map((r) => r.getBoundingClientRect().bottom);
    return Math.max(0, innerHeight - Math.max(top, 0, ...bottoms));
  });

test("a window that gets higher is covered", async ({ page }) => {
  await page.setViewportSize({ width: 800, height: 300 });
  await openWindow(page, 5000);
  await page.evaluate(() => list.scrollToIndex(1000));
  await settled(page);
  await page.setViewportSize({ width: 800, height: 1400 });
  await expect.poll(() => uncovered(page)).toBe(0);
  await page.setViewportSize({ width: 800, height: 2400 });
  await expect.poll(() => uncovered(page)).toBe(0);
});

test("scrolling causes no observer loops", async ({ page }) => {
  await openWindow(page, 5000);
  await page.mouse.move(100, 100);
  for (let i = 0; i < 20; i++) {
    await page.mouse.wheel(0, 400);
    await settled(page);
  }
  await page.evaluate(() => scrollTo(0, 20_000));
  await settled(page);
  expect(await page.evaluate(() => loops)).toEqual([]);
});
