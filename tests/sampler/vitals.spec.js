// Differential: the sampler reports the same vitals of a page load as web-vitals alone.
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "../browser.js";

const address = "/tests/sampler/pages/vitals.html";

/** @param {import("@playwright/test").Page} page */
const both = (page) => page.evaluate(() => /** @type {any} */ (globalThis).both());

/** What web-vitals learns of long frames. Of those before its start it keeps the last ten. */
const ofFrames = /^(longestScript|total\w+Duration)$/;

/**
 * @param {import("@playwright/test").Page} page @param {string[]} names that must have been measured
 * @param {{ late?: boolean }} [options] late: long frames do not count, a busy machine makes many
 */
async function expectEqual(page, names, { late = false } = {}) {
  const counted = (/** @type {object} */ vitals) =>
    JSON.parse(
      JSON.stringify(vitals, (key, value) => (late && ofFrames.test(key) ? undefined : value)),
    );
  const measured = async () => {
    const { alone, ours } = await both(page);
    return { alone: counted(alone), ours: counted(ours) };
  };
  await page.waitForFunction(() => "both" in globalThis);
  await expect
    .poll(async () => {
      const { alone, ours } = await measured();
      return names.every((name) => name in alone) && isDeepStrictEqual(alone, ours);
    })
    .toBe(true)
    .catch(() => {}); // the comparison below shows the difference
  const { alone, ours } = await measured();
  expect(Object.keys(alone)).toEqual(expect.arrayContaining(names));
  expect(ours).toEqual(alone);
}

/** @param {import("@playwright/test").Page} page @param {number} count @param {number} pause ms */
function shift(page, count, pause) {
  return page.evaluate(
    async ([count, pause]) => {
      const box = /** @type {HTMLElement} */ (document.getElementById("shifting"));
      for (let i = 0; i < count; i++) {
        box.style.height = `${30 + (i % 2) * 50 + i}px`;
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, pause)));
      }
    },
    [count, pause],
  );
}

test("a quiet page", async ({ page }) => {
  await page.goto(address);
  await expectEqual(page, ["LCP", "FCP", "TTFB", "CLS"]);
});

test("shifts in one session window", async ({ page }) => {
  await page.goto(address);
  await page.waitForFunction(() => "both" in globalThis);
  await shift(page, 12, 20);
  await expectEqual(page, ["CLS"]);
  expect((await both(page)).ours.CLS.value).toBeGreaterThan(0);
});

test("shifts in two windows", async ({ page }) => {
  await page.goto(address);
  await page.waitForFunction(() => "both" in globalThis);
  await shift(page, 2, 1100);
  await expectEqual(page, ["CLS"]);
});

test("slow clicks", async ({ page }) => {
  await page.goto(address);
  await page.waitForFunction(() => "both" in globalThis);
  for (let i = 0; i < 4; i++) await page.click("#slow");
  await expectEqual(page, ["INP", "LCP"]);
  expect((await both(page)).ours.INP.value).toBeGreaterThanOrEqual(64);
});

test("keys", async ({ page }) => {
  await page.goto(address);
  await page.waitForFunction(() => "both" in globalThis);
  await page.focus("#slow");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Space");
  await expectEqual(page, ["INP"]);
});

test("a slow server", async ({ page }) => {
  await page.route(`**${address}`, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 900));
    await route.continue();
  });
  await page.goto(address);
  await expectEqual(page, ["TTFB", "FCP"]);
});

test("a page that starts hidden", async ({ page }) => {
  await page.addInitScript(() => {
    let state = "hidden";
    Object.defineProperty(document, "visibilityState", { get: () => state });
    Object.defineProperty(document, "hidden", { get: () => state === "hidden" });
    Object.assign(globalThis, {
      reveal() {
        state = "visible";
        document.dispatchEvent(new Event("visibilitychange"));
      },
    });
  });
  await page.goto(address);
  await page.waitForFunction(() => "both" in globalThis);
  await page.evaluate(() => /** @type {any} */ (globalThis).reveal());
  await shift(page, 3, 10);
  await expectEqual(page, ["TTFB"]);
});

test("a page that becomes hidden keeps its last values", async ({ page }) => {
  await page.goto(address);
  await page.waitForFunction(() => "both" in globalThis);
  await page.click("#slow");
  await shift(page, 3, 10);
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  });
  await expectEqual(page, ["LCP", "CLS", "INP"]);
});

test("a prerendered page counts from its activation", async ({ page }) => {
  await page.addInitScript(() => {
    let prerendering = true;
    Object.defineProperty(document, "prerendering", { get: () => prerendering });
    Object.assign(globalThis, {
      activate() {
        prerendering = false;
        document.dispatchEvent(new Event("prerenderingchange", { bubbles: true }));
      },
    });
  });
  await page.goto(address);
  await page.waitForFunction(() => "both" in globalThis);
  expect(await both(page)).toEqual({ alone: {}, ours: {} });
  await page.evaluate(() => /** @type {any} */ (globalThis).activate());
  await expectEqual(page, ["FCP", "LCP", "TTFB"]);
  const states = await page.evaluate(() =>
    /** @type {any} */ (globalThis).sampler
      .report()
      .lifecycle.map((/** @type {any} */ { state }) => state),
  );
  expect(states).toContain("activated");
});

test("a sampler that starts late reports the same as web-vitals from the start", async ({
  page,
}) => {
  await page.goto("/tests/sampler/pages/late.html");
  await page.waitForFunction(() => "start" in globalThis);
  // Interactions too short for the browser to report late, and more shifts than it keeps.
  // The clicks come first: on a busy machine each shift makes a long frame, of which it keeps 200.
  for (let i = 0; i < 4; i++) await page.click("#slow");
  await shift(page, 160, 0);
  await shift(page, 8, 100);
  await expect
    .poll(() => page.evaluate(() => Object.keys(/** @type {any} */ (globalThis).alone)))
    .toContain("INP");
  await page.evaluate(() => /** @type {any} */ (globalThis).start());
  await expectEqual(page, ["LCP", "FCP", "TTFB", "CLS", "INP"], { late: true });
  const native = await page.evaluate(() => String(PerformanceObserver).includes("[native code]"));
  expect(native).toBe(true);
  // Both go on from there.
  await shift(page, 5, 10);
  await page.click("#slow");
  await expectEqual(page, ["CLS", "INP"], { late: true });
});
