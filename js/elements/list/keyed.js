import { diff } from "../../list/diff.js";
import { arrange } from "./arrange.js";

/** @typedef {import("./view.js").ListView<any>} ListView */
/** @typedef {import("../../list/mounted-rows.js").Row<HTMLElement>} Row */

/** The index of rows that are gone. */
const gone = 2 ** 33;
/** More splices than this are reported as one to the parts that follow them. */
const most = 1000;

/** @type {WeakSet<HTMLElement>} lists that were warned of */
const warned = new WeakSet();

/**
 * Lists with keys: assigned items keep the element and the size of each row whose key is in both
 * lists, and the rows in view stay put. A kept row is rendered again only if its item is another
 * object.
 * @param {ListView} view
 */
export function keyed(view) {
  view.assign = (items) => assign(view, items);
}

/** @param {ListView} view @param {readonly any[]} items @returns {boolean} false when there is nothing to compare */
function assign(view, items) {
  const { list, data, rows, renderer, position, first, last } = view;
  const { keyOf } = /** @type {import("./apus-list.js").ApusList} */ (view.host);
  const old = data.items;
  if (!list || !keyOf || data.source || list.size !== old.length || items === old) return false;
  const change = diff(old, items, keyOf);
  const { splices } = change;
  if (change.twice !== undefined) warn(view.host, change.twice);

  const { anchor } = list;
  const inView = rows.list.some(
    ({ index }) => index >= first && index <= last && change.stays(index),
  );
  const sizes = splices.length && list.lanes === 1 ? movedSizes(list, change) : [];
  data.setItems(items);
  for (const [at, removed, inserted] of splices) list.splice(at, removed, inserted);
  for (const [row, px] of sizes) list.measure(row, px);
  const stale = new Set(rows.list.filter(({ index }) => old[index] !== items[change.to(index)]));
  moveRows(view, change);
  moveSelected(view.selected, change, items.length);

  // With all rows in view moved, e.g. sorted, the view follows the first.
  const row = old.length ? change.to(anchor.row) : -1;
  if (!inView && row >= 0) list.hold({ row, px: anchor.px });
  const prepended = splices.length === 1 && splices[0][0] + splices[0][1] === 0;
  if (position === 0 && splices.length && !prepended) list.go(0); // as without keys

  for (const splice of splices.length > most ? [hull(splices)] : splices) {
    for (const follow of view.splicers) follow(...splice);
  }
  view.spliced(data.length, 0, 0);
  for (const row of stale) if (renderer.byElement.get(row.element) === row) renderer.bind(row);
  return true;
}

/**
 * The sizes of the rows that move, at their new indexes.
 * @param {import("../../list/virtual-list.js").VirtualList} list @param {import("../../list/diff.js").Diff} change
 */
function movedSizes(list, { splices, to, stays }) {
  const [at, removed] = hull(splices);
  /** @type {[row: number, px: number][]} */
  const sizes = [];
  for (let row = at; row < at + removed; row++) {
    if (!stays(row) && to(row) >= 0) sizes.push([to(row), list.sizeOf(row)]);
  }
  return sizes;
}

/** The one splice that does the same. @param {import("../../list/data.js").Splice[]} splices @returns {import("../../list/data.js").Splice} */
function hull(splices) {
  const [at] = splices[0];
  const [from, , inserted] = splices[splices.length - 1];
  const by = splices.reduce((by, [, removed, inserted]) => by + inserted - removed, 0);
  const end = from + inserted;
  return [at, end - by - at, end - at];
}

/**
 * Rows stay selected at their new indexes. O(selected rows).
 * @param {import("../../list/intervals.js").Intervals} selected
 * @param {import("../../list/diff.js").Diff} change @param {number} length of the list now
 */
function moveSelected(selected, { to }, length) {
  const ranges = [];
  for (const { start, end } of selected.ranges) {
    for (let row = start; row < end; row++) {
      const at = to(row);
      if (at < 0) continue;
      const from = row;
      while (row + 1 < end && to(row + 1) === at + row + 1 - from) row++;
      ranges.push({ start: at, end: at + row + 1 - from });
    }
  }
  selected.replace(ranges, length);
}

/**
 * Gives the mounted rows their new indexes, and their elements the new order.
 * @param {ListView} view @param {import("../../list/diff.js").Diff} change
 */
function moveRows(view, { to }) {
  const { rows } = view;
  for (const row of rows.list) {
    const index = to(row.index);
    row.index = index < 0 ? gone : index;
  }
  rows.splice(gone, 1, 0);
  rows.list.sort((a, b) => a.index - b.index);
  arrange(view);
}

/** @param {HTMLElement} host @param {unknown} key */
function warn(host, key) {
  if (warned.has(host)) return;
  warned.add(host);
  console.warn(
    `<apus-list> keyOf: two items have the key ${JSON.stringify(key) ?? String(key)}. The first one keeps its row.`,
    host,
  );
}
