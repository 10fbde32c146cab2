// Rows that stay mounted outside the window are shown when they are in it again.
import { expect, test } from "../browser.js";
import { openList, settled, visible } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

test("a row that was focused and scrolled away is shown after a jump back", async ({ page }) => {
  await openList(page, 1000);
  await page.evaluate(() => {
    const row = list.querySelectorAll(".row")[1];
    row.tabIndex = -1;
    row.focus();
  });
  await expect
    .poll(() =>
      page.evaluate(() => {
        list.scrollToIndex(500);
        return document.activeElement.hasAttribute("data-away");
      }),
    )
    .toBe(true);
  await page.evaluate(() => {
    document.activeElement.blur();
    list.scrollToIndex(0);
  });
  await settled(page);
  expect((await visible(page)).slice(0, 3).map(({ index }) => index)).toEqual([0, 1, 2]);
});

test("a sticky header with the focus stays at the edge", async ({ page }) => {
  await openList(page, 1000);
  await page.evaluate(() => {
    list.isHeader = ({ id }) => id % 100 === 0;
  });
  await expect(page.locator("[data-sticky]").first()).toBeVisible();
  await page.evaluate(() => {
    const row = list.querySelector(".row");
    row.tabIndex = -1;
    row.focus();
  });
  await settled(page);
  await page.evaluate(() => list.scrollToIndex(50));
  await settled(page);
  const top = () => page.evaluate(() => document.activeElement.getBoundingClientRect().top);
  await expect.poll(top).toBe(0);
  expect(await page.evaluate(() => document.activeElement.textContent)).toBe("Row 0");
});
