// The main task on real data: 135,233 cities, from the first visit to the
// reload, under the Content-Security-Policy of the development server.
import { expect, test } from "./atlas.js";

test("the first visit downloads with a progress bar, the second requests no data", async ({
  page,
  atlas,
  problems,
}) => {
  // The file arrives in two halves, and the bar is checked in between.
  let goOn = () => {};
  const looked = new Promise((resolve) => {
    goOn = () => resolve(undefined);
  });
  await page.addInitScript(() => {
    const { fetch } = window;
    window.fetch = async (...args) => {
      const response = await fetch(...args);
      if (!String(args[0]).endsWith("/cities.bin")) return response;
      const bytes = new Uint8Array(await response.arrayBuffer());
      const middle = bytes.length >> 1;
      return new Response(
        new ReadableStream({
          async start(controller) {
            controller.enqueue(bytes.slice(0, middle));
            await window.looked();
            controller.enqueue(bytes.slice(middle));
            controller.close();
          },
        }),
      );
    };
  });
  await page.exposeFunction("looked", () => looked);
  await page.goto("/atlas/");
  const bar = page.getByRole("progressbar");
  await expect(bar).toBeVisible();
  await expect.poll(() => bar.evaluate((bar) => bar.value)).toBeGreaterThan(0.45);
  await expect(page.locator("#loading-text")).toHaveText(/^Downloading: [\d,]+ of 135,233 cities$/);
  goOn();
  await expect(bar).toBeHidden();
  await expect(atlas.count).toHaveText("135,233 cities");
  await expect(atlas.status).toContainText("135,233 cities downloaded");
  await atlas.saved();
  expect(atlas.requests.filter((path) => path.startsWith("/data/"))).toEqual(["/data/cities.bin"]);

  const before = await atlas.names();
  atlas.requests.length = 0;
  await page.reload();
  await expect(atlas.status).toHaveText(/^135,233 cities from IndexedDB in \d+ ms$/);
  expect(atlas.requests.filter((path) => path.startsWith("/data/"))).toEqual([]);
  const after = await atlas.names();
  const rows = Math.min(before.length, after.length); // the list decides how many it renders
  expect(rows).toBeGreaterThan(3);
  expect(after.slice(0, rows)).toEqual(before.slice(0, rows));
  expect(problems).toEqual([]);
});

test("cities that were deleted are downloaded again", async ({ page, atlas, problems }) => {
  await atlas.visit();
  await atlas.saved();
  const again = page.waitForRequest("**/data/cities.bin");
  await page.getByRole("button", { name: "Delete saved cities" }).click();
  await again;
  await expect(atlas.rows.first()).toBeVisible();
  await expect(atlas.status).toContainText("downloaded");
  expect(problems).toEqual([]);
});

test("a first visit over a failing network succeeds", async ({ page, atlas, problems }) => {
  let failures = 0;
  await page.route("**/data/cities.bin", async (route) => {
    if (++failures > 2) return route.continue();
    if (failures === 1) return route.abort("connectionreset");
    return route.fulfill({ status: 503 });
  });
  await atlas.visit();
  await expect(atlas.status).toContainText("135,233 cities downloaded");
  expect(failures).toBe(3);
  expect(problems.splice(0)).toHaveLength(2);
});

test("without IndexedDB the page works and reports it", async ({ page, atlas, problems }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "indexedDB", {
      get() {
        throw new DOMException("denied", "SecurityError");
      },
    });
  });
  await atlas.visit();
  await expect(atlas.status).toHaveText(/this browser does not let the page save them$/);
  expect(problems).toEqual([]);
});

test("scrolls from Shanghai to the last village, in rows of different heights", async ({
  page,
  atlas,
  problems,
}) => {
  await atlas.visit();
  expect(await atlas.names()).toContain("Shanghai");
  const list = page.locator("#list");
  await list.evaluate((list) => list.scrollToIndex(135_232, { align: "end" }));
  await page.getByRole("radio", { name: "Name" }).check();
  expect((await atlas.names())[0]).not.toBe("Shanghai");
  await list.evaluate((list) => list.scrollToIndex(135_232, { align: "end" }));
  const last = await list.evaluate((list) => list.items[135_232].name);
  await expect.poll(() => atlas.names()).toContain(last);
  // only a few are in the document
  expect(await atlas.rows.count()).toBeLessThan(200);

  await page.getByRole("radio", { name: "Population" }).check();
  await expect.poll(() => atlas.names()).toContain("Shanghai");
  const index = await list.evaluate((list) =>
    list.items.findIndex((city) => city.population < 1_000_000),
  );
  await list.evaluate((list, index) => list.scrollToIndex(index, { align: "center" }), index);
  await expect.poll(() => page.locator('#list .row[data-tier="city"]').count()).toBeGreaterThan(0);
  const heights = await atlas.rows.evaluateAll((rows) => rows.map((row) => row.offsetHeight));
  expect(new Set(heights).size).toBeGreaterThan(1);
  expect(problems).toEqual([]);
});

test("scrolls by the wheel, and shows no gap", async ({ page, atlas, problems }) => {
  await atlas.visit();
  await page.locator("#list").hover();
  for (let turn = 0; turn < 10; turn++) await page.mouse.wheel(0, 1500);
  await expect.poll(async () => (await atlas.names()).includes("Shanghai")).toBe(false);
  const gaps = await page.locator("#list").evaluate((list) => {
    const view = list.getBoundingClientRect();
    const rows = [...list.querySelectorAll(".row")]
      .map((row) => row.getBoundingClientRect())
      .filter(({ bottom, top }) => bottom > view.top && top < view.bottom)
      .sort((a, b) => a.top - b.top);
    const edges = [view.top, ...rows.flatMap(({ top, bottom }) => [top, bottom]), view.bottom];
    const gaps = [];
    for (let i = 0; i < edges.length; i += 2) gaps.push(edges[i + 1] - edges[i]);
    return gaps.filter((gap) => gap > 1);
  });
  expect(gaps).toEqual([]);
  expect(problems).toEqual([]);
});

test("filters during typing, without diacritics, and by country", async ({
  page,
  atlas,
  problems,
}) => {
  await atlas.visit();
  await atlas.search.pressSequentially("sao paulo");
  await expect.poll(() => atlas.names()).toContain("São Paulo");
  await expect(page.locator("#list mark").first()).toHaveText("São Paulo");
  await expect(atlas.count).toHaveText(/^\d+ of 135,233$/);

  await atlas.search.fill("paris, us");
  await expect(page.locator("#list .where").first()).toContainText("United States");
  await atlas.search.fill("no such city");
  await expect(page.getByText("No city has that name")).toBeVisible();
  await expect(atlas.rows.first()).toBeHidden();
  await atlas.search.fill("");
  await expect(atlas.count).toHaveText("135,233 cities");
  await expect.poll(() => atlas.names()).toContain("Shanghai");
  expect(problems).toEqual([]);
});

test("sorts filtered cities", async ({ page, atlas, problems }) => {
  await atlas.visit();
  await atlas.search.fill("london");
  await expect.poll(async () => (await atlas.names())[0]).toBe("London");
  await page.getByRole("radio", { name: "Name" }).check();
  await expect.poll(async () => (await atlas.names())[0]).not.toBe("London");
  const names = await page.locator("#list").evaluate((list) => list.items.map(({ name }) => name));
  const { compare } = new Intl.Collator("en");
  expect(names).toEqual(names.toSorted(compare));
  expect(problems).toEqual([]);
});

test("opens a city, then its neighbour", async ({ atlas, problems }) => {
  await atlas.visit();
  expect(atlas.requests).not.toContain("/atlas/detail.js");
  await atlas.search.fill("mumbai");
  await atlas.rows.first().click();
  await expect(atlas.panel.getByRole("heading", { name: "Mumbai" })).toBeVisible();
  await expect(atlas.panel.getByText("12,691,836")).toBeVisible();
  await expect(atlas.panel.getByText("19.073° N")).toBeVisible();
  await expect(atlas.panel.getByRole("img", { name: /places within .* of Mumbai/ })).toBeVisible();
  expect(atlas.requests).toContain("/atlas/detail.js");
  await expect(atlas.panel.locator("#attempts")).toBeHidden();

  const neighbour = atlas.panel.locator(".near button").first();
  const name = await neighbour.locator(".name").textContent();
  await neighbour.click();
  await expect(atlas.panel.getByRole("heading", { level: 2 })).toHaveText(String(name));
  await atlas.panel.getByRole("button", { name: "Close" }).click();
  await expect(atlas.panel).toBeHidden();
  expect(problems).toEqual([]);
});

test("recovers when the server refuses the detail module twice", async ({
  page,
  atlas,
  problems,
}) => {
  /** @type {number[]} */
  const statuses = [];
  page.on("response", (response) => {
    if (response.url().includes("/atlas/detail.js")) statuses.push(response.status());
  });
  await atlas.visit();
  await atlas.failing.check();
  await atlas.rows.first().click();
  const attempts = atlas.panel.getByRole("list", { name: "Attempts" }).getByRole("listitem");
  await expect(attempts).toHaveText([
    /^Attempt 1 failed/,
    /^Attempt 2 failed/,
    /^Attempt 3 succeeded: the module loaded after \d+ ms$/,
  ]);
  await expect(atlas.panel.getByText("22,315,474")).toBeVisible();
  expect(statuses.slice(0, 3)).toEqual([503, 503, 200]);
  // the browser reports requests that the server refused
  expect(problems).toHaveLength(2);
  for (const problem of problems.splice(0)) expect(problem).toContain("503");
});

test("shows how the visit felt", async ({ page, atlas, problems }) => {
  await atlas.visit();
  await atlas.search.pressSequentially("tokyo");
  await atlas.rows.first().click();
  await expect(atlas.panel.locator(".facts")).toBeVisible();
  await page.keyboard.press("Escape");
  const sampler = page.locator("apus-sampler");
  for (const vital of ["LCP", "INP", "CLS", "FCP", "TTFB"]) {
    await expect(sampler.getByText(vital, { exact: true }).first()).toBeVisible();
  }
  for (const timing of ["filter", "open", "download"]) {
    await expect(sampler.getByText(timing, { exact: true }).first()).toBeVisible();
  }
  const { count, p50, p95, p99 } = await sampler.evaluate((element) =>
    element.sampler.summary("filter"),
  );
  expect(count).toBe(5);
  expect(p50).toBeLessThanOrEqual(p95);
  expect(p95).toBeLessThanOrEqual(p99);

  await page.getByRole("button", { name: "Show all" }).click();
  await expect(sampler.getByRole("tab", { name: "Network" })).toBeVisible();
  await page.getByRole("button", { name: "Show less" }).click();
  await expect(sampler.getByRole("tab", { name: "Network" })).toBeHidden();
  expect(problems).toEqual([]);
});
