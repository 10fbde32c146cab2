// Styles that a list cannot follow are reported on the console, once a list.
import { expect, test } from "../browser.js";
import { openList, settled } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

/** The console's warnings from now on. @param {import("@playwright/test").Page} page */
function warningsOf(page) {
  /** @type {string[]} */
  const warnings = [];
  page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  return warnings;
}

/**
 * Opens a list of 1,000 rows, and scrolls it as a user.
 * @param {import("@playwright/test").Page} page
 * @param {string} css of the page @param {Record<number, string>} [styles] of rows
 */
async function openStyled(page, css, styles = {}) {
  await openList(page, 0);
  await page.evaluate(
    ([css, styles]) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      document.adoptedStyleSheets = [sheet];
      list.renderItem = (item, index, row) => {
        row.style.cssText = "";
        render(item, index, row);
        row.style.cssText += styles[index] ?? "";
      };
      list.items = makeItems(1000);
    },
    [css, styles],
  );
  await page.waitForFunction(() => list.range.end > 0);
  await page.mouse.move(100, 100);
  for (let i = 0; i < 10; i++) {
    await page.mouse.wheel(0, 300);
    await settled(page);
  }
}

test("margins by a style sheet", async ({ page }) => {
  const warnings = warningsOf(page);
  await openStyled(page, "apus-list > .row { margin: 7px 0 }");
  await expect.poll(() => warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/margin of row \d+ \(7px\).*gap/);
});

test("margins of a single row", async ({ page }) => {
  const warnings = warningsOf(page);
  await openStyled(page, "", { 12: "margin-bottom: 3px" });
  await expect.poll(() => warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/margin of row 12 \(0px 3px\)/);
});

test("rows without a height, at once and later", async ({ page }) => {
  const warnings = warningsOf(page);
  await openStyled(page, "", { 2: "height: 0; padding: 0; border: 0" });
  await expect.poll(() => warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/row 2 has a height of 0 px. Give/);
  await page.reload();
  await openStyled(page, "", { 14: "display: none", 15: "display: none" });
  await expect.poll(() => warnings).toHaveLength(2);
  expect(warnings[1]).toMatch(/row 1[45] has a height of 0 px. Give/);
});

test("vertical text, of the list or around it", async ({ page }) => {
  const warnings = warningsOf(page);
  await openStyled(page, "apus-list { writing-mode: vertical-rl }");
  await expect.poll(() => warnings).toHaveLength(1);
  expect(warnings[0]).toContain("writing-mode: vertical-rl");
  await openStyled(page, "body { writing-mode: vertical-lr }");
  await expect.poll(() => warnings).toHaveLength(2);
  expect(warnings[1]).toContain("writing-mode: vertical-lr");
});

test("nothing is reported of a list that is all right, in any shape", async ({ page }) => {
  const warnings = warningsOf(page);
  for (const attributes of [
    {},
    { gap: "8" },
    { axis: "x" },
    { lanes: "3" },
    { scroller: "window" },
  ]) {
    await openList(page, 0, attributes);
    await openStyled(page, "apus-list > .row { margin-inline: 0; padding: 8px }");
    await page.evaluate(() => {
      list.hidden = true;
    });
    await settled(page);
  }
  await page.waitForTimeout(300); // it looks ten times a second
  expect(warnings).toEqual([]);
});
