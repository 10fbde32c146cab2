// With keyOf, assigned items keep the rows whose key is in both lists.
import { expect, test } from "../browser.js";
import { expectCovered, keysCompared, openList, settled, visible } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

/** A list with keys, whose rows have a field. */
async function openKeyed(page, count) {
  await openList(page, 0);
  await page.evaluate((count) => {
    window.rendered = [];
    list.keyOf = (item) => item.id;
    list.renderItem = (item, _index, element) => {
      rendered.push(item.id);
      element.className = "row";
      element.style.height = `${item.height}px`;
      const field = document.createElement("input");
      element.replaceChildren(item.name, field);
    };
    list.items = makeItems(count);
    /** The mounted row of an item. */
    window.rowOf = (id) =>
      [...list.querySelectorAll(".row")].find((row) => row.textContent === `Row ${id}`);
  }, count);
  await page.waitForFunction(() => list.range.end > 0);
  await settled(page);
  await keysCompared(page);
}

test("filtering, adding and moving rows keep fields, focus and selection", async ({ page }) => {
  await openKeyed(page, 2000);
  await page.evaluate(() => list.scrollToIndex(1000));
  await settled(page);
  await page.evaluate(() => {
    const field = rowOf(1003).querySelector("input");
    window.kept = [rowOf(1001), rowOf(1003), field];
    field.value = "typed";
    field.focus();
    field.setSelectionRange(1, 3);
  });
  const state = () =>
    page.evaluate(() => [
      kept[0] === rowOf(1001),
      kept[1] === rowOf(1003),
      document.activeElement === kept[2],
      kept[2].value,
      kept[2].selectionStart,
      kept[2].selectionEnd,
    ]);
  const change = {
    filtered: () => {
      list.items = list.items.filter(({ id }) => id % 2 === 1);
    },
    prepended: () => {
      list.items = [{ id: -1, name: "Row -1", height: 50 }, ...list.items];
    },
    changed: () => {
      list.items = list.items.map((item) => (item.id === 1005 ? { ...item } : item));
    },
    moved: () => {
      const items = [...list.items];
      const from = items.findIndex(({ id }) => id === 1003);
      items.splice(from - 1, 0, ...items.splice(from, 1));
      list.items = items;
    },
  };
  for (const [name, act] of Object.entries(change)) {
    await page.evaluate(act);
    await settled(page);
    expect(await state(), name).toEqual([true, true, true, "typed", 1, 3]);
    await expectCovered(page);
  }
});

test("changed objects far apart render only themselves", async ({ page }) => {
  await openKeyed(page, 5000);
  await page.evaluate(() => {
    rendered.length = 0;
    const { first, last } = { first: list.range.start, last: list.range.end - 1 };
    window.changed = [first, last];
    list.items = list.items.map((item, i) =>
      i === first || i === last || i === 4000 ? { ...item } : item,
    );
  });
  await settled(page);
  expect(await page.evaluate(() => rendered)).toEqual(await page.evaluate(() => changed));
});

test("filtering leaves the rows that remain in place, at their sizes", async ({ page }) => {
  await openKeyed(page, 5000);
  await page.evaluate(() => list.scrollToIndex(3000));
  await settled(page);
  const places = async () =>
    Object.fromEntries((await visible(page)).map(({ text, top }) => [text, Math.round(top)]));
  const before = await places();
  await page.evaluate(() => {
    window.all = list.items;
    list.items = all.filter(({ id }) => id > 2000 && (id < 2900 || id >= 3000));
  });
  await settled(page);
  expect((await places())["Row 3001"]).toBe(before["Row 3001"]);
  await page.evaluate(() => {
    list.items = all;
  });
  await settled(page);
  expect((await places())["Row 3001"]).toBe(before["Row 3001"]);
  // The first row in view goes: the next one stays where it is.
  await page.evaluate(() => {
    list.items = all.filter(({ id }) => id !== 3000);
  });
  await settled(page);
  expect((await places())["Row 3001"]).toBe(before["Row 3001"]);
  await expectCovered(page);
});

test("after sorting, the view is where its first row is", async ({ page }) => {
  await openKeyed(page, 3000);
  await page.evaluate(() => list.scrollToIndex(2000));
  await settled(page);
  const [{ text, top }] = await visible(page);
  await page.evaluate(() => {
    list.items = [...list.items].reverse();
  });
  await settled(page);
  const row = (await visible(page)).find((row) => row.text === text);
  expect(row.index).toBe(2999 - 2000);
  expect(row.top).toBeCloseTo(top, 0);
  await expectCovered(page);
});

test("a focused row out of view moves, and the view stays", async ({ page }) => {
  await openKeyed(page, 3000);
  const field = page.getByText("Row 1", { exact: true }).locator("input");
  await field.focus();
  await page.evaluate(() => list.scrollToIndex(2000));
  await expect(page.locator("[data-away] input")).toBeFocused();
  const [{ text, top }] = await visible(page);
  for (const to of [2999, 1]) {
    await page.evaluate((to) => {
      const items = list.items.filter(({ id }) => id !== 1);
      items.splice(
        to,
        0,
        list.items.find(({ id }) => id === 1),
      );
      list.items = items;
    }, to);
    await settled(page);
    await expect(field).toBeFocused();
    const row = (await visible(page)).find((row) => row.text === text);
    expect(row?.top).toBeCloseTo(top, 0);
    await expectCovered(page);
  }
});

test("rows stay selected through filters and sorting", async ({ page }) => {
  await openKeyed(page, 3000);
  const selected = () =>
    page.evaluate(() => {
      const ids = list.selected.flatMap(({ start, end }) => list.items.slice(start, end));
      return ids.map(({ id }) => id).sort((a, b) => a - b);
    });
  await page.evaluate(() => {
    list.selection = "multiple";
    list.select([
      { start: 10, end: 16 },
      { start: 2000, end: 2001 },
    ]);
  });
  await page.evaluate(() => {
    list.items = list.items.filter(({ id }) => id % 3);
  });
  expect(await selected()).toEqual([10, 11, 13, 14, 2000]);
  await page.evaluate(() => {
    list.items = [...list.items].reverse();
  });
  expect(await selected()).toEqual([10, 11, 13, 14, 2000]);
  await page.evaluate(() => list.scrollToIndex(list.items.findIndex(({ id }) => id === 13)));
  await settled(page);
  const marked = () =>
    page.evaluate(() =>
      [...list.querySelectorAll("[aria-selected=true]")].map((row) => row.textContent).sort(),
    );
  await expect.poll(marked).toEqual(["Row 10", "Row 11", "Row 13", "Row 14"]);
});

test("two items with one key are two rows, and warned of once", async ({ page }) => {
  const warnings = [];
  page.on("console", (message) => {
    if (message.type() === "warning") warnings.push(message.text());
  });
  await openKeyed(page, 100);
  await page.evaluate(() => {
    for (let n = 0; n < 3; n++)
      list.items = [list.items[1], { ...list.items[1] }, ...makeItems(50)];
  });
  await settled(page);
  expect((await visible(page)).slice(0, 3).map(({ text }) => text)).toEqual([
    "Row 1",
    "Row 1",
    "Row 0",
  ]);
  expect(warnings.filter((text) => text.includes("keyOf"))).toHaveLength(1);
  await expectCovered(page);
});

for (const seed of [1, 2, 3]) {
  test(`any assignment shows its items, in order (${seed})`, async ({ page }) => {
    await openKeyed(page, 300);
    const wrong = await page.evaluate(async (seed) => {
      let state = seed;
      const random = (below) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
      };
      let id = 1000;
      const elements = new Map();
      for (let step = 0; step < 60; step++) {
        elements.clear();
        const { start, end } = list.range;
        for (const row of list.querySelectorAll(".row")) {
          const index = Number(row.ariaPosInSet) - 1;
          if (index >= start && index < end) elements.set(list.items[index].id, row);
        }
        let items = [...list.items];
        for (let n = random(3); n >= 0; n--) {
          const kind = random(6);
          const at = random(items.length + 1);
          if (kind === 0) items = items.filter(() => random(3));
          else if (kind === 1) {
            const count = random(60);
            const more = Array.from({ length: count }, () => {
              id++;
              return { id, name: `Row ${id}`, height: 30 + random(100) };
            });
            items.splice(at, 0, ...more);
          } else if (kind === 2) items.splice(random(items.length + 1), 0, ...items.splice(at, 1));
          else if (kind === 3) items = items.map((item) => (random(4) ? item : { ...item }));
          else if (kind === 4 && random(4) === 0) items.sort((a, b) => a.height - b.height);
          else if (kind === 5) items.splice(at, random(30));
        }
        list.items = items;
        if (random(2)) list.scrollTop = random(list.scrollHeight);
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        const box = list.getBoundingClientRect();
        let bottom;
        let before = -1;
        for (const row of list.querySelectorAll(".row")) {
          const index = Number(row.ariaPosInSet) - 1;
          const rect = row.getBoundingClientRect();
          if (row.textContent !== items[index]?.name)
            return `step ${step}: ${row.textContent} at ${index}`;
          if (index <= before) return `step ${step}: ${index} after ${before}`;
          const kept = elements.get(items[index].id);
          if (kept?.isConnected && kept !== row && rowOf(items[index].id) !== kept)
            return `step ${step}: ${index} has another element`;
          if (index === before + 1 && Math.abs(rect.top - bottom) > 0.1)
            return `step ${step}: a gap at ${index}`;
          ({ bottom } = rect);
          before = index;
        }
        const { scrollHeight } = list;
        const total = items.reduce((sum, { height }) => sum + height, 0);
        if (bottom < box.bottom - 1 && total > 600)
          return `step ${step}: not covered, ${scrollHeight}`;
      }
      return "";
    }, seed);
    expect(wrong).toBe("");
  });
}
