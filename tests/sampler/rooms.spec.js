// A sampler measures the other rooms without configuration.
import { expect, test } from "../browser.js";

test("caches, lists and lazy loads are sampled", async ({ page, problems }) => {
  await page.goto("/tests/engines/elements.html");
  // The page's own module, which would count as a request too.
  await expect(page.locator("apus-lazy x-loaded")).toBeAttached();
  const names = await page.evaluate(async () => {
    const { lazy, Sampler } = await import(/** @type {any} */ ("/apus/index.js"));
    const cache = await /** @type {any} */ (document.querySelector("apus-cache")).ready;
    const sampler = await Sampler.start();
    for (const key of ["a", "b", "c", "d"]) cache.set(key, key);
    for (const key of ["a", "b", "c", "none"]) cache.get(key);
    const list = /** @type {any} */ (document.querySelector("apus-list"));
    list.items = Array.from({ length: 1000 }, (_, i) => ({ name: `row ${i}` }));
    await lazy("/tests/pages/problems.js");
    Object.assign(globalThis, { sampler });
    return [...sampler.series()].map(({ name }) => name);
  });
  expect(names).toContain("resource");
  const summary = (/** @type {string} */ name, /** @type {object} */ options = {}) =>
    page.evaluate(
      ([name, options]) => /** @type {any} */ (globalThis).sampler.summary(name, options),
      /** @type {const} */ ([name, options]),
    );
  const tags = { cache: "engines" };
  await expect.poll(() => summary("cache.hitRatio", { tags })).toMatchObject({ mean: 0.75 });
  expect((await summary("cache.bytes", { tags })).max).toBeGreaterThan(0);
  await expect.poll(async () => (await summary("list.frame"))?.count ?? 0).toBeGreaterThan(0);
  expect((await summary("list.frame")).min).toBeGreaterThanOrEqual(0);
  await expect.poll(async () => (await summary("lazy.request"))?.count).toBe(1);
  expect(problems).toEqual([]);
});
