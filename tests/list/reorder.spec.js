// Rows dragged in lists of every shape, and what ends a drag.
import { expect, test } from "../browser.js";
import { openList, settled } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

/**
 * A reorderable list of `count` rows of 100 × 40 px, "Row 0" and so on.
 * @param {import("@playwright/test").Page} page @param {Record<string, string>} [attributes]
 */
async function open(page, attributes = {}, style = "", count = 200) {
  await openList(page, 0, { reorder: "", estimate: "40", ...attributes });
  await page.evaluate(
    ([style, count]) => {
      list.style.cssText += `;${style}`;
      list.renderItem = (item, _index, element) => {
        element.className = "row";
        element.style.cssText = `height:${item.px}px;width:100px`;
        element.textContent = item.name;
      };
      list.items = makeItems(count).map(({ name }) => ({ name, px: 40 }));
      window.moves = [];
      list.addEventListener("reorder", ({ detail }) => moves.push([detail.from, detail.to]));
    },
    [style, count],
  );
  await page.waitForFunction(() => list.range.end > 0);
  // The parts of the shape load after the first rows.
  if (attributes.axis || attributes.lanes)
    await page.waitForFunction(() => {
      const [a, b] = [...list.querySelectorAll(".row")].map((row) => row.getBoundingClientRect());
      return b && a.left !== b.left;
    });
  await expect.poll(() => page.evaluate(() => !!list.shadowRoot.getElementById("drop"))).toBe(true);
  await settled(page);
}

/**
 * Presses on the middle of a row and moves to a share of another row's box.
 * @param {import("@playwright/test").Page} page @param {number} from @param {number} over
 */
async function drag(page, from, over, [x, y] = [0.5, 0.75]) {
  const box = async (/** @type {number} */ index) => {
    const row = page.getByText(`Row ${index}`, { exact: true });
    return /** @type {{ x: number, y: number, width: number, height: number }} */ (
      await row.boundingBox()
    );
  };
  const [start, end] = [await box(from), await box(over)];
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 3 });
  await page.mouse.move(end.x + end.width * x, end.y + end.height * y);
  await settled(page);
}

const moves = (page) => page.evaluate(() => moves);
const names = (page, count) =>
  page.evaluate((count) => list.items.slice(0, count).map(({ name }) => name), count);
const dragging = (page) => page.locator("[data-dragging]");

test("a dragged row that is removed meanwhile moves nothing", async ({ page }) => {
  await open(page);
  await drag(page, 2, 5);
  await expect(dragging(page)).toHaveText("Row 2");
  await page.evaluate(() => list.splice(2, 1));
  await expect(dragging(page)).toHaveCount(0);
  await page.mouse.up();
  await settled(page);
  expect(await moves(page)).toEqual([]);
  expect(await names(page, 4)).toEqual(["Row 0", "Row 1", "Row 3", "Row 4"]);

  await drag(page, 3, 6);
  await page.evaluate(() => {
    list.items = [];
    list.items = makeItems(50).map(({ id }) => ({ name: `New ${id}`, px: 40 }));
  });
  await page.mouse.up();
  await settled(page);
  expect(await moves(page)).toEqual([]);
  await expect(page.locator("#drop")).toBeHidden();
});

test("a dragged row moves to the place under the pointer after rows were inserted", async ({
  page,
}) => {
  await open(page);
  await drag(page, 2, 5);
  await page.evaluate(() => {
    list.splice(0, 0, [{ name: "New", px: 40 }]);
  });
  await settled(page);
  await page.mouse.up();
  expect((await moves(page))[0][0]).toBe(3);
});

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

test("a window scroller scrolls at the window's edge", async ({ page }) => {
  await open(page, { scroller: "window" }, "height:auto");
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
  const box = await page.getByText("Row 1", { exact: true }).boundingBox();
  expect(Math.abs(box.y + box.height / 2 - height / 2)).toBeLessThanOrEqual(41);
});

test("a row keeps its frame's document, its scroll position and its focus", async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    list.renderItem = (item, _index, element) => {
      element.className = "row";
      element.style.cssText = "height:60px;width:300px";
      if (element.firstChild?.title === item.name) return;
      const frame = document.createElement("iframe");
      frame.title = item.name;
      frame.style.cssText = "width:60px;height:30px;pointer-events:none";
      element.replaceChildren(frame, item.name);
    };
  });
  await settled(page);
  await page.evaluate(() => {
    for (const frame of document.querySelectorAll("iframe")) {
      frame.contentWindow.mark = frame.title;
    }
  });
  const marks = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("iframe")].slice(0, 6).map(({ contentWindow, title }) => ({
        title,
        mark: contentWindow.mark,
      })),
    );
  const order = ["Row 0", "Row 2", "Row 3", "Row 4", "Row 1", "Row 5"];
  const box = async (name) =>
    page.locator(".row", { hasText: new RegExp(`^${name}$`) }).boundingBox();
  const [from, to] = [await box("Row 1"), await box("Row 4")];
  await page.mouse.move(200, from.y + 30);
  await page.mouse.down();
  await page.mouse.move(200, to.y + 50, { steps: 4 });
  await settled(page);
  await page.mouse.up();
  await settled(page);
  expect(await marks()).toEqual(order.map((name) => ({ title: name, mark: name })));
  await page.evaluate(() => {
    const row = list.querySelectorAll(".row")[1];
    row.tabIndex = -1;
    row.focus();
  });
  await page.keyboard.press("Alt+ArrowUp");
  await settled(page);
  expect((await marks()).slice(0, 2)).toEqual([
    { title: "Row 2", mark: "Row 2" },
    { title: "Row 0", mark: "Row 0" },
  ]);
  expect(await page.evaluate(() => document.activeElement.textContent)).toBe("Row 2");
});

test("Escape and a cancelled pointer end the drag; a dialog stays open", async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    const dialog = document.createElement("dialog");
    dialog.append(list);
    document.body.append(dialog);
    dialog.showModal();
    list.style.cssText = "width:300px;height:400px";
  });
  await settled(page);
  await drag(page, 1, 4);
  await page.keyboard.press("Escape");
  await expect(dragging(page)).toHaveCount(0);
  await expect(page.locator("#drop")).toBeHidden();
  await page.mouse.up();
  await expect(page.locator("dialog")).toBeVisible();

  await drag(page, 1, 4);
  await page.evaluate(() => dispatchEvent(new PointerEvent("pointercancel", { pointerId: 77 })));
  await settled(page);
  await expect(dragging(page)).toHaveCount(1); // another pointer's
  await page.evaluate(() => dispatchEvent(new PointerEvent("pointercancel", { pointerId: 1 })));
  await expect(dragging(page)).toHaveCount(0);
  await page.mouse.up();
  expect(await moves(page)).toEqual([]);

  // a move is announced where the dialog does not hide it
  await page.getByText("Row 1", { exact: true }).evaluate((row) => {
    row.tabIndex = -1;
    row.focus();
  });
  await page.keyboard.press("Alt+ArrowDown");
  await expect(page.locator("dialog > [aria-live]")).toHaveText("3 / 200");
});

test("a press in a text field is no drag, one on a picture is", async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    list.renderItem = (item, _index, element) => {
      element.className = "row";
      element.style.cssText = "height:40px;width:300px";
      const field = document.createElement("input");
      field.value = item.name;
      field.ariaLabel = item.name;
      const picture = document.createElement("img");
      picture.alt = `Picture of ${item.name}`;
      picture.src =
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='30' height='30'/%3E";
      element.replaceChildren(picture, field);
    };
  });
  await settled(page);
  const middle = async (locator) => {
    const box = await locator.boundingBox();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  for (const [from, count] of [
    [page.getByLabel("Row 1", { exact: true }), 0],
    [page.getByAltText("Picture of Row 1", { exact: true }), 1],
  ]) {
    const [x, y] = await middle(from);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y + 60, { steps: 4 });
    await page.mouse.move(x, y + 100, { steps: 4 });
    await settled(page);
    await page.mouse.up();
    expect((await moves(page)).length).toBe(count);
  }
  await page.getByLabel("Row 0", { exact: true }).focus();
  await page.keyboard.press("Alt+ArrowDown");
  expect((await moves(page)).length).toBe(1);
});
