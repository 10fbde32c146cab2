import { checkSizes, measuredSizes, measureSizes } from "../../list/sizes.js";
import { views } from "./views.js";

/** @typedef {import("./apus-list.js").ApusList<any>} ApusList */

/**
 * The sizes of all rows that have been rendered, for `restoreSizes()` after a reload: then the scrollbar is where it
 * was, and scrolling on does not change the list's length again. Save them with the list's place, `saveState()`.
 *
 * Neighbours whose sizes add up to the estimate are left out, which moves nothing else. A grid has a size a line. A
 * masonry is left out: its lanes depend on how the user scrolled.
 * @param {ApusList} list
 * @returns {number[][]} runs of neighbours, `[index, px, px, …]`; JSON takes 3 to 10 bytes a measured row.
 *   O(measured rows * log rows), about 2 us a measured row
 */
export function saveSizes(list) {
  const engine = views.get(list)?.list;
  return engine && !engine.masonry ? measuredSizes(engine, list.estimate) : [];
}

/**
 * Gives rows that are not rendered the sizes of `saveSizes()`, as soon as the list has rows. The visible rows stay
 * put. A size that is wrong by now is corrected when its row is rendered, as any other. Sizes of rows that do not
 * exist are left out.
 * @param {ApusList} list @param {readonly (readonly number[])[]} sizes O(sizes * log rows)
 * @throws {TypeError | RangeError} for anything else; nothing changed
 */
export function restoreSizes(list, sizes) {
  checkSizes("restoreSizes: sizes", sizes);
  const view = views.get(list);
  if (!view) {
    customElements.whenDefined("apus-list").then(() => restoreSizes(list, sizes));
    return;
  }
  const apply = () => {
    const { list: engine, rows } = view;
    if (!engine?.size) return;
    view.movers.delete(apply);
    view.splicers.delete(apply);
    if (engine.masonry) return;
    measureSizes(
      engine,
      sizes,
      rows.list.map(({ index }) => index),
    );
    view.fill();
  };
  view.movers.add(apply); // once it is connected, the engine has loaded
  view.splicers.add(apply);
  apply();
}
