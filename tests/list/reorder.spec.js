// Rows dragged in lists of every shape.
import { expect, test } from "../browser.js";
import { settled } from "./pages.js";
import { drag, moves, names, open } from "./reorder.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

for (const [name, style] of [
  ["padding and border", "padding:70px 30px;border:25px solid;box-sizing:border-box"],
  ["a scale", "transform:scale(0.5);transform-origin:0 0"],
  ["a scale of 1.5 and a border", "transform:scale(1.5);transform-origin:0 0;border:15px solid"],
  ["zoom", "zoom:1.5"],
]) {
  test(`with ${name} a row lands where the pointer shows`, async ({ page }) => {
    await open(page, {}, style);
    await drag(page, 1, 5);
    const line = await page.locator("#drop").boundingBox();
    const row = await page.getByText("Row 5", { exact: true }).boundingBox();
    expect(Math.abs(line.y + line.height / 2 - row.y - row.height)).toBeLessThan(3);
    expect(line.width).toBeGreaterThan(50);
    await page.mouse.up();
    expect(await moves(page)).toEqual([[1, 5]]);
    await drag(page, 4, 3, [0.5, 0.25]);
    await page.mouse.up();
    expect((await moves(page))[1]).toEqual([3, 2]);
    expect(await names(page, 6)).toEqual(["Row 0", "Row 2", "Row 4", "Row 3", "Row 5", "Row 1"]);
  });
}

for (const direction of ["ltr", "rtl"]) {
  test(`rows of a horizontal list move (${direction})`, async ({ page }) => {
    await open(page, { axis: "x" }, `width:600px;height:60px;direction:${direction}`);
    await drag(page, 0, 3, [direction === "ltr" ? 0.75 : 0.25, 0.5]);
    const line = await page.locator("#drop").boundingBox();
    expect(line.height).toBeGreaterThan(30);
    await page.mouse.up();
    expect(await moves(page)).toEqual([[0, 3]]);
    // at its edge the list scrolls
    const box = await page.getByText("Row 1", { exact: true }).boundingBox();
    await page.mouse.move(box.x + 50, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(direction === "ltr" ? 590 : 10, box.y + 20, { steps: 4 });
    await expect.poll(() => page.evaluate(() => Math.abs(list.scrollLeft))).toBeGreaterThan(800);
    await page.mouse.up();
    const [from, to] = (await moves(page))[1];
    expect(from).toBe(0);
    expect(to).toBeGreaterThan(8);
  });

  test(`rows of a horizontal list move by keyboard (${direction})`, async ({ page }) => {
    await open(page, { axis: "x" }, `width:600px;height:60px;direction:${direction}`);
    await page.evaluate(() => {
      const row = list.querySelector(".row");
      row.tabIndex = -1;
      row.focus();
    });
    const [on, back] = direction === "ltr" ? ["Right", "Left"] : ["Left", "Right"];
    await page.keyboard.press(`Alt+Arrow${on}`);
    await page.keyboard.press(`Alt+Arrow${on}`);
    await page.keyboard.press(`Alt+Arrow${back}`);
    await page.keyboard.press("Alt+ArrowDown");
    expect(await moves(page)).toEqual([
      [0, 1],
      [1, 2],
      [2, 1],
    ]);
  });
}

test("rows of a grid move within a line and to another", async ({ page }) => {
  await open(page, { lanes: "3", gap: "8" }, "width:400px");
  await drag(page, 0, 5, [0.25, 0.5]);
  const line = await page.locator("#drop").boundingBox();
  const row = await page.getByText("Row 5", { exact: true }).boundingBox();
  expect(Math.abs(line.x + line.width / 2 - (row.x - 4))).toBeLessThan(2);
  await page.mouse.up();
  expect(await moves(page)).toEqual([[0, 4]]);
  await drag(page, 2, 1, [0.25, 0.5]);
  await page.mouse.up();
  expect((await moves(page))[1]).toEqual([1, 0]);
  await page.getByText("Row 2", { exact: true }).evaluate((row) => {
    row.tabIndex = -1;
    row.focus();
  });
  await page.keyboard.press("Alt+ArrowDown");
  await page.keyboard.press("Alt+ArrowRight");
  expect((await moves(page)).slice(2)).toEqual([
    [0, 3],
    [3, 4],
  ]);
});

test("rows of a masonry move", async ({ page }) => {
  await open(page, { lanes: "3", gap: "8", masonry: "" }, "width:400px");
  await drag(page, 1, 8, [0.5, 0.25]);
  await page.mouse.up();
  expect(await moves(page)).toEqual([[1, 7]]);
});

test("a window scroller scrolls at the window's edge, and lands there", async ({ page }) => {
  await open(page, { scroller: "window" }, "height:auto");
  const row = page.getByText("Row 1", { exact: true });
  await expect(async () => {
    await row.click();
    await expect(row).toBeFocused({ timeout: 500 }); // the part that focuses it has loaded
  }).toPass();
  const { height } = page.viewportSize();
  await drag(page, 1, 4);
  await page.mouse.move(50, height - 4);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(1500);
  await page.mouse.move(50, height / 2);
  await settled(page);
  await page.mouse.up();
  const [from, to] = (await moves(page))[0];
  expect(from).toBe(1);
  expect(to).toBeGreaterThan(30);
  await settled(page);
  await expect(row).toBeFocused();
  const box = await row.boundingBox();
  expect(Math.abs(box.y + box.height / 2 - height / 2)).toBeLessThanOrEqual(41);
});
