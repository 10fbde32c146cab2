// A list whose height follows from `max-height` and its rows.
import { expect, test } from "../browser.js";
import { expectCovered, openList, settled, visible } from "./pages.js";

/** Opens a list of auto height. @param {import("@playwright/test").Page} page @param {number} count */
async function openAuto(page, count, style = { maxHeight: "400px" }) {
  await openList(page, 0);
  await page.evaluate(
    ([count, style]) => {
      window.loops = [];
      addEventListener("error", ({ message }) => loops.push(message));
      Object.assign(list.style, { height: "auto", ...style });
      list.items = makeItems(count);
    },
    [count, style],
  );
}

const heights = (page) =>
  page.evaluate(() => ({
    list: list.clientHeight,
    rows: list.items.reduce((sum, { height }) => sum + height, 0),
  }));

test("max-height alone: the list is as high as its rows, up to it", async ({ page }) => {
  await openAuto(page, 3);
  await expect.poll(() => visible(page).then((rows) => rows.length)).toBe(3);
  await expect.poll(() => heights(page).then(({ list, rows }) => list - rows)).toBe(0);
  await page.evaluate(() => list.splice(0, 1));
  await expect.poll(() => heights(page).then(({ list, rows }) => list - rows)).toBe(0);
  await page.evaluate(() => list.splice(2, 0, makeItems(100_000)));
  await expect.poll(() => heights(page).then(({ list }) => list)).toBe(400);
  await page.evaluate(() => list.scrollToIndex(50_000));
  await settled(page);
  await expectCovered(page, 400);
  expect(await page.evaluate(() => list.querySelectorAll(".row").length)).toBeLessThan(100);
  await page.evaluate(() => {
    list.items = [];
  });
  await expect.poll(() => heights(page).then(({ list }) => list)).toBe(0);
  await page.evaluate(() => {
    list.items = makeItems(2);
  });
  await expect.poll(() => heights(page).then(({ list, rows }) => list - rows)).toBe(0);
  expect(await page.evaluate(() => loops)).toEqual([]);
});

test("max-height with padding, border and a percentage", async ({ page }) => {
  await page.setViewportSize({ width: 800, height: 600 });
  const style = {
    maxHeight: "50vh",
    padding: "10px",
    border: "5px solid",
    boxSizing: "border-box",
  };
  await openAuto(page, 2, style);
  await expect.poll(() => heights(page).then(({ list, rows }) => list - rows)).toBe(20);
  await page.evaluate(() => {
    list.items = makeItems(1000);
  });
  await expect.poll(() => page.evaluate(() => list.offsetHeight)).toBe(300);
  await page.setViewportSize({ width: 800, height: 800 });
  await expect.poll(() => page.evaluate(() => list.offsetHeight)).toBe(400);
  expect(await page.evaluate(() => loops)).toEqual([]);
});

test("without any height the list stays closed and says so", async ({ page }) => {
  const warnings = [];
  page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  await openAuto(page, 100_000, {});
  await expect.poll(() => warnings).toHaveLength(1);
  expect(warnings[0]).toContain("no height");
  expect(await page.evaluate(() => list.querySelectorAll(".row").length)).toBeLessThan(100);
});
