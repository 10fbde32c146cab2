import { expect, test } from "../browser.js";

/** Shifts the page before the sampler's script is there. @param {import("@playwright/test").Page} page */
async function shift(page, count = 170) {
  await page.addInitScript(() => {
    const counts = { seen: 0 };
    Object.assign(globalThis, { counts });
    new PerformanceObserver((list) => {
      counts.seen += list.getEntries().length;
    }).observe({ type: "layout-shift" });
  });
  await page.goto("/tests/sampler/pages/boot.html");
  await page.evaluate(async (count) => {
    const box = /** @type {HTMLElement} */ (document.getElementById("shifting"));
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    for (let i = 0; i < count; i++) {
      box.style.height = `${20 + (i % 2) * 40}px`;
      await frame();
    }
    for (let i = 0; i < 3; i++) await frame();
  }, count);
}

/** @param {import("@playwright/test").Page} page */
function start(page) {
  return page.evaluate(async () => {
    const { Sampler } = await import(/** @type {any} */ ("/apus/index.js"));
    const sampler = await Sampler.start();
    const summary = sampler.summary("layout-shift");
    const { seen } = /** @type {any} */ (globalThis).counts;
    return { seen, shifts: summary?.count, losses: sampler.losses };
  });
}

test("a late start loses no entry that the boot script observed", async ({ page, problems }) => {
  await page.route("**/apus-sampler.wasm", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await route.continue();
  });
  await shift(page);
  const { seen, shifts, losses } = await start(page);
  expect(seen).toBeGreaterThan(150); // the browser's own limit
  expect(shifts).toBe(seen);
  expect(losses).toEqual({ rejected: 0, dropped: 0, full: 0 });
  expect(problems).toEqual([]);
});

test("without the boot script the browser's losses are counted", async ({ page }) => {
  await page.route("**/boot.js", (route) => route.fulfill({ body: "" }));
  await shift(page);
  const { seen, shifts, losses } = await start(page);
  expect(shifts + losses.dropped).toBe(seen);
  expect(losses.dropped).toBeGreaterThan(0);
});

test("entries from before the WebAssembly has loaded are counted", async ({ page }) => {
  await page.route("**/apus-sampler.wasm", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.continue();
  });
  await page.goto("/tests/pages/blank.html");
  const count = await page.evaluate(async () => {
    const { Sampler } = await import(/** @type {any} */ ("/apus/index.js"));
    const starting = Sampler.start();
    for (let i = 0; i < 300; i++) performance.measure("early", { start: 0, duration: i });
    const sampler = await starting;
    return sampler.summary("early").count;
  });
  expect(count).toBe(300);
});

test("outside the sample the boot script stops observing", async ({ page }) => {
  await page.goto("/tests/sampler/pages/boot.html");
  const kept = await page.evaluate(async () => {
    const timeline = /** @type {any} */ (globalThis)[Symbol.for("apus.sampler.boot")];
    const { Sampler } = await import(/** @type {any} */ ("/apus/index.js"));
    const sampler = await Sampler.start({ sampleRate: 0 });
    const before = timeline.queue.length;
    performance.mark("later");
    timeline.collect();
    await new Promise((resolve) => setTimeout(resolve));
    return { sampled: sampler.sampled, more: timeline.queue.length - before };
  });
  expect(kept).toEqual({ sampled: false, more: 0 });
});
