// Splices of a grid's rows as splices of its lines.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Lines } from "../../js/list/lines.js";

/** @param {number} across @param {number} rows */
function grid(across, rows) {
  const lines = new Lines();
  Object.assign(lines, { across, rows });
  return lines;
}

test("lines whose rows are all replaced are replaced", () => {
  assert.deepEqual(grid(3, 30).splice(6, 9, 9), [2, 3, 3]);
  assert.deepEqual(grid(2, 951).splice(943, 8, 18), [472, 4, 9]);
  assert.deepEqual(grid(3, 30).splice(7, 4, 4), [3, 0, 0]);
});

test("a splice of lines has as many lines as the grid", () => {
  for (let across = 2; across < 5; across++) {
    for (let rows = 0; rows < 12; rows++) {
      for (let at = 0; at <= rows; at++) {
        for (let removed = 0; at + removed <= rows; removed++) {
          for (let inserted = 0; inserted < 8; inserted++) {
            const lines = grid(across, rows);
            const [from, less, more] = lines.splice(at, removed, inserted);
            const what = `${across} across: ${rows} rows, splice(${at}, ${removed}, ${inserted})`;
            assert.ok(from >= 0 && less >= 0 && more >= 0 && from + less <= lines.count(), what);
            const now = grid(across, rows + inserted - removed).count();
            assert.equal(lines.count() - less + more, now, what);
          }
        }
      }
    }
  }
});
