import { integerIn } from "../core/check.js";

/** @typedef {{ start: number, end: number }} Range rows [start, end) */

/**
 * A set of rows as sorted, disjoint intervals: ten rows or a hundred million take the same memory.
 * O(log intervals) to look a row up, O(intervals) to change.
 */
export class Intervals {
  /** Where the set begins and ends, in turn; strictly ascending. @type {number[]} */
  #edges = [];

  /** The rows, ascending. O(intervals). @returns {Range[]} */
  get ranges() {
    const ranges = [];
    for (let i = 0; i < this.#edges.length; i += 2)
      ranges.push({ start: this.#edges[i], end: this.#edges[i + 1] });
    return ranges;
  }

  /** The first row. @returns {number | undefined} */
  get first() {
    return this.#edges[0];
  }

  /** The number of rows. O(intervals). */
  get count() {
    return this.#edges.reduce((sum, edge, i) => sum + (i % 2 ? edge : -edge), 0);
  }

  /** @param {number} row */
  has(row) {
    return this.#before(row + 1) % 2 === 1;
  }

  /**
   * Adds or removes rows.
   * @param {number} start @param {number} end beyond the last one
   * @param {boolean} [on] false removes them
   */
  set(start, end, on = true) {
    if (start >= end) return;
    const from = this.#before(start);
    const to = this.#before(end + 1);
    const edges = [];
    if (from % 2 === (on ? 0 : 1)) edges.push(start);
    if (to % 2 === (on ? 0 : 1)) edges.push(end);
    this.#edges.splice(from, to - from, ...edges);
  }

  /**
   * Takes other rows instead.
   * @param {Iterable<Range>} ranges in any order, and may overlap
   * @param {number} length of the list
   * @param {boolean} [single] at most one row
   * @throws {TypeError | RangeError} for a range that the list does not have, or too many rows; nothing changed
   */
  replace(ranges, length, single = false) {
    const next = new Intervals();
    for (const { start, end } of ranges) {
      integerIn(0, length)(start, "select: start");
      integerIn(start, length)(end, "select: end");
      next.set(start, end);
    }
    if (single && next.count > 1) throw new RangeError(`select: takes one row, got ${next.count}`);
    this.#edges = next.#edges;
  }

  /**
   * Rows [at, at + removed) were replaced by `inserted` rows, which are not in the set.
   * @param {number} at @param {number} removed @param {number} inserted
   */
  splice(at, removed, inserted) {
    this.set(at, at + removed, false);
    const edges = this.#edges;
    let next = this.#before(at);
    if (edges[next] === at && next % 2) next++; // an interval that ends there stays
    if (next % 2 && inserted) edges.splice(next++, 0, at, at); // they part an interval
    for (let i = next; i < edges.length; i++) edges[i] += inserted - removed;
    if (next > 0 && edges[next - 1] === edges[next]) edges.splice(next - 1, 2); // the rows around met
  }

  /** Moves a row. @param {number} from @param {number} to its new index */
  move(from, to) {
    const on = this.has(from);
    this.splice(from, 1, 0);
    this.splice(to, 0, 1);
    this.set(to, to + 1, on);
  }

  /** The number of edges before `row`. @param {number} row */
  #before(row) {
    let low = 0;
    let high = this.#edges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#edges[middle] < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
