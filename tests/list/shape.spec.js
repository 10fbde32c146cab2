// Lists that are not a column that scrolls itself.
import { expect, test } from "../browser.js";
import { openList, rested, settled, visible } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

const boxes = (page) =>
  page.evaluate(() =>
    [...list.querySelectorAll(":scope > .row")].map((row) => {
      const { left, right, top, bottom } = row.getBoundingClientRect();
      return { index: Number(row.ariaPosInSet) - 1, left, right, top, bottom };
    }),
  );

for (const direction of ["ltr", "rtl"]) {
  test(`a horizontal list (${direction}) goes to any row`, async ({ page }) => {
    await openList(page, 0, { axis: "x" });
    await page.evaluate((direction) => {
      document.dir = direction;
      list.style.width = "800px";
      list.renderItem = (item, _index, element) => {
        element.className = "row";
        element.style.width = `${item.height}px`;
        element.textContent = item.name;
      };
      list.items = makeItems(5000);
    }, direction);
    await page.waitForFunction(() => list.range.end > 0);
    await settled(page);
    const box = await page.evaluate(() => list.getBoundingClientRect().toJSON());
    for (const index of [0, 2500, 4999, 17]) {
      await page.evaluate((index) => list.scrollToIndex(index), index);
      // The first row starts at the list's start, the last ends at its end.
      const side = (direction === "ltr") === (index === 4999) ? "right" : "left";
      const edge = async () => (await boxes(page)).find((row) => row.index === index)?.[side];
      await expect.poll(edge).toBeCloseTo(box[side], 0);
    }
  });
}

test("a list whose axis changes while it is empty shows its rows whole", async ({ page }) => {
  await openList(page, 0);
  for (const axis of ["x", "y"]) {
    await page.evaluate(async (axis) => {
      list.items = [];
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      list.setAttribute("axis", axis);
      list.renderItem = (item, _index, element) => {
        element.className = "row";
        element.style.cssText = "height:350px;width:350px";
        element.textContent = item.name;
      };
      list.items = makeItems(100);
    }, axis);
    const hit = () => page.evaluate(() => document.elementFromPoint(300, 300)?.className);
    await expect.poll(hit).toBe("row");
  }
});

test("a grid of three lanes with gaps", async ({ page }) => {
  await openList(page, 10_000, { lanes: "3", gap: "10" });
  await page.evaluate(() => list.scrollToIndex(6000));
  await settled(page);
  const rows = await boxes(page);
  const row = rows.find(({ index }) => index === 6000);
  const beside = rows.find(({ index }) => index === 6001);
  const below = rows.find(({ index }) => index === 6003);
  expect(row.top).toBeCloseTo(0, 0);
  expect(beside.top).toBeCloseTo(row.top, 1);
  expect(beside.left - row.right).toBeCloseTo(10, 0);
  expect(below.left).toBeCloseTo(row.left, 1);
  const line = rows.filter(({ index }) => index >= 6000 && index < 6003);
  expect(below.top - Math.max(...line.map(({ bottom }) => bottom))).toBeCloseTo(10, 0);
  await page.evaluate(() => list.scrollToIndex(9999, { align: "end" }));
  await settled(page);
  expect((await boxes(page)).at(-1).index).toBe(9999);
});

test("a grid at its end stays there when rows are appended", async ({ page }) => {
  await openList(page, 1987, { lanes: "3" }); // the last line has one row
  await page.evaluate(() => {
    list.scrollTop = list.scrollHeight;
  });
  const last = async () => (await boxes(page)).find(({ index }) => index === 1986)?.bottom;
  await expect.poll(last).toBeCloseTo(600, 0);
  await page.evaluate(() => list.splice(1987, 0, makeItems(16)));
  await expect.poll(async () => (await boxes(page)).at(-1).index).toBeGreaterThan(1990);
  await settled(page);
  expect(await page.evaluate(() => list.range.end)).toBeLessThan(1990);
});

test("the window scrolls a list below other content", async ({ page }) => {
  await openList(page, 0, { scroller: "window" });
  await page.evaluate(() => {
    list.style.height = "auto";
    const header = document.createElement("header");
    header.style.height = "500px";
    document.body.prepend(header);
    list.items = makeItems(20_000);
  });
  await page.waitForFunction(() => list.range.end > 0);
  await settled(page);
  let rows = await boxes(page);
  expect(rows[0]).toMatchObject({ index: 0, top: 500 });
  await page.evaluate(() => list.scrollToIndex(10_000));
  await settled(page);
  rows = await boxes(page);
  expect(rows.find(({ index }) => index === 10_000).top).toBeCloseTo(0, 0);
  await page.mouse.move(100, 100);
  await page.mouse.wheel(0, 300);
  await expect
    .poll(async () => (await boxes(page)).find(({ index }) => index === 10_000)?.top)
    .toBeLessThan(-200);
  await rested(page);
  await page.evaluate(() => scrollTo(0, 0));
  await settled(page);
  await expect.poll(async () => (await boxes(page))[0]).toMatchObject({ index: 0, top: 500 });
});

test("the padding of the list scrolls with its rows", async ({ page }) => {
  await openList(page, 0);
  await page.evaluate(() => {
    list.style.padding = "30px 0 50px";
    list.style.boxSizing = "border-box";
    list.items = makeItems(1000);
  });
  await page.waitForFunction(() => list.range.end > 0);
  await settled(page);
  expect((await boxes(page))[0].top).toBe(30);
  await page.evaluate(() => list.scrollToIndex(999));
  await settled(page);
  expect((await boxes(page)).at(-1).bottom).toBeCloseTo(550, 0);
});

test("sticky headers stick to the edge until the next one pushes", async ({ page }) => {
  await openList(page, 5000);
  await page.evaluate(() => {
    list.renderItem = (item, index, element) => {
      render(item, index, element);
      if (index % 50 === 0) element.style.height = "40px";
    };
    list.isHeader = (_item, index) => index % 50 === 0;
  });
  await expect(page.locator("[data-sticky]").first()).toBeAttached();
  await page.evaluate(() => list.scrollToIndex(1020));
  await settled(page);
  let rows = await boxes(page);
  expect(rows.find(({ index }) => index === 1000).top).toBeCloseTo(0, 1);
  expect(rows.find(({ index }) => index === 1020).top).toBeCloseTo(40, 1);
  await page.evaluate(() => list.scrollToIndex(1050));
  await page.evaluate(() => {
    list.scrollTop -= 15;
  });
  await settled(page);
  rows = await boxes(page);
  expect(rows.find(({ index }) => index === 1050).top).toBeCloseTo(15, 1);
  expect(rows.find(({ index }) => index === 1000).bottom).toBeCloseTo(15, 1);
});

test("a smooth scroll arrives on the pixel", async ({ page }) => {
  await openList(page, 100_000);
  await page.evaluate(() => list.scrollToIndex(60_000, { behavior: "smooth" }));
  await expect
    .poll(async () => (await boxes(page)).find(({ index }) => index === 60_000)?.top)
    .toBeCloseTo(0, 1);
});

test("a smooth scroll follows its row through splices", async ({ page }) => {
  await openList(page, 10_000);
  await page.evaluate(async () => {
    list.scrollToIndex(9999, { behavior: "smooth" });
    list.splice(9000, 1000); // while the part for smooth scrolling loads
    while (list.range.end !== 9000) await new Promise(requestAnimationFrame);
    list.scrollToIndex(8500, { behavior: "smooth" });
    list.splice(0, 4000); // at once
    await new Promise(requestAnimationFrame);
    list.splice(4700, 100); // and rows after it
  });
  await expect
    .poll(async () => (await visible(page)).find(({ text }) => text === "Row 8500")?.top)
    .toBeCloseTo(0, 1);
  await page.evaluate(async () => {
    list.scrollToIndex(100, { behavior: "smooth" });
    await new Promise(requestAnimationFrame);
    list.items = [];
  });
  await expect.poll(() => page.evaluate(() => list.range)).toEqual({ start: 0, end: 0 });
});
