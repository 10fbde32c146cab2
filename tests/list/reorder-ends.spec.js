// What ends a drag, what starts none, and what a moved row keeps.
import { expect, test } from "../browser.js";
import { settled } from "./pages.js";
import { drag, dragging, moves, names, open } from "./reorder.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

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
