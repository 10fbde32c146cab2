// What moves the scroller, and when it rests: browsers report both late, and in any order.
import { expect, test } from "../browser.js";
import { expectCovered, openList, settled, visible } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

test("the list does not set a scroller that has moved before the browser reports it", async ({
  page,
}) => {
  await openList(page, 100_000);
  const set = await page.evaluate(async () => {
    const set = [];
    list.scrollTo = ({ top }) => set.push(top);
    const reported = new Promise((done) => list.addEventListener("scroll", done, { once: true }));
    // After the events of this frame, and before its observers.
    await new Promise(requestAnimationFrame);
    list.scrollTop = 2_000_000;
    list.querySelector(".row").style.height = "77px";
    await new Promise((done) => setTimeout(done));
    const before = [...set];
    delete list.scrollTo;
    await reported;
    return before;
  });
  expect(set).toEqual([]);
  await settled(page);
  await expectCovered(page);
});

test("a scroller whose rest is reported before its last move rests", async ({ page }) => {
  await openList(page, 5000);
  await page.evaluate(() => {
    list.scrollTop = 3000;
  });
  await settled(page);
  const [, row] = await visible(page);
  const scrolled = await page.evaluate(async () => {
    const before = list.scrollTop;
    list.dispatchEvent(new Event("scrollend"));
    list.dispatchEvent(new Event("scroll"));
    list.splice(0, 0, makeItems(10));
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return list.scrollTop - before;
  });
  expect(scrolled, "the scroller follows the rows").toBe(400);
  const after = (await visible(page)).find(({ index }) => index === row.index + 10);
  expect(after.top).toBeCloseTo(row.top, 1);
});

test("a step of the wheel whose end no browser reports comes to rest", async ({ page }) => {
  await openList(page, 5000, { estimate: 300 });
  await page.evaluate(() => list.scrollToIndex(3000));
  await settled(page);
  await page.evaluate(() => {
    window.addEventListener("scrollend", (event) => event.stopImmediatePropagation(), true);
    list.dispatchEvent(new WheelEvent("wheel", { deltaY: -500 }));
    list.scrollTop -= 500;
  });
  await settled(page);
  const [, row] = await visible(page);
  const at = await page.evaluate(() => list.scrollTop);
  await page.evaluate(() => list.splice(0, 100));
  await expect
    .poll(() => page.evaluate(() => list.scrollTop), { message: "the scroller follows the rows" })
    .toBeLessThan(at - 2000);
  const after = (await visible(page)).find(({ index }) => index === row.index - 100);
  expect(after.top).toBeCloseTo(row.top, 1);
});
