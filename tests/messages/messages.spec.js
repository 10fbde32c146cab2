// Every element in every language shows no English, and fits into a phone.

import { en } from "../../js/messages/en.js";
import { expect, test } from "../browser.js";

const languages = ["de", "fr", "es", "ja", "ar"];

const forms = (message) => (typeof message === "string" ? [message] : Object.values(message));
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Finds English texts that the language has other words for. */
async function foreign(language) {
  const own = (await import(`../../js/messages/${language}.js`))[language];
  const patterns = Object.entries(en)
    .filter(([key]) => !forms(own[key]).includes(key))
    .flatMap(([, message]) => forms(message))
    .map((text) => escaped(text).replace(/\\\{\w+\\\}/g, "[\\d.,\\p{L}\\p{M}\\s/:%-]+?"));
  const english = new RegExp(`^(?:${patterns.join("|")})$`, "u");
  const known = new Set(Object.values(own).flatMap(forms)); // "Cache leeren" is not "Cache {name}"
  return (text) => english.test(text) && !known.has(text);
}

async function open(page, language) {
  await page.goto(`/tests/messages/pages/elements.html?language=${language}`);
  await page.waitForFunction(() => window.ready);
  await expect(page.locator("apus-lazy [part=retry]")).toBeVisible();
  await expect(page.locator("apus-image [part=retry]")).toBeVisible();
  await expect(page.locator("apus-quantum [part=circuit]")).toBeVisible();
  await expect(page.locator("apus-cache [part=panel]")).toBeVisible();
  await expect(page.locator("apus-list [data-state=error]").first()).toHaveText(/[^…\s]/);
  await page.locator("apus-sampler").last().scrollIntoViewIfNeeded(); // it rests out of sight
  await expect(page.locator("apus-sampler [role=tab]").first()).toBeVisible();
}

/** All texts, of each tab of the dashboard. */
async function textsOf(page) {
  const all = [];
  for (const tab of await page.locator("apus-sampler [role=tab]").all()) {
    await tab.click();
    all.push(...(await page.evaluate(() => window.texts())));
  }
  const panel = page.locator("apus-cache");
  await panel.locator("[name=tag]").fill("x");
  await panel.locator("[name=invalidate]").click();
  all.push(...(await page.evaluate(() => window.texts())));
  await panel.locator("[name=clear]").click();
  await expect(panel.locator("dialog")).toBeVisible();
  all.push(...(await page.evaluate(() => window.texts())));
  await panel.locator("dialog [autofocus]").click();
  return all;
}

for (const language of languages) {
  test(`${language}: no element shows English`, async ({ page }) => {
    const english = await foreign(language);
    await open(page, language);
    const all = await textsOf(page);
    expect(all.length).toBeGreaterThan(150);
    // Types of resources are names of the platform, e.g. "script".
    const found = all.filter(([text, id]) => id !== "types" && english(text));
    expect([...new Set(found.map(([text]) => text))]).toEqual([]);
  });
}

test("the check finds English", async ({ page }) => {
  const english = await foreign("ar");
  await open(page, "en");
  const all = await textsOf(page);
  const found = new Set(all.filter(([text]) => english(text)).map(([text]) => text));
  for (const text of ["Try again", "Error", "Not loaded. Press to try again.", "Outbox", "Tag"])
    expect([...found]).toContain(text);
  expect(found.size).toBeGreaterThan(80);
});

for (const language of ["ar", "de"]) {
  test(`${language}: the elements fit into a phone`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await open(page, language);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      360,
    );
    const folder = process.env.SCREENSHOTS;
    if (!folder) return;
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${folder}/${language}-${colorScheme}.png`, fullPage: true });
    }
  });
}

test("the language is that of the page, an element's messages come first", async ({ page }) => {
  await page.goto("/tests/messages/pages/elements.html?language=fr");
  await page.waitForFunction(() => window.ready);
  const labels = await page.evaluate(async () => {
    const label = (element) => {
      document.body.append(element);
      return element.shadowRoot.querySelector("[part=retry]").textContent;
    };
    const lazy = () => document.createElement("apus-lazy");
    const all = [label(lazy())];
    all.push(label(Object.assign(lazy(), { messages: { "Try again": "Once more" } })));
    document.documentElement.lang = "fr-CA";
    all.push(label(lazy()));
    document.documentElement.lang = "it"; // not imported
    all.push(label(lazy()));
    document.documentElement.lang = "";
    all.push(label(lazy()));
    return [...all, "messages" in lazy()];
  });
  expect(labels).toEqual(["Réessayer", "Once more", "Réessayer", "Try again", "Réessayer", true]);
});
