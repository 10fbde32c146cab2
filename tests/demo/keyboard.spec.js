// The same task with the keyboard alone.
import { expect, test } from "./atlas.js";

test("search, walk the list, open, close, switch and sort without a pointer", async ({
  page,
  atlas,
  problems,
}) => {
  await atlas.visit();
  const focusedName = () =>
    page.evaluate(() => document.activeElement?.querySelector(".name")?.textContent);

  await page.keyboard.press("/");
  await expect(atlas.search).toBeFocused();
  await page.keyboard.type("new york");
  await expect.poll(async () => (await atlas.names())[0]).toBe("New York City");
  await page.keyboard.press("ArrowDown");
  await expect.poll(focusedName).toBe("New York City");

  await page.keyboard.press("Enter");
  await expect(atlas.panel.getByText("8,175,133")).toBeVisible();
  await expect(atlas.panel.getByRole("heading", { level: 2 })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(atlas.panel).toBeHidden();
  await expect.poll(focusedName).toBe("New York City");

  await page.keyboard.press("ArrowUp");
  await expect(atlas.search).toBeFocused();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await expect(atlas.count).toHaveText("135,233 cities");

  await page.keyboard.press("Tab");
  await expect(page.getByRole("radio", { name: "Population" })).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: "Name" })).toBeChecked();
  await expect.poll(async () => (await atlas.names()).includes("Shanghai")).toBe(false);

  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("ArrowDown");
  const first = await page.locator("#list").evaluate((list) => list.items[0].name);
  const last = await page.locator("#list").evaluate((list) => list.items.at(-1).name);
  await expect.poll(focusedName).toBe(first);
  await page.keyboard.press("End");
  await expect.poll(focusedName).toBe(last);
  await page.keyboard.press("Home");
  await expect.poll(focusedName).toBe(first);
  await page.keyboard.press("PageDown");
  const tenth = await page.locator("#list").evaluate((list) => list.items[10].name);
  await expect.poll(focusedName).toBe(tenth);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(atlas.panel.getByRole("heading", { level: 2 })).toHaveText(tenth);
  await page.keyboard.press("Escape");

  await atlas.failing.focus();
  await page.keyboard.press("Space");
  await expect(atlas.failing).toBeChecked();
  expect(problems).toEqual([]);
});

test("every stop of the Tab key is visible", async ({ page, atlas, problems }) => {
  await atlas.visit();
  const seen = [];
  for (let stop = 0; stop < 8; stop++) {
    await page.keyboard.press("Tab");
    const stopHere = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      // a radio's focus ring is around its label
      const marked = element.matches("[type=radio]") ? element.nextElementSibling : element;
      const { outlineStyle, outlineWidth } = getComputedStyle(marked ?? element);
      return { tag: element.tagName, ring: outlineStyle !== "none" && outlineWidth !== "0px" };
    });
    if (stopHere) seen.push(stopHere);
  }
  expect(seen.length).toBeGreaterThan(5);
  expect(seen.filter(({ ring }) => !ring)).toEqual([]);
  expect(problems).toEqual([]);
});
