// <apus-cache remote panel>: the attribute, and a column for each level.
import { violationsOf } from "../axe.js";
import { expect, test } from "../demo/levels-server.js";

/** @param {import("@playwright/test").Page} page @param {Record<string, string>} attributes */
async function open(page, attributes) {
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(async (attributes) => {
    document.documentElement.style.colorScheme = "light dark";
    document.documentElement.lang = "en";
    await import("/apus/define.js");
    const main = document.createElement("main");
    const element = document.createElement("apus-cache");
    for (const [name, value] of Object.entries({ ...attributes, panel: "" }))
      element.setAttribute(name, value);
    main.append(element);
    document.body.append(main);
    await element.ready;
  }, attributes);
  return page.getByRole("region", { name: `Cache ${attributes.name}` });
}

/** @param {import("@playwright/test").Page} page @param {string} key */
const ask = (page, key) =>
  page.evaluate((key) => document.querySelector("apus-cache").cache.fetch(key), key);

test("a cache with a gateway has a column for each level", async ({ page }) => {
  const panel = await open(page, { name: "shop", remote: "/gateway/", persist: "" });
  const columns = panel.getByRole("list", { name: "Levels" }).getByRole("listitem");
  await expect(columns).toHaveCount(4);
  await expect(columns.nth(3)).toContainText("not asked");
  await ask(page, "product:1");
  await ask(page, "product:1");
  for (const [i, texts] of [
    [0, ["Memory", "50.0%", "p50", "p95", "Bytes", "Errors"]],
    [1, ["Disk", "0.0%"]],
    [2, ["Edge"]],
    [3, ["Remote", "100.0%", /\d\sms/]],
  ]) {
    for (const text of texts) await expect(columns.nth(i)).toContainText(text);
  }
});

test("without a disk there are three, and without a gateway none", async ({ page }) => {
  const panel = await open(page, { name: "shop", remote: "/gateway/" });
  await expect(panel.getByRole("list", { name: "Levels" }).getByRole("listitem")).toHaveCount(3);
  const before = await page.evaluate(() => performance.getEntriesByType("resource").length);
  expect(before).toBeGreaterThan(0);
  const plain = await open(page, { name: "plain" });
  await expect(plain.getByText("Hit ratio, last minute")).toBeVisible();
  await expect(plain.getByRole("list")).toHaveCount(0);
  const names = await page.evaluate(() =>
    performance.getEntriesByType("resource").map(({ name }) => name),
  );
  expect(names.filter((name) => /panel-levels|\/open-/.test(name))).toEqual([]);
});

test("a gateway that does not answer is marked as down", async ({ page, problems }) => {
  await page.route("**/gateway/**", (route) => route.abort());
  const panel = await open(page, { name: "shop", remote: "/gateway/" });
  await page.evaluate(() =>
    document
      .querySelector("apus-cache")
      .cache.fetch("a")
      .catch(() => {}),
  );
  await expect(panel.getByText("Remote: down")).toBeVisible();
  await expect(panel.locator("[data-level=remote]")).toContainText(/Errors\s*[1-9]/);
  problems.splice(0, problems.length, ...problems.filter((text) => !/Failed to load/.test(text)));
});

test("the attribute is a property, and what it cannot be is an error event", async ({ page }) => {
  await open(page, { name: "shop", remote: "/gateway/" });
  const seen = await page.evaluate(async () => {
    const element = document.querySelector("apus-cache");
    const first = element.cache;
    const before = element.remote;
    const failed = new Promise((resolve) => {
      element.addEventListener("error", (event) => {
        event.preventDefault();
        resolve(String(event.detail.error));
      });
    });
    element.remote = "ftp://elsewhere/";
    const error = await failed;
    element.remote = "";
    const plain = await element.ready;
    return { before, error, again: plain !== first, levels: "levels" in plain.stats() };
  });
  expect(seen).toMatchObject({ before: "/gateway/", again: true, levels: false });
  expect(seen.error).toMatch(/TypeError: .*remote: url must be a URL/);
});

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  for (const width of [360, 1440]) {
    test(`axe finds nothing, ${colorScheme}, ${width} px`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      const panel = await open(page, { name: "shop", remote: "/gateway/", persist: "" });
      await ask(page, "product:2");
      await expect(panel.getByRole("list", { name: "Levels" })).toContainText("100.0%");
      expect(await violationsOf(page, { include: "apus-cache" })).toEqual([]);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(over).toBeLessThanOrEqual(0);
    });
  }
}
