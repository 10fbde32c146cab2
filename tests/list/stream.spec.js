// A chat whose last row, an answer, grows with the text that streams in.
import { expect, test } from "../browser.js";
import { openList, rested, settled } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

/** How chats add a token to the last row. */
const ways = {
  "its text grows": () => {
    list.lastRow().append(" token of an answer");
  },
  "a splice of its item": () => {
    const { length } = list.items;
    list.splice(length - 1, 1, [longer(list.items[length - 1])]);
  },
  "an assignment of new items": () => {
    list.items = list.items.map((item, i, { length }) => (i === length - 1 ? longer(item) : item));
  },
  "the same with keys": () => {
    list.keyOf ??= (item) => item.id;
    list.items = list.items.map((item, i, { length }) => (i === length - 1 ? longer(item) : item));
  },
};

/** Opens a chat of 200 rows of text. */
async function openChat(page, attributes) {
  await openList(page, 0, attributes);
  await page.evaluate(() => {
    list.style.width = "400px";
    list.renderItem = (item, _index, element) => {
      element.className = "row";
      element.textContent = item.text;
    };
    list.lastRow = () => list.querySelector(`[aria-posinset="${list.items.length}"]`);
    window.longer = ({ id, text }) => ({ id, text: `${text} token of an answer` });
    list.items = Array.from({ length: 200 }, (_, id) => ({
      id,
      text: `Message ${id}: ${"words of a message ".repeat(1 + ((id * 7) % 13))}`,
    }));
  });
  await page.waitForFunction(() => list.range.end > 0);
  await settled(page);
}

/**
 * Streams tokens, one a frame, and looks at each frame as it is painted.
 * @returns {Promise<{ moved: number, fromEnd: number, grown: number }>} px: how far the row at the viewport's edge moved at
 *   most, how far the end was from the viewport's at most, how much the list grew
 */
const stream = (page, way, tokens) =>
  page.evaluate(
    async ([code, tokens]) => {
      const add = new Function(`return ${code}`)();
      const edge = list.getBoundingClientRect().top;
      const row = [...list.querySelectorAll(".row")].find(
        (row) => row.getBoundingClientRect().bottom > edge + 1,
      );
      const index = row.getAttribute("aria-posinset");
      const top = () =>
        list.querySelector(`[aria-posinset="${index}"]`).getBoundingClientRect().top;
      const before = top();
      const length = list.scrollHeight;
      let moved = 0;
      let fromEnd = 0;
      // After the observers of the frame: what is painted.
      const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      for (let i = 0; i < tokens; i++) {
        add();
        await painted();
        moved = Math.max(moved, Math.abs(top() - before));
        const end = list.lastRow()?.getBoundingClientRect().bottom ?? Infinity;
        fromEnd = Math.max(fromEnd, Math.abs(end - edge - list.clientHeight));
      }
      return { moved, fromEnd, grown: list.scrollHeight - length };
    },
    [String(way), tokens],
  );

for (const [name, way] of Object.entries(ways)) {
  test(`${name}: a list at its end stays there, with every token`, async ({ page }) => {
    await openChat(page, { "stick-to-end": "" });
    await expect.poll(() => page.evaluate(() => list.range.end)).toBe(200);
    await settled(page);
    await stream(page, way, 3); // the part that compares keys loads with the first
    const { fromEnd, grown } = await stream(page, way, 40);
    expect(grown).toBeGreaterThan(100);
    expect(fromEnd).toBeLessThan(1);
  });

  test(`${name}: a reader further up sees nothing move, and follows again at the end`, async ({
    page,
  }) => {
    await openChat(page, { "stick-to-end": "" });
    await stream(page, way, 10);
    await page.mouse.move(100, 300);
    await page.mouse.wheel(0, -150); // the last row is still in view
    await expect
      .poll(() => page.evaluate(() => list.scrollHeight - list.scrollTop - list.clientHeight))
      .toBeGreaterThan(100);
    await rested(page);
    const reading = await stream(page, way, 40);
    expect(reading.grown).toBeGreaterThan(100);
    expect(reading.moved).toBeLessThan(0.02);
    await page.evaluate(() => list.focus());
    await page.keyboard.press("End");
    await expect
      .poll(() => page.evaluate(() => list.scrollHeight - list.scrollTop - list.clientHeight))
      .toBeLessThan(1);
    await rested(page);
    expect((await stream(page, way, 30)).fromEnd).toBeLessThan(1);
  });

  test(`${name}: an answer longer than the view stays put while it is read`, async ({ page }) => {
    await openChat(page, {});
    await page.evaluate(() => {
      const { items } = list;
      list.splice(items.length - 1, 1, [
        { id: 199, text: "a long answer, read while it goes on ".repeat(80) },
      ]);
    });
    await settled(page);
    await page.evaluate(() => list.scrollToIndex(199));
    await settled(page);
    await page.mouse.move(100, 300);
    await page.mouse.wheel(0, 200);
    await rested(page);
    const { moved, grown } = await stream(page, way, 40);
    expect(grown).toBeGreaterThan(100);
    expect(moved).toBeLessThan(0.02);
  });
}
