// A reorderable list and a drag in it, for the specs.
import { expect } from "../browser.js";
import { openList, settled } from "./pages.js";

/**
 * A reorderable list of `count` rows of 100 × 40 px, "Row 0" and so on.
 * @param {import("@playwright/test").Page} page @param {Record<string, string>} [attributes]
 */
export async function open(page, attributes = {}, style = "", count = 200) {
  await openList(page, 0, { reorder: "", estimate: "40", ...attributes });
  await page.evaluate(
    ([style, count]) => {
      list.style.cssText += `;${style}`;
      list.renderItem = (item, _index, element) => {
        element.className = "row";
        element.style.cssText = `height:${item.px}px;width:100px`;
        element.textContent = item.name;
      };
      list.items = makeItems(count).map(({ name }) => ({ name, px: 40 }));
      window.moves = [];
      list.addEventListener("reorder", ({ detail }) => moves.push([detail.from, detail.to]));
    },
    [style, count],
  );
  await page.waitForFunction(() => list.range.end > 0);
  // The parts of the shape load after the first rows.
  if (attributes.axis || attributes.lanes)
    await page.waitForFunction(() => {
      const [a, b] = [...list.querySelectorAll(".row")].map((row) => row.getBoundingClientRect());
      return b && a.left !== b.left;
    });
  await expect.poll(() => page.evaluate(() => !!list.shadowRoot.getElementById("drop"))).toBe(true);
  await settled(page);
}

/**
 * Presses on the middle of a row and moves to a share of another row's box.
 * @param {import("@playwright/test").Page} page @param {number} from @param {number} over
 */
export async function drag(page, from, over, [x, y] = [0.5, 0.75]) {
  const box = async (/** @type {number} */ index) => {
    const row = page.getByText(`Row ${index}`, { exact: true });
    return /** @type {{ x: number, y: number, width: number, height: number }} */ (
      await row.boundingBox()
    );
  };
  const [start, end] = [await box(from), await box(over)];
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 3 });
  await page.mouse.move(end.x + end.width * x, end.y + end.height * y);
  await settled(page);
}

export const moves = (page) => page.evaluate(() => moves);
export const names = (page, count) =>
  page.evaluate((count) => list.items.slice(0, count).map(({ name }) => name), count);
export const dragging = (page) => page.locator("[data-dragging]");
