import { integerIn, numberIn } from "../../core/check.js";
import { viewOf } from "./selectable.js";

/** @typedef {import("./view.js").ListView<any>} ListView */
/** @typedef {import("../../list/virtual-list.js").VirtualList} VirtualList */
/** @typedef {import("./apus-list.js").ApusList<any>} ApusList */

/** Neighbours that were measured: the index of the first, then the size of each, px. @typedef {number[]} Run */

/**
 * The sizes of all rows that have been rendered, for `restoreSizes()` after a reload: then the scrollbar is where it
 * was, and scrolling on does not change the list's length again. Save them with the list's place, `saveState()`.
 *
 * Runs whose sizes add up to the estimate are left out, which moves nothing else. A grid has a size a line. A
 * masonry is left out: its lanes depend on how the user scrolled.
 * @param {ApusList} list
 * @returns {number[][]} runs of neighbours, `[index, px, px, …]`; JSON takes 3 to 10 bytes a measured row.
 *   O(measured rows * log rows), about 2 us a measured row
 */
export function saveSizes(list) {
  const engine = viewOf(list).list;
  /** @type {Run[]} */
  const runs = [];
  if (!engine?.size || engine.masonry) return runs;
  const { lanes, size, total, gap } = engine;
  const lines = Math.ceil(size / lanes);
  const each = units(list.estimate) + units(gap);
  let end = -1;
  /** Px before a line. @param {number} line */
  const before = (line) => (line < lines ? engine.offsetOf(line * lanes) : total + gap);
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
  visit(0, 0, lines, before(lines));
  return runs;
}

/**
 * Gives rows that are not rendered the sizes of `saveSizes()`, as soon as the list has rows. The visible rows stay
 * put. A size that is wrong by now is corrected when its row is rendered, as any other. Sizes of rows that do not exist
 * are left out.
 * @param {ApusList} list @param {readonly (readonly number[])[]} sizes O(sizes * log rows)
 * @throws {TypeError | RangeError} for anything else; nothing changed
 */
export function restoreSizes(list, sizes) {
  check(sizes);
  const view = viewOf(list);
  const apply = () => {
    const { list: engine } = view;
    if (!engine?.size) return;
    view.movers.delete(apply);
    view.splicers.delete(apply);
    if (engine.masonry) return;
    measure(view, engine, sizes);
    view.fill();
  };
  view.movers.add(apply); // once it is connected, the engine has loaded
  view.splicers.add(apply);
  apply();
}

/** @param {ListView} view @param {VirtualList} engine @param {readonly (readonly number[])[]} sizes */
function measure({ rows }, engine, sizes) {
  const { lanes, size } = engine;
  const rendered = new Set(rows.list.map(({ index }) => Math.floor(index / lanes)));
  for (const [index, ...run] of sizes) {
    const line = Math.floor(index / lanes);
    for (let i = 0; i < run.length && (line + i) * lanes < size; i++) {
      if (!rendered.has(line + i)) engine.measure((line + i) * lanes, run[i]);
    }
  }
}

/** @param {unknown} sizes */
function check(sizes) {
  const where = "restoreSizes: sizes";
  if (!Array.isArray(sizes))
    throw new TypeError(`${where} must be an array of arrays, got ${sizes}`);
  for (const run of sizes) {
    if (!Array.isArray(run))
      throw new TypeError(`${where} must be an array of arrays, got [${run}]`);
    integerIn(0, 2 ** 32)(run[0], `${where}: an index`);
    for (let i = 1; i < run.length; i++) numberIn(0, 33_554_431)(run[i], `${where}: a size`);
  }
}

/** The engine's 1/64 px. @param {number} px */
const units = (px) => Math.round(px * 64);
