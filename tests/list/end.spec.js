// The end is the end: by key, by script and by the thumb, whatever the rows turn out to be.
import { expect, test } from "../browser.js";
import { expectCovered, openList, settled, visible } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

/** Waits until the last row ends at the viewport's end, and stays there. */
async function expectEnd(page, last) {
  const bottom = async () => (await visible(page)).find(({ index }) => index === last)?.bottom;
  await expect.poll(bottom).toBeCloseTo(600, 0);
  await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
  expect(await bottom()).toBeCloseTo(600, 0);
  await expectCovered(page);
}

const ways = {
  "the End key": async (page) => {
    await page.evaluate(() => list.focus());
    await page.keyboard.press("End");
  },
  "a smooth scrollToIndex": (page) =>
    page.evaluate(() => list.scrollToIndex(list.items.length - 1, { behavior: "smooth" })),
  "scrollTop = scrollHeight": (page) =>
    page.evaluate(() => {
      list.scrollTop = list.scrollHeight;
    }),
  "a smooth scrollTo": (page) =>
    page.evaluate(() => list.scrollTo({ top: list.scrollHeight, behavior: "smooth" })),
};

for (const [name, go] of Object.entries(ways)) {
  for (const estimate of ["8", "40", "400"]) {
    test(`${name} ends at the end, estimate ${estimate}`, async ({ page }) => {
      await openList(page, 40, { estimate });
      for (const count of [40, 300, 5000, 100_000]) {
        await page.evaluate((count) => {
          list.items = makeItems(count);
          list.scrollTop = 0;
        }, count);
        await settled(page);
        await go(page);
        await expectEnd(page, count - 1);
        // Not from the start only.
        await page.evaluate(() => list.scrollBy(0, -3000));
        await settled(page);
        await go(page);
        await expectEnd(page, count - 1);
      }
    });
  }
}

test("rows that grow on the way do not keep a smooth scroll from the end", async ({ page }) => {
  await openList(page, 2000, { estimate: "20" });
  await page.evaluate(() => {
    list.renderItem = (item, index, element) => {
      render(item, index, element);
      setTimeout(() => {
        element.style.height = `${item.height + 50}px`;
      }, 30);
    };
    list.focus();
  });
  // The first rows grow before the way begins: a browser's goal is the end that it knows then.
  const grown = () =>
    page.evaluate(() => [...list.querySelectorAll(".row")].every(({ style }) => style.height));
  await expect.poll(grown).toBe(true);
  await settled(page);
  await page.keyboard.press("End");
  await expectEnd(page, 1999);
});
