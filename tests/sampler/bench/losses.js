// Entries lost when the WebAssembly loads 5 s late, and memory after
// a million of them.

/**
 * @param {import("playwright-core").Browser} browser @param {string} url
 * @returns {Promise<number>} shifts and measures that happened and were not counted
 */
export async function benchLateStart(browser, url) {
  const page = await browser.newPage();
  await page.route("**/apus-sampler.wasm", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 5000));
    await route.continue();
  });
  await page.addInitScript(() => {
    const seen = { shifts: 0 };
    Object.assign(globalThis, { seen });
    new PerformanceObserver((list) => {
      seen.shifts += list.getEntries().length;
    }).observe({ type: "layout-shift" });
  });
  await page.goto(`${url}/tests/sampler/pages/boot.html`);
  const lost = await page.evaluate(async () => {
    const { Sampler } = await import(/** @type {any} */ ("/apus/index.js"));
    const starting = Sampler.start();
    const box = /** @type {HTMLElement} */ (document.getElementById("shifting"));
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    for (let i = 0; i < 220; i++) {
      box.style.height = `${20 + (i % 2) * 40}px`;
      performance.measure("early", { start: 0, duration: i });
      await frame();
    }
    for (let i = 0; i < 3; i++) await frame();
    const sampler = await starting;
    const count = (/** @type {string} */ name) => sampler.summary(name)?.count ?? 0;
    const { seen } = /** @type {any} */ (globalThis);
    return seen.shifts - count("layout-shift") + 220 - count("early") + sampler.losses.dropped;
  });
  await page.close();
  return lost;
}

/**
 * @param {import("playwright-core").Browser} browser @param {string} url @param {number} entries
 * @returns {Promise<number>} KB of JavaScript heap and WASM memory that the entries add, in 20
 *   minutes of the sampler's clock, once as many have filled the windows
 */
export async function benchSoak(browser, url, entries) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await page.goto(`${url}/bench/`);
  await page.waitForFunction(() => "soak" in globalThis);
  const feed = (/** @type {number} */ count) =>
    page.evaluate((count) => /** @type {any} */ (globalThis).soak(count), count);
  const measure = async () => {
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    return usedSize + (await page.evaluate(() => /** @type {any} */ (globalThis).wasmBytes()));
  };
  await feed(entries);
  const before = await measure();
  await feed(entries);
  const after = await measure();
  await context.close();
  return (after - before) / 1024;
}
