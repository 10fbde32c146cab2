// Finding, copying, headers and type-ahead over data of which only some pages have loaded.
import { expect, test } from "../browser.js";
import { openList, settled, visible } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

/** A source of `length` rows that answers at once and counts its requests. */
async function openPages(page, length, attributes = {}) {
  await openList(page, 0, attributes);
  await page.evaluate((length) => {
    window.asked = [];
    window.row = (id) => ({ id, name: `Row ${id}`, height: 50 });
    window.rows = (start, end) => Array.from({ length: end - start }, (_, i) => row(start + i));
    list.textOf = (item) => item.name;
    list.source = {
      length,
      pageSize: 100,
      getRange: async (start, end) => {
        asked.push(start);
        return rows(start, end);
      },
    };
  }, length);
  await expect.poll(async () => (await visible(page))[0]?.text).toBe("Row 0");
}

const requests = (page) => page.evaluate(() => asked.length);
/** The first row of the last page that was requested; the list itself requests those in view. */
const farthest = (page) => page.evaluate(() => Math.max(...asked));

test("find() loads a bounded number of pages, and says when it has not seen every row", async ({
  page,
}) => {
  await openPages(page, 1_000_000);
  const before = await requests(page);
  const outcome = await page.evaluate(async () => {
    let told;
    list.addEventListener("find", ({ detail }) => {
      told = detail;
    });
    const error = await list.find("no such row").catch((error) => error);
    return { code: error.code, told };
  });
  expect(outcome).toEqual({
    code: "INCOMPLETE",
    told: { index: -1, query: "no such row", complete: false },
  });
  expect((await requests(page)) - before).toBe(20);
});

test("find() goes on to pages that are not loaded", async ({ page }) => {
  await openPages(page, 1_000_000);
  expect(await page.evaluate(() => list.find("row 1234"))).toBe(1234);
  await expect
    .poll(async () => (await visible(page)).map(({ text }) => text))
    .toContain("Row 1234");
  expect(
    await page.evaluate(() => list.find(({ id }) => id === 999_950, { backwards: true })),
  ).toBe(999_950);
});

test("find() reaches as far as it may", async ({ page }) => {
  await openPages(page, 20_000);
  const before = await requests(page);
  expect(await page.evaluate(() => list.find("row 19999", { maxPages: Infinity }))).toBe(19_999);
  expect(await page.evaluate(() => list.find("no such row", { maxPages: Infinity }))).toBe(-1);
  expect((await requests(page)) - before).toBeLessThanOrEqual(400);
});

test("find() asks the source when the source can search", async ({ page }) => {
  await openPages(page, 100_000_000);
  const found = await page.evaluate(async () => {
    window.searches = [];
    list.source.find = async (query, { from, backwards }) => {
      searches.push([query, from, backwards]);
      const index = 77_000_000;
      return (backwards ? index <= from : index >= from) ? index : -1;
    };
    const results = [await list.find("needle"), await list.find()];
    results.push(await list.find("needle", { from: 5, backwards: true }));
    list.source.find = async () => -1;
    results.push(await list.find("other"));
    return results;
  });
  expect(found).toEqual([77_000_000, 77_000_000, 77_000_000, -1]);
  expect(await page.evaluate(() => searches)).toEqual([
    ["needle", 0, false],
    ["needle", 77_000_001, false],
    ["needle", 0, false],
    ["needle", 5, true],
    ["needle", 99_999_999, true],
  ]);
  expect(await requests(page)).toBeLessThan(10);
});

test("a source's wrong answer is an error that names it", async ({ page }) => {
  await openPages(page, 1000);
  const message = await page.evaluate(async () => {
    list.source.find = () => 1000;
    return list.find("x").catch(String);
  });
  expect(message).toContain("source.find");
});

test("find() ends with its signal and with the next find()", async ({ page }) => {
  await openPages(page, 1_000_000);
  const ends = await page.evaluate(async () => {
    const abort = new AbortController();
    const first = list.find("nothing", { maxPages: Infinity, signal: abort.signal });
    abort.abort();
    const second = list.find("nothing", { maxPages: Infinity });
    const third = list.find("Row 5");
    const name = (search) => search.catch((error) => error.name);
    return [await name(first), await name(second), await third];
  });
  expect(ends).toEqual(["AbortError", "AbortError", 5]);
});

test("a page that fails while find() reads it makes the answer incomplete", async ({ page }) => {
  await openPages(page, 1000);
  const error = await page.evaluate(async () => {
    const { getRange } = list.source;
    list.source.getRange = (start, end) => {
      if (start === 700) throw new Error("down");
      return getRange(start, end);
    };
    const { code, cause } = await list.find("no such row").catch((error) => error);
    return [code, cause.message];
  });
  expect(error).toEqual(["INCOMPLETE", "down"]);
});

test("find() searches the rows that a change brings meanwhile", async ({ page }) => {
  await openList(page, 30_000);
  const found = await page.evaluate(() =>
    list.find(({ name, id }) => {
      if (id === 20_000 && list.items.length === 30_000)
        list.splice(100, 1, [{ name: "late", height: 50 }]);
      return name === "late";
    }),
  );
  expect(found).toBe(100);
});

test("isHeader is asked about rows that have loaded, and loads none", async ({ page }) => {
  await openPages(page, 1_000_000);
  await page.evaluate(() => {
    window.unknown = 0;
    list.isHeader = (item) => {
      if (!item) unknown++;
      return item?.id % 40 === 0;
    };
  });
  await expect(page.locator("[data-sticky]").first()).toBeVisible();
  await settled(page);
  expect(await farthest(page)).toBeLessThan(1000);
  expect(await page.evaluate(() => unknown)).toBe(0);
  await page.evaluate(() => list.scrollToIndex(500_020));
  await expect
    .poll(() => page.evaluate(() => list.querySelector("[data-sticky]")?.textContent))
    .toBe("Row 500000");
});

test("a source's own headers stick, wherever they are", async ({ page }) => {
  await openPages(page, 1_000_000);
  await page.evaluate(() => {
    list.source = { ...list.source, headers: () => Uint32Array.of(0, 400_000, 900_000) };
    list.scrollToIndex(700_000);
  });
  await expect.poll(() => page.locator("[data-sticky]").first().textContent()).toBe("Row 400000");
  const top = await page.evaluate(
    () =>
      list.querySelector("[data-sticky]").getBoundingClientRect().top -
      list.getBoundingClientRect().top,
  );
  expect(top).toBe(0);
});

test("a copy holds the rows that have loaded, loads none, and says how many are missing", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openPages(page, 20_000);
  await page.evaluate(() => {
    list.addEventListener("copied", ({ detail }) => {
      window.copied = detail;
    });
  });
  await page.locator("apus-list").focus();
  await expect(async () => {
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+c");
    const { rows, missing } = await page.evaluate(() => window.copied);
    expect(rows + missing).toBe(20_000);
  }).toPass();
  const { rows } = await page.evaluate(() => copied);
  const lines = (await page.evaluate(() => navigator.clipboard.readText())).split("\n");
  expect(lines.length).toBe(rows);
  expect(lines.slice(0, 2)).toEqual(["Row 0", "Row 1"]);
  await settled(page);
  expect(await farthest(page)).toBeLessThan(1000);
});
