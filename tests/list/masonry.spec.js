// Masonry: pictures of any height side by side, which load late.
import { expect, test } from "../browser.js";
import { openList, settled } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

/** Opens `count` tiles in lanes; a tile gets the height of its picture once `show` lets it load. */
async function openMasonry(page, count, attributes = {}) {
  await openList(page, 0, { masonry: "", lanes: "4", gap: "10", ...attributes });
  await page.evaluate((count) => {
    list.renderItem = (item, _index, element) => {
      element.className = "row";
      element.style.height = `${item.late ?? item.height}px`;
      element.textContent = item.name;
    };
    list.items = makeItems(count);
  }, count);
  if (count) await laid(page);
}

/** Masonry loads when the attribute is set: waits until tiles are in lanes. */
async function laid(page) {
  await page.waitForFunction(() => list.querySelector(".row")?.style.getPropertyValue("--apus-y"));
  await settled(page);
}

/** The mounted tiles, in px from the list's edges. */
const tiles = (page) =>
  page.evaluate(() => {
    const box = list.getBoundingClientRect();
    return [...list.querySelectorAll(":scope > .row")].map((row) => {
      const { left, top, bottom, width } = row.getBoundingClientRect();
      const index = Number(row.ariaPosInSet) - 1;
      return { index, left: left - box.left, top: top - box.top, bottom: bottom - box.top, width };
    });
  });

const inView = async (page) =>
  Object.fromEntries(
    (await tiles(page))
      .filter(({ top, bottom }) => bottom > 0 && top < 600)
      .map(({ index, left, top }) => [index, [Math.round(left), Math.round(top * 8) / 8]]),
  );

test("each tile goes to the shortest lane", async ({ page }) => {
  await openMasonry(page, 1000);
  const width = await page.evaluate(() => (list.clientWidth + 10) / 4);
  const ends = [0, 0, 0, 0];
  for (const { index, left, top, bottom, width: own } of await tiles(page)) {
    const lane = ends.indexOf(Math.min(...ends));
    expect(left, `tile ${index}`).toBeCloseTo(lane * width, 0);
    expect(top).toBeCloseTo(ends[lane], 0);
    expect(own).toBeCloseTo(width - 10, 0);
    ends[lane] = bottom + 10;
  }
});

test("any tile of a hundred million is reached to the pixel, and nothing moves on the way up", async ({
  page,
}) => {
  await openMasonry(page, 0);
  await page.evaluate(() => {
    list.source = {
      length: 1e8,
      getRange: (start, end) =>
        Array.from({ length: end - start }, (_, i) => ({
          name: `Row ${start + i}`,
          height: heightOf(start + i),
        })),
    };
  });
  await laid(page);
  for (const index of [99_999_999, 50_000_000, 1234]) {
    await page.evaluate((index) => list.scrollToIndex(index), index);
    const tile = (await tiles(page)).find((tile) => tile.index === index);
    if (index < 99_999_999) expect(tile.top).toBeCloseTo(0, 1);
    else expect(Math.max(...(await tiles(page)).map(({ bottom }) => bottom))).toBeCloseTo(600, 1);
  }
  const steps = await page.evaluate(async () => {
    const wrong = [];
    const look = () =>
      new Map(
        [...list.querySelectorAll(".row")].map((row) => {
          const { left, top, bottom } = row.getBoundingClientRect();
          return [row.textContent, { left, top, bottom }];
        }),
      );
    list.dispatchEvent(new WheelEvent("wheel")); // a gesture: nothing may set the scroller
    let before = look();
    for (let i = 0; i < 60; i++) {
      list.scrollTop -= 50;
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      const now = look();
      for (const [name, { left, top, bottom }] of before) {
        const is = now.get(name);
        if (bottom < 0 || top > 550) continue;
        if (Math.abs(is.top - top - 50) > 0.1 || is.left !== left) wrong.push([name, is, top]);
      }
      before = now;
    }
    return wrong;
  });
  expect(steps).toEqual([]);
});

test("late pictures move nothing above the viewport, and in it only tiles below", async ({
  page,
}) => {
  await openMasonry(page, 10_000);
  await page.evaluate(() => list.scrollToIndex(5000));
  await settled(page);
  await page.evaluate(() => {
    list.scrollTop += 700;
  });
  await settled(page);
  const before = await inView(page);
  await page.evaluate(() => {
    for (const row of list.querySelectorAll(".row")) {
      if (row.getBoundingClientRect().bottom < list.getBoundingClientRect().top)
        row.style.height = `${row.offsetHeight + 120}px`;
    }
  });
  await settled(page);
  expect(await inView(page)).toEqual(before);
  // A visible picture moves only its own lane, below it.
  const [index, lane, top] = await page.evaluate(() => {
    const box = list.getBoundingClientRect();
    const row = [...list.querySelectorAll(".row")].find(
      (row) => row.getBoundingClientRect().top > box.top,
    );
    row.style.height = `${row.offsetHeight + 40}px`;
    const { left, top } = row.getBoundingClientRect();
    return [Number(row.ariaPosInSet) - 1, Math.round(left - box.left), top - box.top];
  });
  await settled(page);
  const after = await inView(page);
  expect(after[index]).toEqual([lane, Math.round(top * 8) / 8]);
  for (const [other, [left, y]] of Object.entries(after)) {
    if (!before[other]) continue;
    const below = left === lane && y > top;
    expect([left, y], other).toEqual([before[other][0], before[other][1] + (below ? 40 : 0)]);
  }
});

test("lanes and masonry can change at any time", async ({ page }) => {
  await openMasonry(page, 5000);
  await page.evaluate(() => list.scrollToIndex(2000));
  await settled(page);
  const lefts = async () => new Set((await tiles(page)).map(({ left }) => Math.round(left))).size;
  expect(await lefts()).toBe(4);
  await page.evaluate(() => list.setAttribute("lanes", "3"));
  await expect.poll(lefts).toBe(3);
  await page.evaluate(() => list.removeAttribute("masonry"));
  await expect
    .poll(async () => {
      const rows = (await tiles(page)).filter(({ index }) => index % 3 === 0);
      const beside = (await tiles(page)).find(({ index }) => index === rows[0].index + 1);
      return beside && beside.top - rows[0].top;
    })
    .toBe(0);
  await page.evaluate(() => list.removeAttribute("lanes"));
  await expect.poll(lefts).toBe(1);
});

test("arrow keys stay in their lane; in right-to-left text the first lane is on the right", async ({
  page,
}) => {
  await openMasonry(page, 500, { role: "listbox", dir: "rtl" });
  const first = (await tiles(page))[0];
  const width = await page.evaluate(() => list.clientWidth);
  expect(first.left + first.width).toBeCloseTo(width, 0);
  await page.locator("apus-list").focus();
  await expect(async () => {
    await page.keyboard.press("Home");
    expect(await page.evaluate(() => document.activeElement.textContent)).toBe("Row 0");
  }).toPass();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const [left, index] = await page.evaluate(() => {
    const { left } = document.activeElement.getBoundingClientRect();
    return [left - list.getBoundingClientRect().left, document.activeElement.ariaPosInSet];
  });
  expect(left).toBeCloseTo(first.left, 0);
  expect(Number(index)).toBeGreaterThan(5);
  await page.keyboard.press("ArrowLeft");
  expect(await page.evaluate(() => document.activeElement.ariaPosInSet)).toBe(
    String(Number(index) + 1),
  );
});
