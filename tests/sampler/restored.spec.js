// A page restored from the back/forward cache, which Playwright disables by default.
import config from "../../playwright.config.js";
import { expect, test } from "../browser.js";

test.use({
  launchOptions: {
    ...config.use?.launchOptions,
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  },
});

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
