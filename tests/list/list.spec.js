import { expect, test } from "../browser.js";
import { expectCovered, openList, settled, visible } from "./pages.js";

// Any console error or uncaught exception fails its test.
test.beforeEach(({ problems }) => expect(problems).toEqual([]));

test("a million rows of different heights: only visible rows are in the document", async ({
  page,
}) => {
  await openList(page, 1_000_000);
  await expectCovered(page);
  expect(await page.locator(".row").count()).toBeLessThan(60);
  expect((await visible(page))[0]).toMatchObject({ index: 0, top: 0, text: "Row 0" });
});

test("scrollToIndex lands on the pixel, whatever is between", async ({ page }) => {
  await openList(page, 1_000_000);
  for (const index of [500_000, 3, 999_999, 123_456, 0]) {
    await page.evaluate((index) => list.scrollToIndex(index), index);
    const rows = await visible(page);
    const row = rows.find((row) => row.index === index);
    if (index === 999_999) expect(row.bottom).toBeCloseTo(600, 1);
    else expect(row.top).toBeCloseTo(0, 1);
    await settled(page);
    await expectCovered(page);
  }
});

test("scrollToIndex aligns at the start, the centre, the end or the nearest edge", async ({
  page,
}) => {
  await openList(page, 10_000);
  const at = async (align) => {
    await page.evaluate((align) => list.scrollToIndex(5000, { align }), align);
    return (await visible(page)).find((row) => row.index === 5000);
  };
  expect((await at("start")).top).toBeCloseTo(0, 1);
  expect((await at("end")).bottom).toBeCloseTo(600, 1);
  const row = await at("center");
  expect((row.top + row.bottom) / 2).toBeCloseTo(300, 1);
  const before = row.top;
  expect((await at("nearest")).top).toBeCloseTo(before, 1);
});

test("Page Down, End and Home scroll", async ({ page }) => {
  await openList(page, 100_000);
  await page.keyboard.press("Tab");
  await page.keyboard.press("End");
  await expect.poll(async () => (await visible(page)).at(-1)?.index).toBe(99_999);
  await expect.poll(async () => Math.round((await visible(page)).at(-1)?.bottom)).toBe(600);
  await page.keyboard.press("Home");
  await expect.poll(async () => (await visible(page))[0]).toMatchObject({ index: 0, top: 0 });
  await page.keyboard.press("PageDown");
  await expect.poll(async () => (await visible(page))[0]?.index).toBeGreaterThan(1);
  await settled(page);
  await expectCovered(page);
});

test("items replaced at each keystroke are rendered at once and exactly", async ({ page }) => {
  await openList(page, 135_233);
  const texts = await page.evaluate(async () => {
    const all = list.items;
    const seen = [];
    for (const query of ["1", "12", "123", "1234", "123", "12", ""]) {
      list.items = all.filter((item) => item.name.includes(query));
      await new Promise(requestAnimationFrame);
      await new Promise((done) => setTimeout(done));
      seen.push([list.querySelector(".row").textContent, list.items.length]);
    }
    return seen;
  });
  expect(texts[0][0]).toBe("Row 1");
  expect(texts[3][0]).toBe("Row 1234");
  expect(texts[6]).toEqual(["Row 0", 135_233]);
  await settled(page);
  await expectCovered(page);
});

test("rows have their position and the number of rows", async ({ page }) => {
  await openList(page, 5000);
  await page.evaluate(() => list.scrollToIndex(4000));
  await expect(page.getByRole("list", { name: "Rows" })).toBeVisible();
  const row = page.getByRole("listitem").filter({ hasText: "Row 4000" });
  await expect(row).toHaveAttribute("aria-posinset", "4001");
  await expect(row).toHaveAttribute("aria-setsize", "5000");
});

test("rangechange reports the visible and the rendered rows", async ({ page }) => {
  await openList(page, 5000);
  const detail = await page.evaluate(
    () =>
      new Promise((resolve) => {
        list.addEventListener("rangechange", (event) => resolve(event.detail), { once: true });
        list.scrollToIndex(1000);
      }),
  );
  expect(detail.first).toBe(1000);
  expect(detail.start).toBeLessThan(1000);
  expect(detail.end).toBeGreaterThan(detail.last);
});

test("lists of no row and of one row work", async ({ page }) => {
  await openList(page, 0);
  await page.evaluate(() => {
    list.innerHTML = '<p slot="empty">Nothing here</p>';
  });
  await expect(page.getByText("Nothing here")).toBeVisible();
  await page.evaluate(() => {
    list.items = makeItems(1);
  });
  await expect(page.getByText("Nothing here")).toBeHidden();
  await expect(page.locator(".row")).toHaveCount(1);
});

test("a template is filled by data-text", async ({ page }) => {
  await openList(page, 0);
  await page.evaluate(() => {
    list.renderItem = undefined;
    list.innerHTML =
      '<template><div class="row"><b data-text="name"></b> <i data-text="a.b"></i></div></template>';
    list.items = [{ name: "Oslo", a: { b: 7 } }, { name: "Rome" }];
  });
  await expect(page.locator(".row")).toHaveText(["Oslo 7", "Rome"]);
});

test("an index beyond the list is a RangeError", async ({ page }) => {
  await openList(page, 10);
  for (const index of [-1, 10, 1.5, Number.NaN]) {
    const name = await page.evaluate((index) => {
      try {
        list.scrollToIndex(index);
      } catch (error) {
        return error.name;
      }
    }, index);
    expect(name).toBe("RangeError");
  }
});

test("a list without height warns once", async ({ page }) => {
  const warnings = [];
  page.on("console", (message) => {
    if (message.type() === "warning") warnings.push(message.text());
  });
  await openList(page, 0);
  await page.evaluate(() => {
    const flat = document.createElement("apus-list");
    flat.style.height = "auto";
    flat.setAttribute("aria-label", "Flat");
    flat.renderItem = render;
    flat.items = makeItems(100);
    window.flat = flat;
    document.body.append(flat);
  });
  await expect.poll(() => warnings).toHaveLength(1);
  expect(warnings[0]).toContain("apus-list { height: 70vh }");
  await page.evaluate(() => {
    flat.items = makeItems(50);
    flat.remove();
    document.body.append(flat);
  });
  await settled(page);
  expect(warnings).toHaveLength(1);
});

test("items changed in place are rendered exactly with the next items", async ({ page }) => {
  await openList(page, 100);
  await page.evaluate(() => {
    const { items } = list;
    items.splice(2, 5);
    items[0].name = "Changed";
    items[0].height = 77;
    items.push({ id: 1000, name: "Pushed", height: 33 });
    list.items = items;
  });
  await settled(page);
  const rows = await expectCovered(page);
  expect(rows.slice(0, 3).map(({ text }) => text)).toEqual(["Changed", "Row 1", "Row 7"]);
  expect(rows[0].bottom).toBe(77);
  await page.evaluate(() => list.scrollToIndex(95));
  await settled(page);
  expect((await visible(page)).at(-1)).toMatchObject({ index: 95, text: "Pushed", bottom: 600 });
});

test("when renderItem throws, each item reports once and the list goes on", async ({
  page,
  problems,
}) => {
  await openList(page, 100);
  await page.evaluate(() => {
    list.insertAdjacentHTML("beforeend", '<template slot="error"><b>Broken</b></template>');
  });
  const failed = await page.evaluate(async () => {
    const failed = [];
    list.addEventListener("error", (event) => failed.push(event.detail.index));
    list.renderItem = (item, index, element) => {
      render(item, index, element);
      if (index % 3 === 1) throw new Error("no");
    };
    while (failed.length < 2) await new Promise(requestAnimationFrame);
    list.refresh();
    await new Promise(requestAnimationFrame);
    return failed;
  });
  expect(new Set(failed).size).toBe(failed.length);
  expect(failed.every((index) => index % 3 === 1)).toBe(true);
  expect(problems).toHaveLength(1); // nobody cancelled the events
  expect(problems.pop()).toMatch(/^JSHandle@node Error: no\b/);
  await expect(page.locator(".row b").first()).toHaveText("Broken");
  await expectCovered(page);
});
