import { expect, test } from "../browser.js";

const page_ = "/tests/sampler/pages/element.html";

/** @param {import("@playwright/test").Page} page @param {string} name */
const tile = (page, name) => page.locator(`apus-sampler #${name}`);

test("rates the vitals of the page in words", async ({ page, problems }) => {
  await page.goto(page_);
  for (const name of ["LCP", "FCP", "TTFB", "CLS"]) {
    await expect(tile(page, name)).toContainText(/good|needs improvement|poor/);
  }
  await expect(tile(page, "CLS").locator(".value")).toHaveText(/^\d\.\d\d/);
  await expect(tile(page, "LCP").locator(".value")).toHaveText(/^[\d.]+ m?s$/);
  expect(problems).toEqual([]);
});

test("shows INP after an interaction", async ({ page }) => {
  await page.goto(page_);
  await expect(tile(page, "TTFB")).toContainText(/good|needs improvement|poor/);
  await expect(tile(page, "INP")).toContainText("not measured yet");
  await page.evaluate(() => {
    document.getElementById("work")?.addEventListener("click", () => {
      const end = performance.now() + 60;
      while (performance.now() < end);
    });
  });
  await page.click("#work");
  await expect(tile(page, "INP")).toContainText(/good|needs improvement|poor/);
});

test("lists the page's own timings with their quantiles", async ({ page }) => {
  await page.goto(page_);
  await expect(page.locator("apus-sampler")).toContainText("No own timings yet");
  await page.waitForFunction(
    () => /** @type {any} */ (document.querySelector("apus-sampler")).sampler,
  );
  await page.evaluate(() => {
    const { sampler } = /** @type {any} */ (document.querySelector("apus-sampler"));
    for (let ms = 1; ms <= 100; ms++) sampler.track("filter", ms);
    performance.measure("native", { start: 0, duration: 20 });
  });
  const row = page.locator("apus-sampler tr", { hasText: "filter" });
  await expect(row.locator("td").first()).toHaveText("100");
  await expect(row).toContainText("ms");
  await expect(page.locator("apus-sampler tr", { hasText: "native" })).toBeVisible();
});

test("shows a sampler of the page and does not dispose it", async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  const result = await page.evaluate(async () => {
    const { Sampler } = await import(/** @type {any} */ ("/apus/index.js"));
    const element = /** @type {any} */ (document.createElement("apus-sampler"));
    const sampler = await Sampler.start();
    element.sampler = sampler; // before the element is defined
    document.body.append(element);
    await import(/** @type {any} */ ("/apus/define/sampler.js"));
    await new Promise((resolve) => setTimeout(resolve));
    const same = element.sampler === sampler;
    element.remove();
    await new Promise((resolve) => setTimeout(resolve));
    return [same, sampler.sampled];
  });
  expect(result).toEqual([true, true]);
});

test("can be moved and removed", async ({ page, problems }) => {
  await page.goto(page_);
  await page.waitForFunction(
    () => /** @type {any} */ (document.querySelector("apus-sampler")).sampler,
  );
  const states = await page.evaluate(async () => {
    const element = /** @type {any} */ (document.querySelector("apus-sampler"));
    const first = element.sampler;
    document.body.prepend(element);
    await new Promise((resolve) => setTimeout(resolve));
    const moved = element.sampler === first;
    element.remove();
    await new Promise((resolve) => setTimeout(resolve));
    return [moved, first.sampled, element.sampler === undefined];
  });
  expect(states).toEqual([true, false, true]);
  expect(problems).toEqual([]);
});

test("says that measuring is unavailable without WebAssembly", async ({ page }) => {
  await page.route("**/apus-sampler.wasm", (route) => route.abort());
  await page.goto("/tests/pages/blank.html");
  const code = await page.evaluate(async () => {
    const element = document.createElement("apus-sampler");
    const error = new Promise((resolve) => element.addEventListener("error", resolve));
    document.body.append(element);
    await import(/** @type {any} */ ("/apus/define/sampler.js"));
    return /** @type {any} */ (await error).detail.code;
  });
  expect(code).toBe("WASM_UNAVAILABLE");
  await expect(page.locator("apus-sampler")).toContainText("Measuring is not available here");
});

test("runs no timer while it is out of sight", async ({ page }) => {
  await page.addInitScript(() => {
    const running = new Set();
    const { setInterval, clearInterval } = globalThis;
    Object.assign(globalThis, {
      running,
      setInterval(/** @type {any[]} */ ...args) {
        const id = setInterval(.../** @type {[any]} */ (args));
        running.add(id);
        return id;
      },
      clearInterval(/** @type {any} */ id) {
        running.delete(id);
        clearInterval(id);
      },
    });
  });
  await page.goto(page_);
  const timers = () => page.evaluate(() => /** @type {any} */ (globalThis).running.size);
  await expect.poll(timers).toBe(1);
  await page.evaluate(() => {
    /** @type {HTMLElement} */ (document.querySelector("apus-sampler")).style.marginTop = "5000px";
  });
  await expect.poll(timers).toBe(0);
  await page.evaluate(() => document.querySelector("apus-sampler")?.scrollIntoView());
  await expect.poll(timers).toBe(1);
  await page.evaluate(() => document.querySelector("apus-sampler")?.remove());
  await expect.poll(timers).toBe(0);
});
