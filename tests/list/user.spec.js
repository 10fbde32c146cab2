// A user's actions: keys, focus, finding, copying, printing, moving rows.
import { violationsOf } from "../axe.js";
import { expect, test } from "../browser.js";
import { enter, openList, settled, typeAhead, visible } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

const focused = (page) => page.evaluate(() => document.activeElement?.textContent);

test("keys in a listbox: arrows, Page Down, End, Home, type-ahead", async ({ page }) => {
  await openList(page, 10_000, { role: "listbox" });
  await enter(page);
  expect(await focused(page)).toBe("Row 0");
  await page.keyboard.press("ArrowDown");
  expect(await focused(page)).toBe("Row 1");
  await page.keyboard.press("PageDown");
  expect(Number((await focused(page)).slice(4))).toBeGreaterThan(3);
  await page.keyboard.press("End");
  expect(await focused(page)).toBe("Row 9999");
  await page.keyboard.press("ArrowUp");
  expect(await focused(page)).toBe("Row 9998");
  await typeAhead(page, "row 77");
  await expect.poll(() => focused(page)).toBe("Row 77");
  await page.keyboard.press("Home");
  expect(await focused(page)).toBe("Row 0");
  const row = page.getByRole("option", { name: "Row 0", exact: true });
  await expect(row).toHaveAttribute("aria-setsize", "10000");
});

/** Focuses a row near the top and scrolls it away. */
async function focusRow(page, text) {
  // The part that follows the focus loads after the first rows: repeat until it has.
  await expect(async () => {
    await page.evaluate(() => list.scrollToIndex(0));
    await settled(page);
    await page.evaluate((text) => {
      const row = [...list.querySelectorAll(".row")].find((row) => row.textContent === text);
      row.tabIndex = -1;
      row.focus();
      list.scrollTop += 3000;
    }, text);
    await settled(page);
    expect(await focused(page)).toBe(text);
    expect(await page.evaluate(() => document.activeElement.hasAttribute("data-away"))).toBe(true);
  }).toPass();
}

test("focus stays on its row over ten thousand rows of scrolling", async ({ page }) => {
  await openList(page, 100_000);
  await page.locator("apus-list").focus();
  await focusRow(page, "Row 2");
  for (const index of [10_000, 90_000, 500]) {
    await page.evaluate((index) => list.scrollToIndex(index), index);
    await settled(page);
    expect(await focused(page)).toBe("Row 2");
  }
  // In the order of the document.
  const order = await page.evaluate(() =>
    [...list.querySelectorAll(".row")].map((row) => Number(row.ariaPosInSet)),
  );
  expect(order).toEqual([...order].sort((a, b) => a - b));
  await page.keyboard.press("ArrowDown");
  expect(await focused(page)).toBe("Row 3");
  expect((await visible(page)).some(({ text }) => text === "Row 3")).toBe(true);
});

test("a focused row that is removed out of view leaves the view where it is", async ({ page }) => {
  await openList(page, 1000);
  await focusRow(page, "Row 2");
  await page.evaluate(() => list.scrollToIndex(500));
  await expect.poll(async () => (await visible(page))[0].text).toBe("Row 500");
  await page.evaluate(() => list.splice(0, 10));
  await expect.poll(() => page.evaluate(() => document.activeElement === list)).toBe(true);
  await settled(page);
  expect((await visible(page))[0]).toMatchObject({ index: 490, text: "Row 500" });
});

test("when the focused row is removed, the next one gets the focus", async ({ page }) => {
  await openList(page, 1000, { role: "listbox" });
  await enter(page);
  await page.keyboard.press("ArrowDown");
  expect(await focused(page)).toBe("Row 1");
  await page.evaluate(() => list.splice(1, 1));
  await expect.poll(() => focused(page)).toBe("Row 2");
});

test("find() goes to matches in rows that are not rendered, forwards and backwards", async ({
  page,
}) => {
  await openList(page, 200_000);
  expect(await page.evaluate(() => list.find("row 1234"))).toBe(1234);
  expect((await visible(page)).some(({ text }) => text === "Row 1234")).toBe(true);
  expect(await page.evaluate(() => list.find())).toBe(12340);
  expect(await page.evaluate(() => list.find(undefined, { backwards: true }))).toBe(1234);
  expect(await page.evaluate(() => list.find((item) => item.id === 199_999))).toBe(199_999);
  const told = await page.evaluate(async () => {
    let detail;
    list.addEventListener("find", (event) => {
      detail = event.detail;
    });
    list.textOf = (item) => item.name;
    return [await list.find("no such row"), detail];
  });
  expect(told).toEqual([-1, { index: -1, query: "no such row", complete: true }]);
});

test("find() marks its match in text whose lower case is longer", async ({ page }) => {
  await openList(page, 10);
  const found = await page.evaluate(async () => {
    list.renderItem = (item, _, element) => {
      element.textContent = item;
    };
    list.textOf = (item) => item;
    list.items = ["İİ x", "row İstanbul"];
    const marked = () => [...CSS.highlights.get("apus-find")].map(String);
    return [await list.find("x"), ...marked(), await list.find("STANBUL"), ...marked()];
  });
  expect(found).toEqual([0, "x", 1, "stanbul"]);
});

test("Ctrl+A and copy include every row, rendered or not", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openList(page, 5000);
  await page.locator("apus-list").focus();
  await expect(async () => {
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+c");
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text.split("\n").length).toBe(5000);
    expect(text.split("\n")[4321]).toBe("Row 4321");
  }).toPass();
});

test("a selection spans rows that are not rendered", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openList(page, 5000);
  await page.locator("apus-list").focus();
  const select = (text) =>
    page.evaluate((text) => {
      const row = [...list.querySelectorAll(".row")].find((row) => row.textContent === text);
      const selection = getSelection();
      if (selection.isCollapsed) selection.setBaseAndExtent(row.firstChild, 0, row.firstChild, 3);
      else selection.extend(row.firstChild, 6);
    }, text);
  // The part that holds selections loads with the first focus.
  await expect(async () => {
    await page.evaluate(() => {
      getSelection().removeAllRanges();
      list.scrollToIndex(0);
    });
    await select("Row 1");
    await settled(page);
    await page.evaluate(() => list.scrollToIndex(3000));
    await settled(page);
    await select("Row 3001");
    await page.keyboard.press("Control+c");
    const lines = (await page.evaluate(() => navigator.clipboard.readText())).split("\n");
    expect(lines.length).toBe(3001);
    const ends = [lines[0], lines[1], lines.at(-2), lines.at(-1)];
    expect(ends).toEqual(["Row 1", "Row 2", "Row 3000", "Row 30"]);
  }).toPass();
});

test("printing shows every row up to a limit, and the number of the others", async ({ page }) => {
  await openList(page, 2500);
  await page.waitForFunction(() => list.shadowRoot.getElementById("more"));
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  expect(await page.locator(".row").count()).toBe(2000);
  expect(
    await page.evaluate(() => list.scrollHeight > 100_000 || list.offsetHeight > 100_000),
  ).toBe(true);
  expect(await page.evaluate(() => list.shadowRoot.getElementById("more").textContent)).toContain(
    "500",
  );
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await page.emulateMedia({ media: "screen" });
  await settled(page);
  expect(await page.locator(".row").count()).toBeLessThan(60);
  expect((await visible(page))[0]).toMatchObject({ index: 0, top: 0 });
});

test("rows move with Alt and arrow keys, and with the pointer, scrolling at the edge", async ({
  page,
}) => {
  await openList(page, 500, { reorder: "" });
  await page.evaluate(() => {
    window.moves = [];
    list.addEventListener("reorder", ({ detail }) => moves.push([detail.from, detail.to]));
  });
  await enter(page);
  await page.keyboard.press("Alt+ArrowDown");
  await page.keyboard.press("Alt+ArrowDown");
  await settled(page);
  expect(await focused(page)).toBe("Row 0");
  expect((await visible(page)).slice(0, 3).map(({ text }) => text)).toEqual([
    "Row 1",
    "Row 2",
    "Row 0",
  ]);
  expect(await page.evaluate(() => moves)).toEqual([
    [0, 1],
    [1, 2],
  ]);
  const [first] = await visible(page);
  await page.mouse.move(100, first.top + 5);
  await page.mouse.down();
  await page.mouse.move(100, 200, { steps: 3 });
  await page.mouse.move(100, 595, { steps: 3 });
  await expect.poll(() => page.evaluate(() => list.scrollTop)).toBeGreaterThan(1500);
  await page.mouse.up();
  await settled(page);
  const [from, to] = await page.evaluate(() => moves.at(-1));
  expect(from).toBe(0);
  expect(to).toBeGreaterThan(10);
  expect(await page.evaluate((to) => list.items[to].name, to)).toBe("Row 1");
});

test("a cancelled reorder moves nothing", async ({ page }) => {
  await openList(page, 50, { reorder: "" });
  await page.evaluate(() => list.addEventListener("reorder", (event) => event.preventDefault()));
  await enter(page);
  await page.keyboard.press("Alt+ArrowDown");
  expect(await page.evaluate(() => list.items[0].name)).toBe("Row 0");
});

for (const role of ["list", "listbox", "feed"]) {
  test(`axe finds nothing in a ${role}`, async ({ page }) => {
    await openList(page, 1000, { role, reorder: "" });
    await page.evaluate(() => list.scrollToIndex(500));
    await settled(page);
    expect(await violationsOf(page, { include: "apus-list" })).toEqual([]);
  });
}

test("a screen reader sees a list and its rows in order", async ({ page }) => {
  await openList(page, 1000);
  const tree = await page.locator("apus-list").ariaSnapshot();
  const names = tree.split("\n").filter((line) => line.includes("listitem"));
  expect(tree.split("\n")[0]).toContain('list "Rows"');
  expect(names.slice(0, 3).map((line) => line.trim())).toEqual([
    "- listitem: Row 0",
    "- listitem: Row 1",
    "- listitem: Row 2",
  ]);
});

test("with prefers-reduced-motion a smooth scroll jumps", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await openList(page, 10_000);
  const seen = await page.evaluate(async () => {
    const seen = new Set();
    list.scrollToIndex(5000, { behavior: "smooth" });
    while (list.range.start !== 5000) {
      seen.add(list.range.start);
      await new Promise(requestAnimationFrame);
    }
    return [...seen];
  });
  expect(seen).toEqual([0]);
  expect((await visible(page)).find(({ index }) => index === 5000).top).toBeCloseTo(0, 1);
});
