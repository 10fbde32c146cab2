// The package in engines other than Chromium: every element at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inEachEngine } from "./index.js";

inEachEngine((engine) => {
  const open = () => engine.page.goto(`${engine.url}/tests/engines/elements.html`);
  const problems = () => engine.page.evaluate(() => globalThis.problems);

  test(`${engine.name}: a cache keeps its values across a reload`, engine.options, async () => {
    await open();
    const size = await engine.page.evaluate(async () => {
      await customElements.whenDefined("apus-cache");
      const cache = await document.querySelector("apus-cache").ready;
      for (let i = 0; i <= 100; i++) cache.set(`${i}`, `value ${i}`);
      await cache.flush();
      return cache.size;
    });
    assert.equal(size, 100);
    await open();
    const value = await engine.page.evaluate(async () => {
      await customElements.whenDefined("apus-cache");
      const cache = await document.querySelector("apus-cache").ready;
      return cache.load("100");
    });
    assert.equal(value, "value 100");
    assert.deepEqual(await problems(), []);
  });

  test(`${engine.name}: a list shows any of a million rows`, engine.options, async () => {
    await open();
    const text = await engine.page.evaluate(async () => {
      await customElements.whenDefined("apus-list");
      const list = document.querySelector("apus-list");
      list.items = Array.from({ length: 1_000_000 }, (_, i) => ({ name: `row ${i}` }));
      const shown = new Promise((resolve) => {
        list.addEventListener("rangechange", function look() {
          if (!list.textContent.includes("row 500000")) return;
          list.removeEventListener("rangechange", look);
          resolve(list.textContent);
        });
      });
      list.scrollToIndex(500_000);
      return shown;
    });
    assert.match(text, /row 500001/);
    assert.deepEqual(await problems(), []);
  });

  test(`${engine.name}: a module's element appears`, engine.options, async () => {
    await open();
    const text = await engine.page.evaluate(async () => {
      await customElements.whenDefined("x-loaded");
      const lazy = document.querySelector("apus-lazy");
      while (!lazy.querySelector("x-loaded")) await new Promise(requestAnimationFrame);
      return lazy.textContent;
    });
    assert.match(text, /loaded/);
    assert.deepEqual(await problems(), []);
  });

  test(`${engine.name}: an error in the page is an error here`, engine.options, async () => {
    await assert.rejects(
      engine.page.evaluate(() => {
        throw new Error("no such thing");
      }),
      /no such thing/,
    );
  });
});
