import { LIST_MAX_ROW_PX, MASONRY_MAX_LANES } from "../../dist/layout.js";
import { boolean, integerIn, numberIn } from "../core/check.js";

/**
 * @typedef {object} ListOptions
 * @property {number} [rows] 0
 * @property {number} [estimate] px of a row that is not measured, up to 16,777,215; 40
 * @property {number} [overscan] px rendered before and after the viewport at rest; 400
 * @property {number} [gap] px between rows, up to 16,777,215; 0
 * @property {number} [lanes] rows side by side; 1. A line is as high as its highest row
 * @property {boolean} [masonry] no lines: each row goes to the shortest lane; up to 64 lanes
 */

const maxLanes = 1000;

const maxRows = 2 ** 32 - 2;

/** The size of one row, px. */
export const size = numberIn(0, LIST_MAX_ROW_PX);

/** A size that every row has: the sum of the most rows, with gaps, must fit into the core's 64 bits. */
export const sizeOfAll = numberIn(0, 2 ** 24 - 1);

export const checks = {
  rows: integerIn(0, maxRows),
  estimate: sizeOfAll,
  overscan: size,
  gap: sizeOfAll,
  lanes: integerIn(1, maxLanes),
  masonry: boolean,
};

/** @param {number} lanes @param {boolean} [masonry] @throws {RangeError} for too many */
export function checkLanes(lanes, masonry) {
  integerIn(1, masonry ? MASONRY_MAX_LANES : maxLanes)(lanes, "lanes");
}

/** @param {number} rows in the list @param {number} row @throws {RangeError} unless the list has it */
export function checkRow(rows, row) {
  if (!(Number.isInteger(row) && row >= 0 && row < rows)) {
    throw new RangeError(`row must be an integer below ${rows}, got ${String(row)}`);
  }
}

/**
 * @param {number} rows in the list
 * @param {number} at @param {number} removed @param {number} inserted
 * @throws {RangeError} when it reaches beyond the end or inserts too many
 */
export function checkSplice(rows, at, removed, inserted) {
  integerIn(0, rows)(at, "at");
  integerIn(0, rows - at)(removed, "removed");
  integerIn(0, maxRows - rows + removed)(inserted, "inserted");
}
