// Data that loads by pages: late, wrong or never.
import { expect, test } from "../browser.js";
import { openList, settled, visible } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

/** A source on the page that the test controls: `asked`, with `answer(items)` and `fail()`. */
const openSource = async (page, length) => {
  await openList(page, 0);
  await page.evaluate((length) => {
    window.asked = [];
    window.rowsOf = (start, end) =>
      Array.from({ length: end - start }, (_, i) => ({
        id: start + i,
        name: `Row ${start + i}`,
        height: 50,
      }));
    list.source = {
      length: length ?? undefined,
      pageSize: 50,
      getRange: (start, end, signal) =>
        new Promise((resolve, reject) => {
          asked.push({
            start,
            end,
            signal,
            answer: resolve,
            fail: () => reject(new Error("down")),
          });
        }),
    };
  }, length);
  await page.waitForFunction(() => asked.length > 0 && list.range.end > 0);
};

test("pages are fetched once, with placeholders meanwhile", async ({ page }) => {
  await openSource(page, 10_000);
  await expect(page.locator('[data-state="loading"]').first()).toBeVisible();
  await page.evaluate(() => {
    for (const { start, end, answer } of asked) answer(rowsOf(start, end));
  });
  await expect.poll(async () => (await visible(page))[0]?.text).toBe("Row 0");
  await expect(page.locator('[data-state="loading"]')).toHaveCount(0);
  const starts = await page.evaluate(() => asked.map(({ start }) => start));
  expect(new Set(starts).size).toBe(starts.length);
});

test("placeholders are as high as the estimate, which limits the pages requested", async ({
  page,
}) => {
  // Before the part that fills them has loaded.
  await page.route("**/states-*", () => {});
  await openSource(page, 1_000_000);
  await settled(page);
  const height = await page.evaluate(() => list.querySelector("[data-state]").offsetHeight);
  expect(height).toBe(40);
  expect(await page.evaluate(() => asked.length)).toBeLessThan(3);
});

test("pages that are scrolled past are cancelled", async ({ page }) => {
  await openSource(page, 1_000_000);
  await page.evaluate(() => list.scrollToIndex(500_000));
  await settled(page);
  const state = await page.evaluate(() =>
    asked.map(({ start, signal }) => [start < 400_000, signal.aborted]),
  );
  expect(state.every(([old, aborted]) => old === aborted)).toBe(true);
});

test("a failed page says so, and is fetched again when pressed", async ({ page }) => {
  await openSource(page, 100);
  const failed = page.locator('[data-state="error"]').first();
  // The list may have requested more while it found its size: the last request must fail.
  await expect(async () => {
    await page.evaluate(() => {
      for (const request of asked) if (!request.signal.aborted) request.fail();
    });
    await expect(failed).toBeVisible({ timeout: 1000 });
  }).toPass();
  const before = await page.evaluate(() => asked.length);
  await failed.click();
  await page.waitForFunction((before) => asked.length > before, before);
  await page.evaluate(() => {
    const { start, end, answer } = asked.at(-1);
    answer(rowsOf(start, end));
  });
  await expect.poll(async () => (await visible(page))[0]?.text).toBe("Row 0");
});

test("a failed page is fetched again without being pressed", async ({ page }) => {
  await openSource(page, 40);
  await page.evaluate(() => asked.at(-1).fail());
  await expect(page.locator('[data-state="error"]').first()).toBeVisible();
  await page.waitForFunction(() => asked.length > 1);
  await page.evaluate(() => {
    const { start, end, answer } = asked.at(-1);
    answer(rowsOf(start, end));
  });
  await expect.poll(async () => (await visible(page))[0]?.text).toBe("Row 0");
});

test("a page that never loads blocks no other page", async ({ page }) => {
  await openSource(page, 10_000);
  await page.evaluate(() => list.scrollToIndex(5000));
  await page.waitForFunction(() => asked.some(({ start }) => start === 5000));
  await page.evaluate(() => {
    for (const { start, end, answer } of asked.filter(({ start }) => start > 1000))
      answer(rowsOf(start, end));
  });
  await expect
    .poll(async () => (await visible(page)).some(({ text }) => text === "Row 5000"))
    .toBe(true);
  await page.evaluate(() => list.scrollToIndex(0));
  await expect(page.locator('[data-state="loading"]').first()).toBeVisible();
});

for (const [what, count] of Object.entries({ few: 3, many: 51 }))
  test(`too ${what} items are an error of that page alone`, async ({ page }) => {
    await openSource(page, 10_000);
    await page.evaluate((count) => asked[0].answer(rowsOf(0, count)), count);
    await expect(page.locator('[data-state="error"]').first()).toBeVisible();
    await page.evaluate(() => list.scrollToIndex(5000));
    await page.waitForFunction(() => asked.some(({ start }) => start === 5000));
    await page.evaluate(() => {
      for (const { start, end, answer } of asked.filter(({ start }) => start > 1000))
        answer(rowsOf(start, end));
    });
    await expect
      .poll(async () => (await visible(page)).some(({ text }) => text === "Row 5000"))
      .toBe(true);
  });

test("a cursor without length grows until a page is short", async ({ page }) => {
  await openSource(page, null);
  const answer = () =>
    page.evaluate(() => {
      for (const ask of asked.splice(0)) ask.answer(rowsOf(ask.start, Math.min(ask.end, 180)));
    });
  const last = (n) => page.evaluate((n) => list.scrollToIndex(n), n);
  await answer();
  await expect.poll(() => page.getByText("Row 3", { exact: true }).count()).toBe(1);
  for (const row of [60, 110, 160]) {
    await expect(async () => {
      await answer();
      await last(row);
    }).toPass();
    await settled(page);
    await answer();
  }
  await expect(async () => {
    await answer();
    await last(179);
    expect(await page.evaluate(() => list.range.end)).toBe(180);
  }).toPass();
});
