import { expect, test } from "../browser.js";

/**
 * Starts a sampler in the page, does something, and waits until the report satisfies.
 * @param {import("@playwright/test").Page} page
 * @param {string} action code that may use `sampler`
 * @param {string} until expression over `report`
 * @param {object} [options]
 * @returns {Promise<any>} the report
 */
async function reportAfter(page, action, until, options = {}) {
  await page.addScriptTag({ url: "/tests/sampler/pages/tools.js", type: "module" });
  await page.waitForFunction(() => "startSampler" in globalThis);
  await page.evaluate((options) => /** @type {any} */ (globalThis).startSampler(options), options);
  await page.evaluate(action);
  // Evaluated by the debugger: the page's own policy forbids it.
  const check = `(() => { const report = sampler.report(); return Boolean(${until}); })()`;
  await expect.poll(() => page.evaluate(check)).toBe(true);
  return page.evaluate(() => /** @type {any} */ (globalThis).sampler.report());
}

test("resources are summed by type, the slow and large ones listed", async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  await page.route("**/large.bin", (route) =>
    route.fulfill({ body: Buffer.alloc(1_200_000), contentType: "application/octet-stream" }),
  );
  const report = await reportAfter(
    page,
    "fetch('/large.bin?secret=1').then((r) => r.blob())",
    "report.resources.byType.some((sum) => sum.type === 'fetch' && sum.count >= 1)",
  );
  const fetched = report.resources.byType.find((/** @type {any} */ sum) => sum.type === "fetch");
  expect(fetched.count).toBeGreaterThan(0);
  expect(report.resources.waterfall.length).toBeGreaterThan(0);
  const series = report.series.find(
    (/** @type {any} */ row) => row.name === "resource" && row.tags.type === "fetch",
  );
  expect(series.exemplars[0].attribution.url).toContain("http");
});

test("errors, rejections and missing resources are distinguished", async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  const report = await reportAfter(
    page,
    `setTimeout(() => { throw new RangeError("out"); });
     Promise.reject(new TypeError("no"));
     const image = new Image(); image.src = "/missing.png"; document.body.append(image); 1`,
    "report.errorCount >= 3",
  );
  const kinds = report.errors.map((/** @type {any} */ { kind, name }) => `${kind} ${name}`).sort();
  expect(kinds).toEqual(["error RangeError", "rejection TypeError", "resource img"]);
});

test("a navigation is counted once, however often the browser reports it", async ({ page }) => {
  await page.goto("/tests/sampler/pages/boot.html");
  const report = await reportAfter(
    page,
    "1",
    "report.series.some((row) => row.name === 'navigation.load')",
  );
  const counts = report.series
    .filter((/** @type {any} */ { name }) => name.startsWith("navigation."))
    .map((/** @type {any} */ { name, count }) => `${name} ${count}`);
  expect(counts.sort()).toEqual([
    "navigation.dom-content-loaded 1",
    "navigation.load 1",
    "navigation.ttfb 1",
  ]);
});

test("long frames are summed by script", async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  const report = await reportAfter(
    page,
    "work(120)",
    "report.longFrames.byScript.some(({ script }) => script.includes('tools.js'))",
  );
  const sums = report.longFrames.byScript;
  const worked = sums.find((/** @type {any} */ { script }) => script.includes("tools.js"));
  expect(worked.time).toBeGreaterThan(50);
  // The most time first. On a slow machine that is the start of the page's own scripts.
  const times = sums.map((/** @type {any} */ { time }) => time);
  expect(times).toEqual([...times].sort((a, b) => b - a));
});

test("memory and watched numbers are sampled", async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  const report = await reportAfter(
    page,
    "sampler.watch('cache', () => ({ hitRatio: 0.75, name: 'x' })); 1",
    "report.series.some((row) => row.name === 'cache.hitRatio')",
  );
  const row = report.series.find((/** @type {any} */ each) => each.name === "cache.hitRatio");
  expect(row.max).toBe(0.75);
  expect(report.series.some((/** @type {any} */ each) => each.name === "memory.bytes")).toBe(true);
});

test("lifecycle, element timing and connection are reported", async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  await page.addScriptTag({ url: "/tests/sampler/pages/tools.js", type: "module" });
  await page.waitForFunction(() => "startSampler" in globalThis);
  await page.evaluate(() => /** @type {any} */ (globalThis).startSampler({}));
  await page.evaluate(() => {
    document.body.innerHTML = '<h1 elementtiming="title">A title</h1>';
    // A visible page cannot be frozen.
    for (const name of ["freeze", "resume"]) document.dispatchEvent(new Event(name));
    /** @type {any} */ (navigator).connection.dispatchEvent(new Event("change"));
  });
  const labels = () =>
    page.evaluate(() =>
      /** @type {any} */ (globalThis).sampler
        .report()
        .series.map((/** @type {any} */ { name, tags }) =>
          [name, ...Object.values(tags)].join(" "),
        ),
    );
  for (const label of ["lifecycle freeze", "lifecycle resume", "element title"])
    await expect.poll(labels).toContain(label);
  expect((await labels()).some((label) => label.startsWith("connection.rtt"))).toBe(true);
});

test("a full buffer of resources is counted, and shown", async ({ page }) => {
  await page.goto("/tests/sampler/pages/dashboard.html");
  await page.waitForFunction(
    () => /** @type {any} */ (document.querySelector("apus-sampler")).sampler,
  );
  await page.evaluate(async () => {
    performance.setResourceTimingBufferSize(performance.getEntriesByType("resource").length + 1);
    for (let i = 0; i < 4; i++) await fetch(`/tests/pages/blank.html?${i}`);
  });
  const full = () =>
    page.evaluate(
      () => /** @type {any} */ (document.querySelector("apus-sampler")).sampler.losses.full,
    );
  await expect.poll(full).toBeGreaterThan(0);
  await page.locator("apus-sampler [role=tab]", { hasText: "Health" }).click();
  const row = page.locator("apus-sampler [role=tabpanel] tr", { hasText: "resource buffer full" });
  await expect(row.locator("td")).not.toHaveText("0");
});

test("frames are timed with the option `frames`", async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  const report = await reportAfter(
    page,
    "1",
    "report.series.some((row) => row.name === 'frame' && row.count > 10)",
    { frames: true },
  );
  const row = report.series.find((/** @type {any} */ each) => each.name === "frame");
  expect(row.p50).toBeGreaterThan(3);
});

test("an event is kept with its target element", async ({ page }) => {
  await page.goto("/tests/sampler/pages/element.html");
  await page.evaluate(() => {
    document.getElementById("work")?.addEventListener("click", () => {
      const end = performance.now() + 80;
      while (performance.now() < end);
    });
  });
  await page.addScriptTag({ url: "/tests/sampler/pages/tools.js", type: "module" });
  await page.waitForFunction(() => "startSampler" in globalThis);
  await page.evaluate(() => /** @type {any} */ (globalThis).startSampler({}));
  await page.click("#work");
  const click =
    "sampler.report().series.find((row) => row.name === 'event' && row.tags.type === 'click')";
  await expect.poll(() => page.evaluate(click)).toBeTruthy();
  const row = /** @type {any} */ (await page.evaluate(click));
  expect(row.exemplars[0].attribution.element).toBe("button#work");
  expect(row.exemplars[0].attribution.processing).toBeGreaterThan(70);
});

test("an engine without the APIs gets the other measurements", async ({ page, problems }) => {
  await page.addInitScript(() => {
    const page_ = /** @type {any} */ (globalThis);
    delete page_.PerformanceObserver;
    delete page_.PerformanceEventTiming;
    delete page_.performance.memory;
    delete page_.fetchLater;
    delete page_.CompressionStream;
    delete page_.requestIdleCallback;
    delete Object.getPrototypeOf(navigator).connection;
  });
  await page.goto("/tests/pages/blank.html");
  const report = await reportAfter(
    page,
    "sampler.track('work', 5); sampler.measure('m'); 1",
    "report.series.length > 0",
  );
  expect(report.series.map((/** @type {any} */ row) => row.name)).toContain("work");
  expect(problems).toEqual([]);
});
