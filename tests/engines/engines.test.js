// The package in the engines beside Chromium.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inEachEngine } from "./index.js";

inEachEngine((engine) => {
  test(`${engine.name}: the core loads and answers`, engine.options, async () => {
    await engine.page.goto(`${engine.url}/tests/pages/blank.html`);
    const answer = await engine.page.evaluate(async (count) => {
      const { Cache } = await import("/apus/index.js");
      const cache = await Cache.open("smoke", { maxEntries: count });
      for (let i = 0; i <= count; i++) cache.set(`${i}`, `value ${i}`);
      return [cache.size, cache.get("0") === undefined, cache.get(`${count}`)];
    }, 100);
    assert.deepEqual(answer, [100, true, "value 100"]);
  });

  test(`${engine.name}: what fails in the page fails here`, engine.options, async () => {
    await assert.rejects(
      engine.page.evaluate(() => {
        throw new Error("no such thing");
      }),
      /no such thing/,
    );
  });
});
