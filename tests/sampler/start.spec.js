// What a page loads first, and that nothing is lost when it is hidden before the rest has started.
import { expect, test } from "./site.js";

/**
 * Starts a sampler in a page that has measured already.
 * @param {import("@playwright/test").Page} page @param {string} [query] of the endpoint @param {string} [site]
 */
async function start(page, query = "", site = "") {
  await page.goto(site ? new URL("boot.html", site).href : "/tests/sampler/pages/boot.html");
  await page.evaluate(async (query) => {
    for (let i = 0; i < 300; i++) performance.measure("early", { start: 0, duration: i });
    if (query.includes("no-fetch-later")) Reflect.deleteProperty(globalThis, "fetchLater");
    const { Sampler } = await import(/** @type {any} */ ("/apus/index.js"));
    const starting = Sampler.start({ endpoint: (query && `/batches${query}`) || undefined });
    Object.assign(globalThis, { starting });
  }, query);
}

/** Pages that are never idle, however long, until `calm` is called. @param {import("@playwright/test").Page} page */
const busy = (page) =>
  page.addInitScript(() => {
    /** @type {{ run: () => void, by: string }[]} */
    const waiting = [];
    const { setTimeout: later } = globalThis;
    Object.assign(globalThis, {
      setTimeout: (
        /** @type {() => void} */ run,
        /** @type {number} */ ms,
        /** @type {unknown[]} */ ...rest
      ) => (ms >= 3000 ? 0 : later(run, ms, ...rest)),
      requestIdleCallback(/** @type {() => void} */ run) {
        waiting.push({ run, by: String(new Error().stack) }); // web-vitals waits too
      },
      samplerWaits: () => waiting.some(({ by }) => by.includes("/sampler-")),
      calm() {
        for (const { run } of waiting.splice(0)) run();
      },
    });
  });

/** @param {any[]} batches */
const early = (batches) =>
  batches.some(
    ({ series, vitals }) =>
      series.some((/** @type {any} */ it) => it.name === "early" && it.histogram.count === 300) &&
      vitals.some((/** @type {any} */ { name }) => name === "FCP"),
  );

test("vitals come first and alone; the rest waits for idle time", async ({ page, problems }) => {
  /** @type {string[]} */
  const files = [];
  page.on("request", (request) => files.push(new URL(request.url()).pathname));
  await busy(page);
  await start(page);
  await expect.poll(() => files.some((file) => /vitals-\w+\.js/.test(file))).toBe(true);
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))),
  );
  expect(files.filter((file) => /observation|visit|delivery|\.wasm/.test(file))).toEqual([]);
  const count = await page.evaluate(async () => {
    const { calm, starting } = /** @type {any} */ (globalThis);
    const beat = setInterval(calm);
    const sampler = await starting;
    clearInterval(beat);
    return sampler.summary("early").count;
  });
  expect(count).toBe(300);
  expect(files.some((file) => file.endsWith(".wasm"))).toBe(true);
  expect(problems).toEqual([]);
});

for (const way of ["", "&no-fetch-later"]) {
  const how = way ? "the last request" : "fetchLater";
  test(`a page that is left before it was idle sends all, by ${how}`, async ({ page, site }) => {
    await busy(page);
    await start(page, `?early${way}`, site.url);
    await page.waitForFunction(() => /** @type {any} */ (globalThis).samplerWaits());
    await page.waitForFunction(
      () => performance.getEntriesByName("first-contentful-paint").length > 0,
    );
    await page.goto("about:blank");
    await expect.poll(() => early(site.batches)).toBe(true);
  });
}

test("a page that is hidden while the rest loads sends all", async ({ page, site }) => {
  /** @type {() => void} */
  let release = () => {};
  const held = new Promise((resolve) => {
    release = () => resolve(undefined);
  });
  await page.route("**/*.wasm", async (route) => {
    await held;
    await route.continue();
  });
  const asked = page.waitForRequest(/\.wasm/);
  await start(page, "?early&no-fetch-later", site.url);
  await asked;
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
    Object.defineProperty(document, "hidden", { get: () => true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  });
  release();
  await expect.poll(() => early(site.batches)).toBe(true);
});
