// Attributes that are out of range are reported, and their last value goes on.
import { expect, test } from "../browser.js";
import { expectCovered, openList, settled, visible } from "./pages.js";

for (const [name, value] of [
  ["estimate", "1e9"],
  ["overscan", "Infinity"],
  ["gap", "1e9"],
  ["axis", "z"],
]) {
  test(`${name}="${value}" is an error, and the list goes on`, async ({ page, problems }) => {
    await openList(page, 0);
    await page.evaluate(() => {
      window.errors = [];
      list.addEventListener("error", ({ detail }) => errors.push(detail.error.message));
    });
    await page.evaluate(
      ([name, value]) => {
        list.setAttribute(name, value);
        list.items = makeItems(1000);
      },
      [name, value],
    );
    await page.waitForFunction(() => list.range.end > 0);
    await settled(page);
    await expectCovered(page);
    await page.evaluate(() => list.scrollToIndex(500));
    await settled(page);
    expect((await visible(page))[0].index).toBe(500);
    const errors = await page.evaluate(() => window.errors);
    expect(errors[0]).toContain(name);
    // A page that handles the event has no error in its console.
    expect(problems.splice(0).every((text) => text.includes(name))).toBe(true);
    await page.evaluate((name) => list.removeAttribute(name), name);
    await settled(page);
    await expectCovered(page);
  });
}

test("axis is X or x, as style sheets compare it", async ({ page, problems }) => {
  await openList(page, 500, { axis: "X" });
  expect(await page.evaluate(() => list.scrollWidth > list.clientWidth)).toBe(true);
  expect(problems).toEqual([]);
});
