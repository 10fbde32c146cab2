// Measured sizes across a reload.
import { expect, test } from "../browser.js";
import { expectCovered, openList, rested, settled, visible } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

/** Scrolls on by as many wheel steps, so that rows are measured on the way. */
async function wander(page, steps) {
  await page.mouse.move(100, 100);
  for (let i = 0; i < steps; i++) {
    await page.mouse.wheel(0, 700);
    await settled(page);
  }
  await rested(page);
}

/** What the list saves for a reload. */
const save = (page) =>
  page.evaluate(async () => {
    const { saveSizes } = await import("/apus/list/sizes.js");
    return { ...list.saveState(), sizes: saveSizes(list) };
  });

/** @param {boolean} early before the items are set */
const restore = (page, state, early) =>
  page.evaluate(
    async ([state, early]) => {
      const { restoreSizes } = await import("/apus/list/sizes.js");
      const { items } = list;
      if (early) list.items = [];
      restoreSizes(list, state.sizes);
      list.restoreState(state);
      if (early) list.items = items;
    },
    [state, early],
  );

const length = (page) => page.evaluate(() => list.scrollHeight);

for (const [name, attributes] of [
  ["a list", {}],
  ["a list with gaps", { gap: "7", estimate: "41" }],
  ["a grid", { lanes: "3", gap: "5" }],
]) {
  test(`${name} has its length and its place again, and keeps them`, async ({ page }) => {
    await openList(page, 5000, attributes);
    await wander(page, 12);
    await page.evaluate(() => list.scrollToIndex(3000));
    await settled(page);
    await wander(page, 5);
    const before = { rows: await visible(page), length: await length(page) };
    const state = JSON.parse(JSON.stringify(await save(page)));
    expect(state.sizes.length).toBeGreaterThan(1);
    for (const early of [true, false]) {
      await openList(page, 5000, attributes);
      expect(await length(page)).not.toBe(before.length);
      await restore(page, state, early);
      await expect.poll(() => visible(page)).toEqual(before.rows);
      expect(await length(page)).toBe(before.length);
      // On the way back up, where all rows were measured, the list's length stays.
      await page.evaluate(() => list.scrollBy(0, -2500));
      await settled(page);
      await settled(page);
      expect(await length(page)).toBe(before.length);
    }
  });
}

test("of a hundred million rows those that were rendered are saved", async ({ page }) => {
  await openList(page, 10);
  await page.evaluate(() => {
    list.source = {
      length: 100_000_000,
      getRange: async (start, end) =>
        Array.from({ length: end - start }, (_, i) => makeItems(1000)[(start + i) % 1000]),
    };
    list.scrollToIndex(70_000_000);
  });
  await expect
    .poll(() => page.evaluate(() => list.querySelectorAll(".row").length))
    .toBeGreaterThan(5);
  await settled(page);
  const { sizes } = await save(page);
  const rows = sizes.reduce((sum, run) => sum + run.length - 1, 0);
  expect(rows).toBeGreaterThan(5);
  expect(rows).toBeLessThan(1000);
  expect(sizes.at(-1)[0]).toBeGreaterThan(69_000_000);
});

test("rendered rows keep their size; other rows get theirs when they are rendered", async ({
  page,
}) => {
  await openList(page, 1000);
  const before = await visible(page);
  // All wrong, and more than there are.
  await restore(page, { row: 0, px: 0, sizes: [[0, ...new Array(1500).fill(91)]] }, false);
  await settled(page);
  expect(await visible(page)).toEqual(before);
  await wander(page, 10);
  const rows = await expectCovered(page);
  for (const { index, top, bottom } of rows) {
    const height = await page.evaluate((index) => heightOf(index), index);
    expect(bottom - top).toBeCloseTo(height, 1);
  }
});

test("anything but sizes is an error that names the argument, and changes nothing", async ({
  page,
}) => {
  await openList(page, 1000);
  const before = await length(page);
  const errors = await page.evaluate(async () => {
    const { restoreSizes } = await import("/apus/list/sizes.js");
    const wrong = [
      undefined,
      {},
      [5],
      [
        [500, 80],
        [-1, 80],
      ],
      [[500, 80, "x"]],
      [[500, -1]],
      [[0.5, 1]],
    ];
    return wrong.map((sizes) => {
      try {
        restoreSizes(list, sizes);
      } catch ({ name, message }) {
        return `${name}: ${message}`;
      }
      return "none";
    });
  });
  for (const error of errors) expect(error).toMatch(/^(Type|Range)Error: restoreSizes: sizes/);
  await settled(page);
  expect(await length(page)).toBe(before);
});
