// A real list over pages of a real gateway: 100,000 rows.
import { Gateway, listener } from "../../../js/gateway/index.node.js";
import { memoryTable } from "../../../js/gateway/postgres/index.node.js";
import { serve } from "../../../tools/serve.js";
import { expect, test } from "../../browser.js";

const ROWS = 100_000;

/** @type {{ url: string, asked: URL[], fail: boolean, close: () => Promise<void> }} */
let world;

test.beforeAll(async () => {
  const rows = Array.from({ length: ROWS }, (_, id) => ({
    id,
    name: `Row ${id}`,
    rank: id * 10,
    note: "",
  }));
  const gateway = await Gateway.open({
    base: "/gateway/",
    authorize: () => true,
    tables: {
      rows: memoryTable(rows, {
        columns: ["id", "name", "rank", "note"],
        orders: { rank: ["rank", "id"] },
        write: ["id", "name", "rank", "note"],
      }),
    },
  });
  const answer = listener(gateway);
  const server = await serve({
    handle: async (request, response, url) => {
      if (!url.pathname.startsWith("/gateway/")) return false;
      if (url.pathname === "/gateway/table/rows" && request.method === "GET") {
        world.asked.push(url);
        if (world.fail) {
          response.writeHead(503).end();
          return true;
        }
      }
      await answer(request, response);
      return true;
    },
  });
  const close = async () => {
    await server.close();
    await gateway.close();
  };
  world = { url: server.url, asked: [], fail: false, close };
});
test.afterAll(() => world.close());

test.beforeEach(async ({ page }) => {
  await page.goto(`${world.url}/tests/pages/blank.html`);
  world.asked.length = 0;
  world.fail = false;
  await page.evaluate(async () => {
    await import("/apus/define.js");
    const { LogFollower, pages } = await import("/apus/sync.js");
    const url = "/gateway/table/rows";
    const source = await pages({ url, order: "rank", total: true, ahead: 0 }); // so that requests can be counted
    const follower = await LogFollower.open({
      url: "/gateway/",
      positions: { protocol: 1, logs: { 64: null } },
      onChange: ({ events, lost }) =>
        source.refresh(lost ? undefined : events.map(({ name }) => name)),
    });
    const list = document.createElement("apus-list");
    list.style.height = "600px";
    list.renderItem = ({ name, note }, _, element) => {
      element.textContent = name + note;
    };
    list.source = source;
    document.body.append(list);
    Object.assign(globalThis, { source, follower, list });
  });
});

/** The rows in view, once all have arrived. @param {import("@playwright/test").Page} page */
const shown = (page) =>
  page.evaluate(() => {
    const box = list.getBoundingClientRect();
    return [...list.children]
      .map((row) => ({ text: row.textContent, top: row.getBoundingClientRect().top }))
      .filter(({ text, top }) => text && top >= box.top && top < box.bottom - 1)
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => text);
  });

/** @param {import("@playwright/test").Page} page @param {number} first */
const showsFrom = (page, first) =>
  expect
    .poll(async () => (await shown(page)).slice(0, 10))
    .toEqual(Array.from({ length: 10 }, (_, i) => `Row ${first + i}`));

/** @param {string} path @param {RequestInit} init */
const change = (path, init) => fetch(`${world.url}/gateway/table/rows${path}`, init);
const catchUp = (page) => page.evaluate(() => follower.catchUp());

test("scrolled and jumped through; one changed row is one request", async ({ page, problems }) => {
  await showsFrom(page, 0);
  expect(await page.evaluate(() => source.length)).toBe(ROWS);
  for (let row = 40; row <= 1000; row += 40) {
    await page.evaluate((row) => list.scrollToIndex(row), row);
    await showsFrom(page, row);
  }
  await page.evaluate((row) => list.scrollToIndex(row), ROWS / 2);
  await showsFrom(page, ROWS / 2);
  for (let row = ROWS / 2; row >= ROWS / 2 - 300; row -= 30) {
    await page.evaluate((row) => list.scrollToIndex(row), row);
    await showsFrom(page, row);
  }
  await page.evaluate((row) => list.scrollToIndex(row), ROWS - 1);
  await expect.poll(async () => (await shown(page)).at(-1)).toBe(`Row ${ROWS - 1}`);
  await page.evaluate((row) => list.scrollToIndex(row), ROWS / 2);
  await showsFrom(page, ROWS / 2);

  const row = ROWS / 2 + 5;
  await catchUp(page);
  await expect.poll(() => world.asked.splice(0).length).toBe(0); // nothing is on its way
  await change(`/${row}`, { method: "PATCH", body: JSON.stringify({ note: "!" }) });
  await catchUp(page);
  await expect.poll(async () => (await shown(page))[5]).toBe(`Row ${row}!`);
  expect(world.asked.length).toBe(1);
  expect(problems).toEqual([]);
});

test("rows that come and go in front of the view leave it where it is", async ({ page }) => {
  await page.evaluate(() => list.scrollToIndex(2050));
  await showsFrom(page, 2050);
  await page.evaluate(() => list.scrollToIndex(2000));
  await showsFrom(page, 2000);
  const made = { id: 200_000, name: "New", rank: 20_055, note: "" };
  await change("", { method: "POST", body: JSON.stringify(made) });
  await catchUp(page);
  const wanted = ["Row 2004", "Row 2005", "New", "Row 2006"];
  await expect.poll(async () => (await shown(page)).slice(4, 8)).toEqual(wanted);
  expect((await shown(page))[0]).toBe("Row 2000");
  await change("/200000", { method: "DELETE" });
  await catchUp(page);
  await showsFrom(page, 2000);
  expect(await page.evaluate(() => source.length)).toBe(ROWS);
});

test("a page that fails is shown as failed, and is fetched when it is pressed", async ({
  page,
  problems,
}) => {
  await showsFrom(page, 0);
  world.fail = true;
  await page.evaluate(() => {
    // Only a press fetches a failed page in this test: the list's own retries come an hour later.
    const later = globalThis.setTimeout;
    globalThis.setTimeout = (job, wait = 0) => later(job, wait < 1000 ? wait : 3_600_000);
    list.scrollToIndex(70_000);
  });
  await expect(page.locator('[data-state="error"]').first()).toBeVisible();
  world.fail = false;
  problems.length = 0; // of requests with status 503
  const failed = page.locator('[data-state="error"]');
  await expect(async () => {
    // One press a page: the view may show the rows of two.
    if (await failed.count()) await failed.first().click({ timeout: 1000 });
    expect(await failed.count()).toBe(0);
  }).toPass();
  await expect.poll(async () => (await shown(page))[0]).toMatch(/^Row (69|70)\d{3}$/);
  expect(problems).toEqual([]);
});
