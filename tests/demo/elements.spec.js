// Each element in a minimal page with one script tag, under the strict policy.
import { expect, test } from "../browser.js";

test("<apus-list> shows a million rows", async ({ page, problems }) => {
  await page.goto("/tests/demo/pages/list.html");
  const list = page.locator("#list");
  await list.evaluate((list) => {
    list.renderItem = (item, index, element) => {
      element.textContent = `${index}: ${item}`;
    };
    list.items = Array.from({ length: 1_000_000 }, (_, index) => `row ${index}`);
  });
  await expect(list.getByText("0: row 0", { exact: true })).toBeVisible();
  await list.evaluate((list) => list.scrollToIndex(999_999, { align: "end" }));
  await expect(list.getByText("999999: row 999999", { exact: true })).toBeVisible();
  expect(await list.evaluate((list) => list.childElementCount)).toBeLessThan(200);
  expect(problems).toEqual([]);
});

test("<apus-lazy> loads a module after a refused request", async ({ page, problems }) => {
  await page.goto("/tests/demo/pages/lazy.html");
  await expect(page.getByText("Here it is")).toBeVisible();
  await expect(page.getByText("One moment")).toBeHidden();
  const greeting = await page.locator("#lazy").evaluate((lazy) => lazy.module.greeting);
  expect(greeting).toBe("hello");
  expect(problems.splice(0).join()).toContain("503");
});

test("<apus-sampler> shows the page's vitals", async ({ page, problems }) => {
  await page.goto("/tests/demo/pages/sampler.html");
  const sampler = page.locator("#sampler");
  for (const vital of ["LCP", "INP", "CLS", "FCP", "TTFB"]) {
    await expect(sampler.getByText(vital, { exact: true }).first()).toBeVisible();
  }
  await page.getByRole("button", { name: "Press" }).click();
  await expect
    .poll(() => sampler.evaluate((element) => element.sampler?.vitals.has("FCP")))
    .toBe(true);
  expect(problems).toEqual([]);
});

test("<apus-cache> keeps entries across a reload", async ({ page, problems }) => {
  await page.goto("/tests/demo/pages/cache.html");
  const cache = page.locator("#cache");
  await cache.evaluate(async (element) => {
    const cache = await element.ready;
    cache.set("swift", { wings: 2 });
    await cache.flush();
  });
  await page.reload();
  const value = await cache.evaluate(async (element) => (await element.ready).load("swift"));
  expect(value).toEqual({ wings: 2 });
  expect(problems).toEqual([]);
});
