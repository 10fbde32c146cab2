// Selecting rows: with the pointer, the keyboard and the API.
import { violationsOf } from "../axe.js";
import { expect, test } from "../browser.js";
import { openList, settled, typeAhead } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

const focused = (page) => page.evaluate(() => document.activeElement?.textContent);
const row = (page, index) => page.getByText(`Row ${index}`, { exact: true });
/** The selected rows as `0-2 5`, both ends included. */
const selected = (page) =>
  page.evaluate(() =>
    list.selected
      .map(({ start, end }) => (end - start > 1 ? `${start}-${end - 1}` : `${start}`))
      .join(" "),
  );

async function openSelectable(page, selection, count = 1000) {
  await openList(page, count, { selection });
  await expect(page.locator("apus-list")).toHaveRole("listbox");
  await expect(row(page, 0)).toHaveAttribute("aria-selected", "false");
  await expect(async () => {
    await row(page, 0).click({ position: { x: 1, y: 1 } });
    await expect(row(page, 0)).toBeFocused({ timeout: 500 }); // the keys have loaded
  }).toPass();
  await page.evaluate(() => {
    list.clearSelection();
    document.activeElement.blur();
    window.told = [];
    list.addEventListener("selectionchange", ({ detail }) => told.push(detail));
  });
}

test("a press selects one row; Control adds and removes; Shift selects a range", async ({
  page,
}) => {
  await openSelectable(page, "multiple");
  await row(page, 1).click();
  expect(await selected(page)).toBe("1");
  await row(page, 3).click({ modifiers: ["Control"] });
  expect(await selected(page)).toBe("1 3");
  await row(page, 5).click({ modifiers: ["Shift", "Control"] });
  expect(await selected(page)).toBe("1 3-5");
  await row(page, 1).click({ modifiers: ["Shift", "Control"] });
  expect(await selected(page)).toBe("1-3");
  await row(page, 2).click({ modifiers: ["Control"] });
  expect(await selected(page)).toBe("1 3");
  await row(page, 4).click({ modifiers: ["Shift"] });
  expect(await selected(page)).toBe("2-4");
  expect(await page.evaluate(() => getSelection().isCollapsed)).toBe(true);
  await row(page, 0).click();
  expect(await selected(page)).toBe("0");
  expect(await page.evaluate(() => told.length)).toBe(7);
  expect(await page.evaluate(() => told.at(-1))).toEqual({
    ranges: [{ start: 0, end: 1 }],
    count: 1,
  });
  await expect(row(page, 0)).toHaveAttribute("aria-selected", "true");
  await expect(row(page, 3)).toHaveAttribute("aria-selected", "false");
  await expect(page.locator("apus-list")).toHaveAttribute("aria-multiselectable", "true");
});

test("keys: arrows move without selecting, Space toggles, Shift selects ranges, Control+A all", async ({
  page,
}) => {
  await openSelectable(page, "multiple");
  await row(page, 2).click();
  await page.keyboard.press("ArrowDown");
  expect(await selected(page)).toBe("2");
  await page.keyboard.press("Space");
  expect(await selected(page)).toBe("2-3");
  await page.keyboard.press("Space");
  expect(await selected(page)).toBe("2");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  expect(await selected(page)).toBe("2 4-6");
  await page.keyboard.press("Shift+ArrowUp");
  expect(await selected(page)).toBe("2 4-5");
  await page.keyboard.press("Control+Shift+Home");
  expect(await selected(page)).toBe("0-4");
  expect(await focused(page)).toBe("Row 0");
  await page.keyboard.press("End");
  await page.keyboard.press("Shift+Space");
  expect(await selected(page)).toBe("4-999");
  await page.keyboard.press("Control+a");
  expect(await selected(page)).toBe("0-999");
  expect(await page.evaluate(() => told.at(-1).count)).toBe(1000);
  await page.keyboard.press("Enter");
  expect(await selected(page)).toBe("0-998");
});

test("a single selection takes one row, and Control releases it", async ({ page }) => {
  await openSelectable(page, "single");
  await row(page, 1).click();
  await row(page, 3).click({ modifiers: ["Shift"] });
  expect(await selected(page)).toBe("3");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  expect(await selected(page)).toBe("3");
  await page.keyboard.press("Enter");
  expect(await selected(page)).toBe("5");
  await page.keyboard.press("Space");
  expect(await selected(page)).toBe("5");
  await page.keyboard.press("Control+Space");
  expect(await selected(page)).toBe("");
  await expect(page.locator("apus-list")).not.toHaveAttribute("aria-multiselectable");
  expect(await page.evaluate(() => told.map(({ count }) => count))).toEqual([1, 1, 1, 0]);
});

test("the focus enters at the selected row, also before selecting has loaded", async ({ page }) => {
  const held = new Promise((resolve) => page.route(/\/selection-/, resolve, { times: 1 }));
  await openList(page, 1000, { selection: "multiple" });
  await page.evaluate(() => list.select([{ start: 700, end: 702 }]));
  await page.keyboard.press("Tab");
  await expect.poll(() => focused(page)).toBe("Row 700");
  await (await held).continue();
  await expect(row(page, 700)).toHaveAttribute("aria-selected", "true");
});

test("a press on a control in a row, and Space while typing ahead, select nothing", async ({
  page,
}) => {
  await openSelectable(page, "multiple");
  await page.evaluate(() => {
    list.renderItem = (item, index, element) => {
      render(item, index, element);
      const button = document.createElement("button");
      button.textContent = `open ${item.id}`;
      element.append(button);
    };
  });
  await page.getByText("open 2", { exact: true }).click();
  expect(await selected(page)).toBe("");
  await page.evaluate(() => {
    list.renderItem = render;
  });
  await row(page, 1).click({ modifiers: ["Control"] });
  await typeAhead(page, "row 77");
  await expect.poll(() => focused(page)).toBe("Row 77");
  expect(await selected(page)).toBe("1");
});

test("the API: any ranges, checked; no event; rows know it when they come into view", async ({
  page,
}) => {
  await openSelectable(page, "multiple");
  const errors = await page.evaluate(() => {
    list.select([
      { start: 500, end: 600 },
      { start: 0, end: 3 },
      { start: 2, end: 4 },
    ]);
    return [[{ start: 0, end: 1001 }], [{ start: -1, end: 2 }], [{}], [5]].map((ranges) => {
      try {
        list.select(ranges);
      } catch (error) {
        return error.name;
      }
      return "";
    });
  });
  expect(errors).toEqual(["RangeError", "RangeError", "TypeError", "TypeError"]);
  expect(await selected(page)).toBe("0-3 500-599");
  expect(await page.evaluate(() => [499, 500, 599, 600].map((i) => list.isSelected(i)))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  await page.evaluate(() => list.scrollToIndex(600, { align: "center" }));
  await expect(row(page, 599)).toHaveAttribute("aria-selected", "true");
  await expect(row(page, 600)).toHaveAttribute("aria-selected", "false");
  await page.evaluate(() => list.clearSelection());
  await expect(row(page, 599)).toHaveAttribute("aria-selected", "false");
  expect(await page.evaluate(() => told)).toEqual([]);
});

test("the selection moves with its rows", async ({ page }) => {
  await openSelectable(page, "multiple");
  await page.evaluate(() => {
    list.setAttribute("reorder", "");
    list.select([{ start: 2, end: 6 }]);
    list.splice(0, 0, makeItems(3));
    list.splice(6, 1);
    list.splice(7, 0, [{ id: -1, name: "new", height: 40 }]);
  });
  expect(await selected(page)).toBe("5-6 8");
  await settled(page);
  const shown = await page.evaluate(() =>
    [...list.querySelectorAll('[aria-selected="true"]')].map((row) => row.textContent),
  );
  expect(shown).toEqual(["Row 2", "Row 4", "Row 5"]);
  await expect(page.getByText("new", { exact: true })).toHaveAttribute("aria-selected", "false");
  await page.getByText("new", { exact: true }).focus();
  await expect(page.getByText("new", { exact: true })).toHaveAttribute("aria-keyshortcuts", /Alt/);
  await page.getByText("Row 5", { exact: true }).click();
  await page.keyboard.press("Alt+ArrowDown");
  expect(await selected(page)).toBe("9");
  await expect(page.getByText("Row 5", { exact: true })).toHaveAttribute("aria-selected", "true");
  await page.evaluate(() => {
    list.items = list.items.slice(9);
  });
  expect(await selected(page)).toBe("0");
});

test("all rows of a source of a hundred million are one range, and a copy takes those it has", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openSelectable(page, "multiple", 5);
  await page.evaluate(() => {
    window.asked = 0;
    list.textOf = (item) => item.name;
    list.source = {
      length: 100_000_000,
      getRange: async (start, end) => {
        asked++;
        return Array.from({ length: end - start }, (_, i) => ({
          id: start + i,
          name: `Row ${start + i}`,
          height: 50,
        }));
      },
    };
    list.addEventListener("copied", ({ detail }) => {
      window.copied = detail;
    });
  });
  await row(page, 1).click();
  await page.keyboard.press("Control+a");
  expect(await page.evaluate(() => list.selected)).toEqual([{ start: 0, end: 100_000_000 }]);
  await expect(async () => {
    await page.keyboard.press("Control+c");
    const { rows, missing } = await page.evaluate(() => window.copied);
    expect(rows + missing).toBe(100_000_000);
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text.split("\n").length).toBe(rows);
  }).toPass();
  expect(await page.evaluate(() => asked)).toBeLessThan(10);
});

test("without the attribute nothing is selected; another value is an error that names it", async ({
  page,
}) => {
  await openSelectable(page, "multiple");
  await row(page, 1).click();
  await page.evaluate(() => {
    list.selection = "single";
  });
  await page.evaluate(() => list.select([{ start: 4, end: 5 }]));
  const message = await page.evaluate(() => {
    try {
      list.select([{ start: 0, end: 2 }]);
    } catch (error) {
      return error.message;
    }
    return "";
  });
  expect(message).toContain("one row");
  await page.evaluate(() => {
    list.selection = "";
  });
  await expect(page.locator("apus-list")).toHaveRole("list");
  await expect(row(page, 1)).toHaveRole("listitem");
  await expect(row(page, 1)).not.toHaveAttribute("aria-selected");
  expect(await selected(page)).toBe("");
  const error = await page.evaluate(
    () =>
      new Promise((resolve) => {
        list.addEventListener("error", ({ detail }) => resolve(detail.error.message));
        list.addEventListener("error", (event) => event.preventDefault()); // not logged
        list.setAttribute("selection", "some");
      }),
  );
  expect(error).toContain("selection");
});

test("a touch toggles", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ hasTouch: true, baseURL });
  const page = await context.newPage();
  await openSelectable(page, "multiple");
  await row(page, 1).tap();
  await row(page, 3).tap();
  expect(await selected(page)).toBe("1 3");
  await row(page, 1).tap();
  expect(await selected(page)).toBe("3");
  await context.close();
});

test("axe finds nothing in a selectable list", async ({ page }) => {
  for (const selection of ["single", "multiple"]) {
    await openSelectable(page, selection);
    await row(page, 1).click();
    await page.evaluate(() => list.scrollToIndex(500));
    await settled(page);
    expect(await violationsOf(page, { include: "apus-list" })).toEqual([]);
  }
});
