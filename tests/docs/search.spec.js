// The documentation's search, by keyboard and by pointer, and the texts for language models.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "../browser.js";

test("/ opens the search, arrows choose, Enter goes there", async ({ page, problems }) => {
  await page.goto("/docs/cache");
  await expect(page.getByRole("button", { name: "Search" })).toBeVisible();
  await page.keyboard.press("/");
  const input = page.getByRole("combobox", { name: "Search" });
  await expect(input).toBeFocused();
  await input.pressSequentially("wasm_unavail");
  const options = page.getByRole("option");
  await expect(options.first()).toContainText("WASM_UNAVAILABLE");
  await expect(options.first()).toHaveAttribute("aria-selected", "true");
  await expect(input).toHaveAttribute("aria-expanded", "true");
  await input.fill("policy");
  await expect(options.nth(1)).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(options.nth(1)).toHaveAttribute("aria-selected", "true");
  await expect(input).toHaveAttribute("aria-activedescendant", "result-1");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await expect(options.last()).toHaveAttribute("aria-selected", "true");
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
  await input.fill("staleWhileRevalidate");
  await expect(options.first()).toBeVisible();
  await input.fill("choose a policy");
  await expect(options.first()).toContainText("Choose a policy");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/docs\/cache#choose-a-policy$/);
  await expect(input).toBeHidden();
  expect(problems).toEqual([]);
});

test("the search says when nothing is found, and Escape gives the focus back", async ({
  page,
  problems,
}) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto("/docs/list");
  const button = page.getByRole("button", { name: "Search" });
  await button.click();
  await page.getByRole("combobox").fill("zzzyx");
  await expect(page.getByRole("status")).toContainText("Nothing has");
  await expect(page.getByRole("option")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(button).toBeFocused();
  expect(problems).toEqual([]);
});

test("the index finds what the API has, and each address leads somewhere", async ({ page }) => {
  /** @type {[string, string, string, string, string][]} */
  const index = await (await page.request.get("/docs/search.json")).json();
  expect(index.length).toBeGreaterThan(500);
  expect(index.some(([, at]) => at.startsWith("/docs/api/"))).toBe(true);
  const pages = new Map();
  for (const [, address] of index) {
    const [path, hash] = address.split("#");
    if (!pages.has(path)) pages.set(path, await (await page.request.get(path)).text());
    if (hash) expect(pages.get(path).includes(`id="${hash}"`), address).toBe(true);
  }
});

test("llms.txt names each document, llms-full.txt contains it", async ({ page }) => {
  const overview = await (await page.request.get("/llms.txt")).text();
  expect(overview).toMatch(/^# Apus\n\n> /);
  const links = [...overview.matchAll(/\]\((\/docs\/[\w-]+\.md)\): \S/g)].map(([, link]) => link);
  expect(links.length).toBeGreaterThan(20);
  const whole = await (await page.request.get("/llms-full.txt")).text();
  for (const link of links) {
    const answer = await page.request.get(link);
    expect(answer.headers()["content-type"]).toContain("text/markdown");
    expect(whole.includes((await answer.text()).trim()), link).toBe(true);
  }
});
