import assert from "node:assert/strict";
import { test } from "node:test";
import { landscape } from "../../demo/hundred-million/landscape.js";

test("the hills have no kinks: curves meet with one direction, and never turn back", () => {
  for (let number = 1; number <= 200; number++) {
    const svg = decodeURIComponent(landscape(number).url.split(",")[1]);
    const paths = [...svg.matchAll(/ d="([^"]+)"/g)].map(([, path]) => path);
    assert.equal(paths.length, 3);
    for (const path of paths) {
      // S goes on in the direction in which the curve before it arrived.
      assert.match(path, /^M[^A-Z]+L[^A-Z]+(S[^A-Z]+){4}L[^A-Z]+Z$/);
      let from = -20;
      for (const [, numbers] of path.matchAll(/S([^A-Z]+)/g)) {
        const [controlX, controlY, x, y] = numbers.trim().split(" ").map(Number);
        assert.equal(controlY, y);
        assert.ok(from < controlX && controlX < x);
        from = x;
      }
    }
  }
});
