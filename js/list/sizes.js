import { integerIn, numberIn } from "../core/check.js";

/** @typedef {import("./virtual-list.js").VirtualList} VirtualList */
/**
 * Measured sizes: runs of neighbours, each the index of its first row and then a size for each row, px; in a grid for
 * each line.
 * @typedef {readonly (readonly number[])[]} Sizes
 */

/**
 * The sizes that differ from the estimate. Halves the list until it meets a row, or rows whose sizes add up to the
 * estimate: leaving them out moves nothing else. O(measured rows * log rows).
 * @param {VirtualList} list no masonry @param {number} estimate px @returns {number[][]}
 */
export function measuredSizes(list, estimate) {
  /** @type {number[][]} */
  const runs = [];
  const { lanes, size, total, gap } = list;
  const lines = Math.ceil(size / lanes);
  const each = units(estimate) + units(gap);
  let end = -1;
  /** Px before a line. @param {number} line */
  const before = (line) => (line < lines ? list.offsetOf(line * lanes) : total + gap);
  /** @param {number} from @param {number} start px @param {number} to a line @param {number} stop px */
  const visit = (from, start, to, stop) => {
    if (units(stop - start) === (to - from) * each) return;
    if (to - from > 1) {
      const middle = Math.floor((from + to) / 2);
      const px = before(middle);
      visit(from, start, middle, px);
      visit(middle, px, to, stop);
      return;
    }
    if (from !== end) runs.push([from * lanes]);
    runs[runs.length - 1].push(stop - start - gap);
    end = to;
  };
  if (size) visit(0, 0, lines, before(lines));
  return runs;
}

/**
 * Gives rows their sizes. O(sizes * log rows).
 * @param {VirtualList} list @param {Sizes} sizes checked; rows beyond the list are left out
 * @param {Iterable<number>} except rows that keep theirs
 */
export function measureSizes(list, sizes, except) {
  const { lanes, size } = list;
  const kept = new Set(Array.from(except, (row) => Math.floor(row / lanes)));
  for (const [first, ...run] of sizes) {
    const line = Math.floor(first / lanes);
    for (let i = 0; i < run.length && (line + i) * lanes < size; i++) {
      if (!kept.has(line + i)) list.measure((line + i) * lanes, run[i]);
    }
  }
}

/** @param {string} name of the argument @param {unknown} sizes @throws {TypeError | RangeError} unless they are `Sizes` */
export function checkSizes(name, sizes) {
  const wrong = (/** @type {unknown} */ it) =>
    new TypeError(`${name} must be an array of arrays of numbers, got ${it}`);
  if (!Array.isArray(sizes)) throw wrong(sizes);
  for (const run of sizes) {
    if (!Array.isArray(run)) throw wrong(run);
    integerIn(0, 2 ** 32)(run[0], `${name}: an index`);
    for (let i = 1; i < run.length; i++) numberIn(0, 33_554_431)(run[i], `${name}: a size`);
  }
}

/** The engine's 1/64 px. @param {number} px */
const units = (px) => Math.round(px * 64);
