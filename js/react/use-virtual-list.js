import { useState, useSyncExternalStore } from "react";
import { checkOptions, func, integerIn, numberIn } from "../core/check.js";
import { useDomEffect } from "./dom.js";
import { WindowStore } from "./window-store.js";

/**
 * @template Item
 * @typedef {object} VirtualListItems
 * @property {readonly Item[]} items another array replaces them; rows in both keep their sizes, and the
 *   rows in view stay put
 * @property {(item: Item) => unknown} [keyOf] how rows are compared; default: the item itself
 * @property {number} [initialCount] rows that are rendered by a server, and until the list has started; 20
 */
/**
 * @template Item
 * @typedef {VirtualListItems<Item> & import("../elements/types/wrappers.js").RowSizes} VirtualListOptions
 */

/**
 * @template Item
 * @typedef {object} VirtualRows
 * @property {readonly { index: number, item: Item }[]} rows what to render, in this order
 * @property {(scroller: HTMLElement | null) => void} ref for the element that scrolls
 * @property {(row: HTMLElement | null) => void} measure the `ref` of each row, which also needs the
 *   attribute `data-index`
 * @property {import("react").CSSProperties} content style of the one child of the scroller
 * @property {import("react").CSSProperties} box style of its one child, which contains the rows
 * @property {(index: number, options?: { align?: import("../list/frame.js").Align }) => void} scrollToIndex
 *   brings a row into view and holds it there until the user scrolls; a `RangeError` for a row that
 *   does not exist
 */

const checks = {
  /** @param {unknown} value @param {string} name */
  items(value, name) {
    if (!Array.isArray(value)) throw new TypeError(`${name} must be an array, got ${value}`);
  },
  keyOf: func,
  estimate: numberIn(0, 1e6),
  overscan: numberIn(0, 1e6),
  gap: numberIn(0, 1e6),
  initialCount: integerIn(0, 1e4),
};

/** @type {import("react").CSSProperties} */
const content = { position: "relative", overflow: "clip" };

/**
 * The engine of `List` without an element: you render the scroller and the rows. Rows of any height
 * are measured; one update of React a frame at most, and none while the same rows are in view.
 * O(rows in view + log rows) a frame, O(items) when `items` changes.
 *
 *     const { rows, ref, measure, content, box } = useVirtualList({ items, keyOf });
 *
 * @template Item
 * @param {VirtualListOptions<Item>} options of which `estimate`, `overscan` and `gap` may change
 * @returns {VirtualRows<Item>}
 * @throws {TypeError | RangeError} for wrong options
 */
export function useVirtualList(options) {
  checkOptions("useVirtualList", options, checks);
  const { items, initialCount = 20 } = options;
  const [list] = useState(() => new WindowStore());
  const window = useSyncExternalStore(list.subscribe, list.window, () => undefined);
  useDomEffect(() => list.update(options));
  useDomEffect(() => list.open(), [list]);
  const { start = 0, end = initialCount } = window ?? {};
  const rows = [];
  for (let index = start; index < Math.min(end, items.length); index++) {
    rows.push({ index, item: items[index] });
  }
  const gap = options.gap ? { display: "grid", rowGap: options.gap } : {};
  /** @type {import("react").CSSProperties} */
  const place = window ? { position: "absolute", insetInline: 0, top: window.top } : {};
  return {
    rows,
    content, // its height is set outside of React, in the frame that needs it
    box: { ...place, ...gap },
    ...{ ref: list.ref, measure: list.measure, scrollToIndex: list.scrollToIndex },
  };
}
