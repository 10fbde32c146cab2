// A tab of one build, and servers with another one: real builds of Vite.
import { expect, open, start, test } from "./fixture.js";

const manifest = "/apus-manifest.json";
const events = (page) =>
  page.evaluate(() => globalThis.events.splice(0).filter((it) => it.startsWith("apus")));

/** Waits until the loader and the manifest are there, before anything needs them. */
const warm = (site) =>
  expect
    .poll(() =>
      ["seal", "gated-import", "apus-manifest"].filter(
        (it) => !site.requests.some(({ path }) => path.includes(it)),
      ),
    )
    .toEqual([]);

test("a route has its styles, and the application starts once", async ({ page, site }) => {
  await start(page, site, { manifest });
  expect(await open(page, "chart")).toMatchObject({
    build: "A",
    starts: 1,
    outlineStyle: "dotted",
  });
  expect(await open(page, "map")).toMatchObject({ build: "A", starts: 1, outlineStyle: "dashed" });
});

test("no file of a new build runs in a page of an old one", async ({ page, site }) => {
  await start(page, site, { manifest });
  await open(page, "chart");
  site.deploy("B");
  expect(await open(page, "map")).toMatchObject({ code: "GONE", starts: 1 });
  expect(await events(page)).toEqual(["apus-lazy:update", "apus-lazy:stale"]);
  expect(await open(page, "plain")).toMatchObject({ code: "GONE", starts: 1 });
  expect(await events(page), "an update is announced once").toEqual(["apus-lazy:stale"]);
});

test("the loader's own files are there before a deploy removes them", async ({ page, site }) => {
  await start(page, site, { manifest });
  await warm(site);
  site.deploy("B");
  expect(await open(page, "map")).toMatchObject({ code: "GONE", starts: 1 });
  expect(await events(page)).toEqual(["apus-lazy:update", "apus-lazy:stale"]);
});

test("without them, the page soon learns that it is out of date", async ({ page, site }) => {
  await page.addInitScript(() => {
    globalThis.requestIdleCallback = () => {};
  });
  await start(page, site, { manifest, budget: 5000 });
  site.deploy("B");
  const before = site.requests.length;
  expect(await open(page, "map")).toMatchObject({ code: "GONE", starts: 1 });
  expect(await events(page)).toContain("apus-lazy:stale");
  expect(site.requests.length - before).toBeLessThan(30);
});

test("the loader's own files are bounded by the budget of lazyDefaults", async ({ page, site }) => {
  await page.addInitScript(() => {
    globalThis.requestIdleCallback = () => {};
  });
  await start(page, site, { budget: 300 });
  site.faults = { ".js": 1 };
  const { code, ms } = await open(page, "map");
  expect(code).toBe("GAVE_UP");
  expect(ms).toBeLessThan(15_000);
});

/** Runs trials, each with an empty HTTP cache. */
async function trials(browser, count, run) {
  for (let trial = 0; trial < count; trial++) {
    const context = await browser.newContext();
    await run(await context.newPage(), `trial ${trial}`);
    await context.close();
  }
}

for (const [cache, count] of /** @type {const} */ ([
  ["max-age=3600", 8],
  ["no-cache", 4],
])) {
  test(`while a deploy rolls, every route opens, with its styles (${cache})`, async ({
    browser,
    site,
  }) => {
    site.cache = cache;
    await trials(browser, count, async (page, trial) => {
      site.deploy("A");
      await start(page, site, { manifest });
      site.deploy("A", "B");
      const whole = { build: "A", starts: 1 };
      expect(await open(page, "chart"), trial).toMatchObject({ ...whole, outlineStyle: "dotted" });
      expect(await open(page, "map"), trial).toMatchObject({ ...whole, outlineStyle: "dashed" });
      expect(await open(page, "plain"), trial).toMatchObject(whole);
    });
  });
}

test("while a deploy rolls, every route opens through faults, with its styles, without a cache", async ({
  browser,
  site,
}) => {
  test.setTimeout(300_000); // it waits most of the time, and longer on a busy machine
  site.cache = "no-cache";
  const tabs = Array.from({ length: 8 }, async () => {
    const page = await (await browser.newContext()).newPage();
    await start(page, site, { manifest, budget: 60_000 }); // no script heals the entry
    return page;
  });
  const pages = await Promise.all(tabs);
  site.deploy("A", "B");
  site.faults = { ".js": 0.3, ".css": 0.3, ".json": 0.3 };
  const whole = { build: "A", starts: 1 };
  const opened = pages.map(async (page) => {
    expect(await open(page, "chart")).toMatchObject({ ...whole, outlineStyle: "dotted" });
    expect(await open(page, "map")).toMatchObject({ ...whole, outlineStyle: "dashed" });
    expect(await open(page, "plain")).toMatchObject(whole);
    await page.context().close();
  });
  await Promise.all(opened);
});

for (const options of [{}, { manifest }]) {
  const given = Object.keys(options)[0] ?? "no manifest";
  test(`style sheets that fail are fetched again (${given})`, async ({ browser, site }) => {
    site.faults = { ".css": 0.5 };
    await trials(browser, 8, async (page, trial) => {
      await start(page, site, options);
      const chart = { outlineStyle: "dotted", textAlign: "end" }; // its own and one that it shares
      expect(await open(page, "chart"), trial).toMatchObject(chart);
      expect(await open(page, "map"), trial).toMatchObject({ outlineStyle: "dashed" });
    });
  });
}
