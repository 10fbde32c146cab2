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

test("a place above the list is saved and restored", async ({ page }) => {
  await openWindow(page, 5000);
  const place = () => page.evaluate(() => Math.round(scrollY));
  await page.evaluate(() => scrollTo(0, 120));
  await settled(page);
  const state = await page.evaluate(() => list.saveState());
  expect(state).toEqual({ row: 0, px: 380 });
  await page.evaluate(() => list.scrollToIndex(3000));
  await expect.poll(place).toBeGreaterThan(100_000);
  await page.evaluate((state) => list.restoreState(state), state);
  await expect.poll(place).toBe(120);
  await settled(page);
  expect(await place()).toBe(120);
  await page.evaluate(() => {
    list.items = makeItems(4000);
  });
  await settled(page);
  expect(await place(), "other items do not move the page").toBe(120);
});

test("End goes to the end of the page, not of the list", async ({ page }) => {
  await openWindow(page, 5000);
  await page.evaluate(() => {
    const footer = document.createElement("footer");
    footer.style.height = "400px";
    document.body.append(footer);
  });
  await page.keyboard.press("End");
  const left = () =>
    page.evaluate(
      () => document.querySelector("footer").getBoundingClientRect().bottom - innerHeight,
    );
  await expect.poll(left).toBeCloseTo(0, 0);
  await expect
    .poll(() => page.evaluate(() => list.querySelector(".row:last-of-type").textContent))
    .toBe("Row 4999");
  await page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
  expect(await left()).toBeCloseTo(0, 0);
});
