// Sticky headers: which rows `isHeader` is asked about.
import { expect, test } from "../browser.js";
import { openList, settled } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

/** The calls of `isHeader` that `change` causes, and the headers that are mounted after it. */
async function asked(page, change) {
  await page.evaluate(() => {
    window.calls = 0;
  });
  await page.evaluate(change);
  await settled(page);
  return page.evaluate(() => ({
    calls,
    headers: [...list.querySelectorAll(":scope > [data-sticky]")].map((row) => row.textContent),
  }));
}

test("isHeader is asked about the rows of a splice, not about all", async ({ page }) => {
  await openList(page, 0);
  await page.evaluate(() => {
    window.calls = 0;
    window.header = (id, name) => ({ id, name, height: 30 });
    list.isHeader = ({ name }) => {
      calls++;
      return name.startsWith("Header");
    };
    list.items = [header(0, "Header A"), ...makeItems(100_000)];
  });
  await page.waitForFunction(() => list.querySelector("[data-sticky]"));
  const grown = await asked(page, () => {
    list.splice(0, 0, [header(0, "Header B"), header(1, "row")]);
    list.splice(5, 1, [header(2, "Header C")]);
  });
  expect(grown.headers).toEqual(["Header B", "Header A", "Header C"]);
  expect(grown.calls).toBeLessThan(100);
  const shrunk = await asked(page, () => list.splice(0, 2));
  expect(shrunk.headers).toEqual(["Header A", "Header C"]);
  expect(shrunk.calls).toBeLessThan(100);
  const assigned = await asked(page, () => {
    list.items = [header(3, "Header D"), ...list.items];
  });
  expect(assigned.headers).toEqual(["Header D", "Header A", "Header C"]);
  expect(assigned.calls).toBeLessThan(100);
});

test("after items changed in place, refresh() asks isHeader about all", async ({ page }) => {
  await openList(page, 0);
  await page.evaluate(() => {
    window.calls = 0;
    list.isHeader = ({ header }) => {
      calls++;
      return header;
    };
    list.items = makeItems(1000);
  });
  await page.waitForFunction(() => calls > 0 && list.range.end > 0); // its part has loaded
  await settled(page);
  const { headers } = await asked(page, () => {
    list.items[1].header = true;
    list.refresh();
  });
  expect(headers).toEqual(["Row 1"]);
});

test("only the last header above the edge sticks there", async ({ page }) => {
  await openList(page, 0);
  await page.evaluate(() => {
    list.isHeader = ({ height }) => height > 100;
    list.items = Array.from({ length: 1000 }, (_, id) => ({
      id,
      name: `Row ${id}`,
      height: { 100: 300, 102: 150 }[id] ?? 40,
    }));
  });
  await page.waitForFunction(() => list.querySelector("[data-sticky]") || list.range.end > 0);
  const top = (name) =>
    page.evaluate((name) => {
      const row = [...list.querySelectorAll(".row")].find((row) => row.textContent === name);
      return row && row.getBoundingClientRect().top - list.getBoundingClientRect().top;
    }, name);
  await page.evaluate(() => list.scrollToIndex(105));
  await expect.poll(() => top("Row 102")).toBe(0);
  expect(await top("Row 100")).toBeLessThan(-300);
  await page.evaluate(() => list.scrollToIndex(101));
  await expect.poll(() => top("Row 100")).toBe(0);
  await page.evaluate(() => {
    list.splice(0, 0, makeItems(3));
  });
  await settled(page);
  expect(await top("Row 100")).toBe(0);
});
