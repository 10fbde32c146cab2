// Batches arrive when the visitor leaves, and wait while the collector is unreachable.
import { expect, test } from "./site.js";

/** @param {any[]} batches @param {number} n whether a batch of the visit that tracked n has arrived */
const arrived = (batches, n) =>
  batches.some(({ series }) =>
    series.some(
      (/** @type {any} */ { name, histogram }) => name === "visits" && histogram.max === n,
    ),
  );

/** @param {import("@playwright/test").Page} page */
const started = (page) => page.waitForFunction(() => "sampler" in globalThis);

for (const way of ["", "no-fetch-later"]) {
  const how = way ? "a beacon" : "fetchLater";
  test(`navigating away delivers, with ${how}`, async ({ page, site }) => {
    await page.goto(`${site.url}?n=11&${way}`);
    await started(page);
    await page.goto("about:blank");
    await expect.poll(() => arrived(site.batches, 11)).toBe(true);
  });

  test(`closing the tab delivers, with ${how}`, async ({ page, site }) => {
    await page.goto(`${site.url}?n=12&${way}`);
    await started(page);
    await page.close({ runBeforeUnload: true });
    await expect.poll(() => arrived(site.batches, 12)).toBe(true);
  });
}

test("a crash of the renderer delivers the armed batch", async ({ page, site }) => {
  await page.addInitScript(() => {
    const page_ = /** @type {any} */ (globalThis);
    const { fetchLater } = page_;
    page_.armed = "";
    page_.fetchLater = (/** @type {string} */ url, /** @type {any} */ options) => {
      page_.armed = options.body;
      return fetchLater(url, options);
    };
  });
  await page.goto(`${site.url}?n=13`);
  await page.waitForFunction(() => /** @type {any} */ (globalThis).armed.includes('"visits"'));
  const crashed = page.waitForEvent("crash");
  page.goto("chrome://crash").catch(() => {});
  await crashed;
  await expect.poll(() => arrived(site.batches, 13)).toBe(true);
});

test("batches wait in the persistent cache across a reload and arrive once", async ({
  page,
  site,
}) => {
  site.status = 503;
  await page.goto(`${site.url}?n=21&persist&no-fetch-later`);
  await started(page);
  await page.evaluate(async () => {
    const { sampler, queue } = /** @type {any} */ (globalThis);
    await sampler.flush();
    await queue.flush();
  });
  expect(site.batches).toEqual([]);
  const { asked } = site;
  await page.goto("about:blank");
  await expect.poll(() => site.asked).toBeGreaterThan(asked); // the leaving page's beacon is refused
  site.status = 204;
  await page.goto(`${site.url}?n=22&persist&no-fetch-later`);
  await started(page);
  await page.evaluate(() => /** @type {any} */ (globalThis).sampler.flush());
  expect(arrived(site.batches, 21)).toBe(true);
  expect(arrived(site.batches, 22)).toBe(true);
  const left = await page.evaluate(() => [.../** @type {any} */ (globalThis).queue.keys()]);
  expect(left).toEqual([]);
  const ids = site.batches.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test("batches wait while the browser is offline and are sent when it is online again", async ({
  page,
  site,
}) => {
  await page.goto(`${site.url}?n=31&no-fetch-later`);
  await started(page);
  await page.context().setOffline(true);
  await page.evaluate(() => /** @type {any} */ (globalThis).sampler.flush());
  expect(site.batches).toEqual([]);
  await page.context().setOffline(false);
  await page.evaluate(() => /** @type {any} */ (globalThis).sampler.flush());
  await expect.poll(() => arrived(site.batches, 31)).toBe(true);
});

test("URLs are sent without their queries", async ({ page, site }) => {
  await page.goto(`${site.url}?n=41&secret=hunter2&no-fetch-later`);
  await started(page);
  await page.evaluate(async () => {
    await (await fetch("/missing?token=hunter2")).text();
    const { sampler } = /** @type {any} */ (globalThis);
    // Resource entries follow the response after a moment.
    while (!JSON.stringify(sampler.report()).includes("/missing")) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    await sampler.flush();
  });
  expect(arrived(site.batches, 41)).toBe(true);
  const sent = JSON.stringify(site.batches);
  expect(sent).toContain("/missing");
  expect(sent).not.toContain("hunter2");
});
