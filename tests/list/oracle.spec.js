// The list next to an oracle: the same rows, all in a document, in a plain scroller. A few seeded steps
// in each surrounding; `npm run oracle` makes more, in Firefox too.
import { expect, test } from "../browser.js";
import { handsOf, viewport } from "./oracle/browsers.js";
import { runOracle } from "./oracle/run.js";
import { surroundings } from "./oracle/surroundings.js";

for (const surrounding of surroundings) {
  test.describe(() => {
    test.use({ viewport, deviceScaleFactor: surrounding.ratio ?? 1 });
    test(`the same rows at the same pixels as when all rows are rendered: ${surrounding.name}`, async ({
      page,
      baseURL,
    }) => {
      const options = { seed: 1, steps: 8, rows: 600 };
      expect(await runOracle(handsOf(page), String(baseURL), surrounding, options)).toEqual([]);
    });
  });
}
