// The page that the list's specs share, and its rows as seen from outside.
import { expect } from "../browser.js";

/**
 * Opens the page with `count` rows of 24 to 223 px.
 * @param {import("@playwright/test").Page} page @param {number} count
 */
export async function openList(page, count, attributes = {}) {
  await page.goto("/tests/list/pages/list.html");
  await page.waitForFunction(() => window.ready);
  await page.evaluate(
    ([count, attributes]) => {
      for (const [name, value] of Object.entries(attributes))
        document.querySelector("apus-list").setAttribute(name, value);
      list.items = makeItems(count);
    },
    [count, attributes],
  );
  // The first rows are rendered before the engine has loaded; a range needs the engine.
  if (count) await page.waitForFunction(() => list.range.end > 0);
  // The part of the shapes loads after the engine.
  if (/axis|gap|lanes|masonry|scroller/.test(Object.keys(attributes).join()))
    await page.waitForFunction(() => list.shadowRoot.getElementById("width"));
  await settled(page);
}

/**
 * Waits for the part that compares keys, which loads with the first items: then a row's element follows
 * its item.
 * @param {import("@playwright/test").Page} page of one list with `keyOf`, two rows and more
 */
export async function keysCompared(page) {
  await page.waitForFunction(() => {
    const list = document.querySelector("apus-list");
    const row = list?.querySelector(":scope > [slot=row]");
    if (!row) return false;
    const { items } = list;
    list.items = [items[1], items[0], ...items.slice(2)];
    const follows = row.getAttribute("aria-posinset") === "2";
    list.items = items;
    return follows;
  });
}

/** Waits two frames; the second begins with all rows measured. @param {import("@playwright/test").Page} page */
export function settled(page) {
  return page.evaluate(
    () =>
      new Promise((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))),
      ),
  );
}

/** Waits until the scroller has rested for ten frames: a browser glides after a key or a wheel. @param {import("@playwright/test").Page} page */
export function rested(page) {
  return page.evaluate(async () => {
    for (let same = 0, at = -1; same < 10; ) {
      await new Promise(requestAnimationFrame);
      const now = list.scrollTop + scrollY;
      same = now === at ? same + 1 : 0;
      at = now;
    }
  });
}

/** Types ahead, without a pause between the letters that would begin another word. @param {import("@playwright/test").Page} page @param {string} text */
export function typeAhead(page, text) {
  return page.evaluate((text) => {
    for (const key of text)
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  }, text);
}

/** Tabs into a list whose rows take the focus, and waits for the row that has it. @param {import("@playwright/test").Page} page */
export async function enter(page) {
  await page.keyboard.press("Tab");
  await page.waitForFunction(() => document.activeElement.parentElement === list);
}

/**
 * The mounted rows that touch the viewport, in px from its edge.
 * @param {import("@playwright/test").Page} page
 * @returns {Promise<{ index: number, text: string, top: number, bottom: number }[]>}
 */
export function visible(page) {
  return page.evaluate(() => {
    const box = list.getBoundingClientRect();
    return [...list.querySelectorAll(":scope > .row")]
      .map((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        const index = Number(row.getAttribute("aria-posinset")) - 1;
        return { index, text: row.textContent, top: top - box.top, bottom: bottom - box.top };
      })
      .filter(({ top, bottom }) => bottom > 0 && top < box.height);
  });
}

/** Fails unless consecutive rows cover the viewport without a gap. */
export async function expectCovered(page, height = 600) {
  const rows = await visible(page);
  expect(rows[0].top).toBeLessThanOrEqual(0);
  expect(rows.at(-1).bottom).toBeGreaterThanOrEqual(height);
  for (let i = 1; i < rows.length; i++) {
    expect(rows[i].index).toBe(rows[i - 1].index + 1);
    expect(Math.abs(rows[i].top - rows[i - 1].bottom)).toBeLessThan(0.02);
  }
  return rows;
}
