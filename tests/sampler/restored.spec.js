// A page restored from the back/forward cache.
import { backForwardCache, expect, test } from "../browser.js";
import { compare, restoreCases } from "./vitals/cases.js";

test.use(backForwardCache);

compare(test, restoreCases);

test("its vitals restart, as those of web-vitals do, and its lifecycle is reported", async ({
  page,
}) => {
  await page.goto("/tests/sampler/pages/vitals.html");
  await page.waitForFunction(() => "both" in globalThis);
  await page.click("#slow");
  await page.evaluate(() => {
    addEventListener("pageshow", ({ persisted }) => Object.assign(globalThis, { persisted }));
  });
  await page.goto("/tests/pages/blank.html");
  // Playwright waits for a load event that never fires.
  await page.evaluate(() => setTimeout(() => history.back()));
  await page.waitForFunction(() => "persisted" in globalThis);
  expect(await page.evaluate(() => /** @type {any} */ (globalThis).persisted)).toBe(true);
  await page.click("#slow");
  const vitals = () =>
    page.evaluate(() => {
      const { alone, ours } = /** @type {any} */ (globalThis).both();
      const types = (/** @type {any} */ all) =>
        Object.entries(all)
          .map(([name, { navigationType }]) => `${name} ${navigationType}`)
          .sort();
      return { alone: types(alone), ours: types(ours) };
    });
  const restored = [
    "CLS back-forward-cache",
    "FCP back-forward-cache",
    "INP back-forward-cache",
    "LCP back-forward-cache",
    "TTFB back-forward-cache",
  ];
  await expect.poll(vitals).toEqual({ alone: restored, ours: restored });
  const states = await page.evaluate(() =>
    /** @type {any} */ (globalThis).sampler
      .report()
      .lifecycle.map((/** @type {any} */ { state }) => state),
  );
  expect(states).toContain("restored");
});

test("the vitals of both page views are reported, shown and sent", async ({ page, problems }) => {
  /** @type {any[]} */
  const vitals = [];
  await page.route("**/batches", (route) => {
    vitals.push(...route.request().postDataJSON().vitals);
    return route.fulfill({ status: 204 });
  });
  await page.goto("/tests/sampler/vitals/page.html?late&with=sampler&block=600");
  await page.evaluate(async () => {
    const { Sampler } = await import(/** @type {any} */ ("/apus/index.js"));
    await import(/** @type {any} */ ("/apus/define/sampler.js"));
    const sampler = await Sampler.start({
      endpoint: "/batches",
      transport: { compress: false },
      vitals: {
        reportSoftNavs: true,
        route: (/** @type {string} */ url) => new URL(url).searchParams.get("view") ?? "first",
      },
    });
    const element = Object.assign(document.createElement("apus-sampler"), { sampler });
    /** @type {any} */ (element).dashboard = true;
    document.body.append(element);
    Object.assign(globalThis, { sampler });
  });
  const inp = () =>
    page.evaluate(() =>
      /** @type {any} */ (globalThis).sampler
        .report()
        .vitals.filter((/** @type {any} */ { name }) => name === "INP")
        .map((/** @type {any} */ { rating, route }) => `${rating} ${route}`),
    );
  await page.click("#slow");
  await expect.poll(inp).toEqual(["poor first"]);
  await page.evaluate(() => {
    addEventListener("pageshow", ({ persisted }) => Object.assign(globalThis, { persisted }));
  });
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(() => setTimeout(() => history.back()));
  await page.waitForFunction(() => "persisted" in globalThis);
  await page.click("#slow");
  await expect.poll(inp).toEqual(["poor first", "poor first"]);
  await page.click("#go");
  await page.waitForFunction(
    () =>
      /** @type {any} */ (globalThis).sampler.vitals.get("TTFB").navigationType ===
      "soft-navigation",
  );
  const types = ["navigate", "back-forward-cache", "soft-navigation"];
  const rows = page.locator("apus-sampler #views tr");
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(0)).toContainText(/^1soft navigation/);
  await expect(rows.nth(1)).toContainText(/^firstrestored/);
  await expect(rows.nth(2)).toContainText("poor");
  await page.evaluate(() => /** @type {any} */ (globalThis).sampler.flush());
  for (const name of ["LCP", "FCP", "TTFB"]) {
    const sent = new Map(
      vitals
        .filter((vital) => vital.name === name)
        .map(({ id, navigationType }) => [id, navigationType]),
    );
    expect([...sent.values()]).toEqual(types);
  }
  expect(vitals.find(({ name }) => name === "INP").rating).toBe("poor");
  expect(problems).toEqual([]);
});
