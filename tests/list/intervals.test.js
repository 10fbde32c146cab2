import assert from "node:assert/strict";
import test from "node:test";
import { Intervals } from "../../js/list/intervals.js";

/** @param {boolean[]} rows */
function rangesOf(rows) {
  const ranges = [];
  for (let row = 0; row < rows.length; row++) {
    if (!rows[row]) continue;
    const start = row;
    while (rows[row]) row++;
    ranges.push({ start, end: row });
  }
  return ranges;
}

for (const seed of [1, 2, 3, 4]) {
  test(`intervals hold the same rows as a plain array (${seed})`, () => {
    let state = seed;
    const random = (below) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const set = new Intervals();
    const rows = Array(30).fill(false);
    for (let step = 0; step < 5000; step++) {
      const start = random(rows.length + 1);
      const end = start + random(rows.length + 1 - start);
      const kind = random(4);
      if (kind === 0) {
        const on = random(2) === 1;
        set.set(start, end, on);
        rows.fill(on, start, end);
      } else if (kind === 1) {
        const inserted = random(Math.max(40 - rows.length, 0) + 1);
        set.splice(start, end - start, inserted);
        rows.splice(start, end - start, ...Array(inserted).fill(false));
      } else if (kind === 2 && rows.length) {
        const from = random(rows.length);
        const to = random(rows.length);
        set.move(from, to);
        rows.splice(to, 0, ...rows.splice(from, 1));
      } else {
        const row = random(rows.length + 1);
        assert.equal(set.has(row), Boolean(rows[row]));
      }
      assert.deepEqual(set.ranges, rangesOf(rows));
      assert.equal(set.count, rows.filter(Boolean).length);
      assert.equal(set.first, rangesOf(rows)[0]?.start);
    }
  });
}

test("a hundred million rows are one interval", () => {
  const set = new Intervals();
  set.set(0, 100_000_000);
  set.splice(50_000_000, 10, 20);
  set.set(7, 8, false);
  assert.deepEqual(set.ranges, [
    { start: 0, end: 7 },
    { start: 8, end: 50_000_000 },
    { start: 50_000_020, end: 100_000_010 },
  ]);
  assert.equal(set.count, 99_999_989);
});

test("replace() takes ranges in any order, and refuses wrong ones without a change", () => {
  const set = new Intervals();
  set.replace(
    [
      { start: 5, end: 9 },
      { start: 0, end: 2 },
      { start: 8, end: 10 },
      { start: 3, end: 3 },
    ],
    10,
  );
  const expected = [
    { start: 0, end: 2 },
    { start: 5, end: 10 },
  ];
  assert.deepEqual(set.ranges, expected);
  for (const [range, message] of [
    [{ start: -1, end: 2 }, /select: start/],
    [{ start: 0, end: 11 }, /select: end/],
    [{ start: 4, end: 3 }, /select: end/],
    [{ start: 0.5, end: 3 }, /select: start/],
  ]) {
    assert.throws(() => set.replace([{ start: 0, end: 1 }, range], 10), message);
  }
  assert.throws(() => set.replace([{ start: "0", end: 1 }], 10), TypeError);
  assert.throws(() => set.replace([{ start: 0, end: 2 }], 10, true), /one row, got 2/);
  assert.deepEqual(set.ranges, expected);
});
