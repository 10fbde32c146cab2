// The list next to an oracle: the same rows, all in the document, in a plain scroller.
import { expect, test } from "../browser.js";
import { openList } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

for (const seed of [1, 2, 3]) {
  test(`the same rows at the same pixels as when all rows are rendered (${seed})`, async ({
    page,
  }) => {
    await openList(page, 0);
    const wrong = await page.evaluate(async (seed) => {
      let state = seed;
      const random = (below) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
      };
      const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      let id = 0;
      const make = (count) =>
        Array.from({ length: count }, () => {
          id++;
          return { id, name: `Row ${id}`, height: 30 + random(120) };
        });
      list.style.height = "400px";
      const oracle = document.createElement("div");
      Object.assign(oracle.style, { height: "400px", overflow: "auto", overflowAnchor: "none" });
      document.body.append(oracle);
      const elements = new Map();
      const shown = (item) => {
        let element = elements.get(item);
        if (!element) {
          element = document.createElement("div");
          elements.set(item, element);
        }
        render(item, 0, element);
        return element;
      };
      const items = make(300);
      list.items = items;
      oracle.append(...items.map(shown));
      await frame();

      const rowsIn = (scroller) => {
        const box = scroller.getBoundingClientRect();
        const rows = [];
        for (const row of scroller.querySelectorAll(".row")) {
          const { top, bottom } = row.getBoundingClientRect();
          if (bottom > box.top && top < box.top + 400) {
            rows.push(`${row.textContent} ${Math.round((top - box.top) * 8) / 8}`);
          }
        }
        return rows.join(", ");
      };
      /** Scrolls the oracle to the list's position: any difference is an error. */
      const compare = (what) => {
        const box = list.getBoundingClientRect();
        const top = [...list.querySelectorAll(".row")].find(
          (row) => row.getBoundingClientRect().bottom > box.top,
        );
        const item = list.items[Number(top.ariaPosInSet) - 1];
        const want = top.getBoundingClientRect().top - box.top;
        const is =
          elements.get(item).getBoundingClientRect().top - oracle.getBoundingClientRect().top;
        oracle.scrollTop += is - want;
        const [a, b] = [rowsIn(list), rowsIn(oracle)];
        if (a !== b) wrong.push(`${what}: ${a} instead of ${b}`);
      };
      const wrong = [];
      for (let step = 0; step < 120 && !wrong.length; step++) {
        const kind = random(6);
        const what = `step ${step}, kind ${kind}`;
        if (kind === 0) {
          list.scrollTop = random(list.scrollHeight);
        } else if (kind === 1) {
          list.scrollTop += random(300) - 150;
        } else if (kind === 2) {
          const at = random(list.items.length + 1);
          const removed = Math.min(random(20), list.items.length - at);
          const more = make(random(20));
          for (const item of list.items.slice(at, at + removed)) elements.get(item).remove();
          const next = list.items[at + removed];
          const before = next ? elements.get(next) : null;
          for (const item of more) oracle.insertBefore(shown(item), before);
          list.splice(at, removed, more);
        } else if (kind === 3) {
          // A row changes its size in both.
          const rows = list.querySelectorAll(".row");
          const row = rows[random(rows.length)];
          const item = list.items[Number(row.ariaPosInSet) - 1];
          item.height = 30 + random(200);
          render(item, 0, row);
          shown(item);
        } else if (kind === 4) {
          list.style.width = oracle.style.width = `${300 + random(400)}px`;
        } else {
          const index = random(list.items.length);
          list.scrollToIndex(index, { align: ["start", "center", "end"][random(3)] });
        }
        await frame();
        await frame();
        compare(what);
      }
      // Both ends, exactly at the oracle's.
      list.scrollTop = list.scrollHeight;
      oracle.scrollTop = oracle.scrollHeight;
      await frame();
      await frame();
      await frame();
      if (rowsIn(list) !== rowsIn(oracle))
        wrong.push(`end: ${rowsIn(list)} instead of ${rowsIn(oracle)}`);
      list.scrollTop = oracle.scrollTop = 0;
      await frame();
      await frame();
      if (rowsIn(list) !== rowsIn(oracle))
        wrong.push(`start: ${rowsIn(list)} instead of ${rowsIn(oracle)}`);
      return wrong;
    }, seed);
    expect(wrong).toEqual([]);
  });
}
