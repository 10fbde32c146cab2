// A step of the scroller moves the rows by its pixels, as if all rows were in the document.
import { expect, test } from "../browser.js";
import { expectCovered, openList, settled, visible } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

/** The place of the view among all rows, px, from the row at its top. */
async function place(page) {
  const [{ index, top }] = await visible(page);
  return page.evaluate(
    ([index, top]) => {
      let y = 0;
      for (let i = 0; i < index; i++) y += heightOf(i);
      return y - top;
    },
    [index, top],
  );
}

/** Waits until the scroller has moved and rests. @param {() => Promise<unknown>} act */
async function moved(page, act) {
  const ended = page.evaluate(
    () => new Promise((done) => list.addEventListener("scrollend", done, { once: true })),
  );
  await act();
  await ended;
  await settled(page);
}

for (const overscan of ["0", "400"]) {
  for (const estimate of ["8", "40", "400"]) {
    test(`steps are exact, overscan ${overscan}, estimate ${estimate}`, async ({ page }) => {
      await openList(page, 10_000, { overscan, estimate });
      await page.mouse.move(200, 300);
      let row = 300;
      for (const by of [120, -120, 550, -550, 1300, -1300, 2300, -2300]) {
        for (const kind of ["wheel", "script"]) {
          row += 500; // where nothing is measured yet
          await page.evaluate((row) => list.scrollToIndex(row), row);
          await settled(page);
          const before = await place(page);
          await moved(page, () =>
            kind === "wheel"
              ? page.mouse.wheel(0, by)
              : page.evaluate((top) => list.scrollBy({ top, behavior: "instant" }), by),
          );
          const step = (await place(page)) - before;
          expect.soft(step, `${kind} ${by}`).toBeCloseTo(by, 0);
          await expectCovered(page);
        }
      }
      await page.evaluate(() => list.focus());
      for (const [key, by] of [
        ["PageUp", -525],
        ["PageUp", -525],
        ["PageDown", 525],
        ["ArrowUp", -40],
        ["ArrowDown", 40],
        ["PageDown", 525],
        ["PageDown", 525],
      ]) {
        const before = await place(page);
        await moved(page, () => page.keyboard.press(key));
        expect.soft((await place(page)) - before, key).toBeCloseTo(by, 0);
        await expectCovered(page);
      }
    });
  }
}
