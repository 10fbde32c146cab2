// Where the focus goes: into the list, from row to row, out of it and back.
import { expect, test } from "../browser.js";
import { enter as enterList, openList, settled, typeAhead, visible } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

const focused = (page) => page.evaluate(() => document.activeElement?.textContent);

/** A list between two buttons. */
async function openBetween(page, count, attributes) {
  await openList(page, count, attributes);
  await page.evaluate(() => {
    for (const where of ["before", "after"]) {
      const button = document.createElement("button");
      button.textContent = where;
      list[where](button);
    }
  });
}

/** Tabs into the list from the button before it. */
async function enter(page) {
  await page.getByText("before").focus();
  await enterList(page);
}

for (const role of ["listbox", "feed"]) {
  test(`a scrolled ${role} takes the focus at its first visible row`, async ({ page }) => {
    await openBetween(page, 10_000, { role });
    await page.evaluate(() => list.scrollToIndex(5000));
    await settled(page);
    await enter(page);
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => focused(page)).toMatch(/^Row 500[01]$/);
    expect((await visible(page)).some(({ index }) => index === 5001)).toBe(true);
  });

  test(`Tab out of a ${role} and back returns to the row, which splices move`, async ({ page }) => {
    await openBetween(page, 10_000, { role });
    await page.evaluate(() => list.scrollToIndex(5000));
    await settled(page);
    await enter(page);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    const row = await focused(page);
    expect(row).toMatch(/^Row 500[12]$/);
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("after");
    await page.evaluate(() => {
      list.splice(0, 0, makeItems(7));
      list.scrollToIndex(0);
    });
    await settled(page);
    await page.keyboard.press("Shift+Tab");
    await expect.poll(() => focused(page)).toBe(row);
    expect((await visible(page)).some(({ text }) => text === row)).toBe(true);
    await page.keyboard.press("Shift+Tab");
    expect(await focused(page)).toBe("before");
    await page.keyboard.press("Tab");
    await expect.poll(() => focused(page)).toBe(row);
  });
}

test("a row that is clicked takes the focus", async ({ page }) => {
  await openBetween(page, 1000, { role: "listbox" });
  await enter(page);
  await page.getByText("Row 2", { exact: true }).click();
  expect(await focused(page)).toBe("Row 2");
  await page.keyboard.press("ArrowDown");
  expect(await focused(page)).toBe("Row 3");
});

test("an emptied list keeps the focus, and is left by Tab", async ({ page }) => {
  await openBetween(page, 5, { role: "listbox" });
  await page.getByText("before").focus();
  await page.keyboard.press("Tab");
  await expect.poll(() => focused(page)).toBe("Row 0");
  await page.evaluate(() => list.splice(0, 5));
  await expect(page.locator("apus-list")).toBeFocused();
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("after");
});

/** Opens a listbox whose only row that begins with "zebra" is its last, and focuses row 0. */
async function openZebra(page, count) {
  await openBetween(page, 0, { role: "listbox" });
  await page.evaluate((count) => {
    const items = makeItems(count);
    items[count - 1].name = "zebra";
    window.asked = 0;
    list.textOf = (item) => {
      asked++;
      return item.name;
    };
    list.items = items;
  }, count);
  await settled(page);
  await page.getByText("before").focus();
  await page.keyboard.press("Tab");
  await expect.poll(() => focused(page)).toBe("Row 0");
}

test("type-ahead reaches a row beyond any number of others, and lets the page work", async ({
  page,
}) => {
  await openZebra(page, 1_000_000);
  await page.evaluate(() => {
    window.turns = 0;
    const turn = () => {
      turns++;
      if (document.activeElement.textContent !== "zebra") setTimeout(turn);
    };
    list.addEventListener("keydown", () => setTimeout(turn), { once: true });
  });
  await typeAhead(page, "ze");
  await expect.poll(() => focused(page)).toBe("zebra");
  expect(await page.evaluate(() => turns)).toBeGreaterThan(3);
  expect((await visible(page)).some(({ text }) => text === "zebra")).toBe(true);
});

test("the next key ends a type-ahead", async ({ page }) => {
  await openZebra(page, 1_000_000);
  // After its first turn the search waits for the next key, however long that takes.
  await page.evaluate(() => {
    const { setTimeout } = window;
    window.setTimeout = (resume) => {
      window.setTimeout = setTimeout;
      list.addEventListener("keydown", () => setTimeout(resume), { once: true });
    };
  });
  await page.keyboard.press("z");
  await page.waitForFunction(() => asked > 0);
  await page.keyboard.press("ArrowDown");
  const before = await page.evaluate(() => asked);
  await settled(page);
  expect(await page.evaluate(() => asked)).toBe(before);
  expect(before).toBeLessThan(999_999);
  expect(await focused(page)).toBe("Row 1");
});

test("in a feed, Page Down moves by article, also from within one; Control+End and Control+Home leave it", async ({
  page,
}) => {
  await openBetween(page, 1000, { role: "feed" });
  await page.evaluate(() => {
    list.renderItem = (item, index, row) => {
      render(item, index, row);
      const button = document.createElement("button");
      button.textContent = `like ${item.id}`;
      row.append(button);
    };
  });
  await settled(page);
  await enter(page);
  await page.keyboard.press("PageDown");
  await expect.poll(() => focused(page)).toBe("Row 1like 1");
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("like 1");
  await page.keyboard.press("PageDown");
  expect(await focused(page)).toBe("Row 2like 2");
  await page.keyboard.press("Control+End");
  await expect.poll(() => focused(page)).toBe("after");
  await page.getByText("like 2", { exact: true }).focus();
  await page.keyboard.press("Control+Home");
  await expect.poll(() => focused(page)).toBe("before");
});

test("a list of unknown length says so, and a feed is busy while a page loads", async ({
  page,
}) => {
  await openBetween(page, 0, { role: "feed" });
  await page.evaluate(() => {
    list.source = {
      pageSize: 20,
      getRange: (start, end) =>
        new Promise((resolve) => {
          window.answer = (count) => resolve(makeItems(start + count).slice(start, end));
        }),
    };
  });
  await expect(page.locator("apus-list")).toHaveAttribute("aria-busy", "true");
  await page.waitForFunction(() => window.answer);
  await page.evaluate(() => answer(20));
  const row = page.getByText("Row 0", { exact: true });
  await expect(row).toHaveAttribute("aria-setsize", "-1");
  await page.evaluate(() => list.scrollToIndex(30));
  await settled(page);
  await page.evaluate(() => answer(5));
  await expect(page.locator("apus-list")).not.toHaveAttribute("aria-busy");
  await page.evaluate(() => list.scrollToIndex(0));
  await expect(row).toHaveAttribute("aria-setsize", "25");
});

test("movable rows name the keys that move them", async ({ page }) => {
  await openBetween(page, 100, { reorder: "" });
  const row = page.getByText("Row 0", { exact: true });
  const names = (keys) => expect(row).toHaveAttribute("aria-keyshortcuts", keys);
  const set = (name, value) =>
    page.evaluate(([name, value]) => list.setAttribute(name, value), [name, value]);
  const up = "Alt+ArrowUp Alt+ArrowDown";
  const across = "Alt+ArrowLeft Alt+ArrowRight";
  await names(up);
  await set("axis", "x");
  await names(across);
  await set("axis", "y");
  await set("lanes", "2");
  await names(`${up} ${across}`);
  await set("masonry", "");
  await names(`${up} ${across}`);
  await page.evaluate(() => list.removeAttribute("reorder"));
  await expect(row).not.toHaveAttribute("aria-keyshortcuts");
});

test("the row that takes the place of a removed one gets the focus, and none moves", async ({
  page,
}) => {
  await openBetween(page, 1000, { role: "listbox" });
  await page.evaluate(() => list.scrollToIndex(500));
  await settled(page);
  await enter(page);
  expect(await focused(page)).toBe("Row 500");
  await page.evaluate(() => list.scrollBy(0, 10));
  await settled(page);
  const before = new Map((await visible(page)).map(({ text, top }) => [text, top]));
  await page.evaluate(() => list.splice(499, 2));
  await expect.poll(() => focused(page)).toBe("Row 501");
  await settled(page);
  const after = (await visible(page)).filter(({ text }) => before.has(text));
  expect(after.length).toBeGreaterThan(2);
  for (const { text, top } of after) expect(top, text).toBeCloseTo(before.get(text), 1);
});
