// A hundred million rows, beyond the height that a browser can scroll.
import { expect, test } from "../browser.js";
import { openList, rested, settled, visible } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

const rows = 100_000_000;

/** @param {import("@playwright/test").Page} page */
async function openHuge(page) {
  await openList(page, 0);
  await page.evaluate((rows) => {
    list.source = {
      length: rows,
      getRange: (start, end) =>
        Array.from({ length: end - start }, (_, i) => ({
          id: start + i,
          name: `Row ${start + i}`,
          height: heightOf(start + i),
        })),
    };
  }, rows);
  await page.waitForFunction(() => list.range.end > 0);
  await settled(page);
}

const first = async (page) => (await visible(page))[0];
const last = async (page) => (await visible(page)).at(-1);

test("the API reaches both ends and random rows, to the pixel", async ({ page }) => {
  await openHuge(page);
  for (const index of [rows - 1, 0, 12_345_678, 99_999_000, 50_000_001, 7]) {
    await page.evaluate((index) => list.scrollToIndex(index), index);
    const row = (await visible(page)).find((row) => row.index === index);
    expect(row.text).toBe(`Row ${index}`);
    if (index === rows - 1) expect(row.bottom).toBeCloseTo(600, 1);
    else expect(row.top).toBeCloseTo(0, 1);
  }
});

test("the thumb reaches both ends and the middle", async ({ page }) => {
  await openHuge(page);
  const drag = (share) =>
    page.evaluate((share) => {
      list.scrollTop = share * (list.scrollHeight - list.clientHeight);
    }, share);
  await drag(1);
  await expect.poll(async () => (await last(page))?.index).toBe(rows - 1);
  await expect.poll(async () => (await last(page))?.bottom).toBeCloseTo(600, 1);
  await drag(0.5);
  await expect
    .poll(async () => Math.abs(((await first(page))?.index ?? 0) / rows - 0.5))
    .toBeLessThan(0.01);
  await drag(0);
  await expect.poll(() => first(page)).toMatchObject({ index: 0, top: 0 });
});

test("keys reach both ends", async ({ page }) => {
  await openHuge(page);
  await page.locator("apus-list").focus();
  await page.keyboard.press("End");
  await expect.poll(async () => (await last(page))?.index).toBe(rows - 1);
  await page.keyboard.press("Home");
  await expect.poll(() => first(page)).toMatchObject({ index: 0, top: 0 });
});

test("the wheel moves pixel by pixel everywhere, and reaches both ends", async ({ page }) => {
  await openHuge(page);
  const cdp = await page.context().newCDPSession(page);
  const wheel = (px) =>
    cdp.send("Input.synthesizeScrollGesture", {
      x: 100,
      y: 300,
      yDistance: -px,
      speed: 4000,
      preventFling: true,
      gestureSourceType: "mouse",
    });
  await page.evaluate(() => list.scrollToIndex(50_000_000));
  await settled(page);
  const row = (await visible(page)).find(({ index }) => index === 50_000_003);
  await wheel(-200);
  await settled(page);
  expect((await visible(page)).find(({ index }) => index === 50_000_003).top - row.top).toBeCloseTo(
    200,
    0,
  );
  // From the middle up to the first row, and down to the last.
  await page.evaluate(() => list.scrollToIndex(60));
  await wheel(-9000);
  await expect.poll(() => first(page)).toMatchObject({ index: 0, top: 0 });
  await page.evaluate((index) => list.scrollToIndex(index), rows - 60);
  await wheel(9000);
  await expect.poll(async () => (await last(page))?.index).toBe(rows - 1);
  await expect.poll(async () => (await last(page))?.bottom).toBeCloseTo(600, 1);
});

test("thumb, wheel and keys work to the pixel from random rows", async ({ page }) => {
  await openHuge(page);
  await page.mouse.move(100, 300);
  for (const share of [0.037, 0.81, 0.4999, 0.963]) {
    await page.evaluate((share) => {
      list.dispatchEvent(new PointerEvent("pointerdown")); // on the thumb
      list.scrollTop = share * (list.scrollHeight - list.clientHeight);
    }, share);
    // The thumb covers the whole list: its place is the row's, except near both ends, which are exact.
    await expect
      .poll(async () => Math.abs(((await first(page))?.index ?? 0) / rows - share))
      .toBeLessThan(0.04);
    await rested(page);
    const topOf = async (index) => (await visible(page)).find((row) => row.index === index)?.top;
    const { index, top } = (await visible(page))[1];
    await page.mouse.wheel(0, -120);
    await expect
      .poll(async () => Math.abs(((await topOf(index)) ?? top) - top - 120))
      .toBeLessThan(1.5);
    await page.locator("apus-list").focus();
    await page.keyboard.press("ArrowUp");
    await expect.poll(async () => ((await topOf(index)) ?? 0) - top).toBeGreaterThan(121);
    await rested(page);
    const before = (await first(page)).index;
    await page.keyboard.press("PageDown");
    await expect.poll(async () => (await first(page)).index).toBeGreaterThan(before);
    expect((await first(page)).index).toBeLessThan(before + 40);
    await rested(page);
  }
});

test("at rest the thumb is where the list is", async ({ page }) => {
  await openHuge(page);
  await page.evaluate(() => list.scrollToIndex(25_000_000));
  await settled(page);
  const share = await page.evaluate(() => list.scrollTop / (list.scrollHeight - list.clientHeight));
  expect(share).toBeGreaterThan(0.2);
  expect(share).toBeLessThan(0.3);
});
