import { once } from "../base.js";
import { whenRemoved } from "./connected.js";

/** @typedef {import("./view.js").ListView<any>} ListView */

const first = once();

/**
 * Keeps `releaseItem` and `recycle = false`: calls `releaseItem` before an element shows another
 * item or is removed, and without recycling gives the other item a new element.
 * @param {ListView} view
 */
export function release(view) {
  const { host, renderer, rows, data } = view;
  const { bind, remove, shown } = renderer;
  view.paused = false;
  view.later();
  if (!first(host)) return;
  const list = /** @type {import("./apus-list.js").ApusList<any>} */ (host);
  const identity = (/** @type {unknown} */ item) => /** @type {any} */ (list).keyOf?.(item) ?? item;
  const leave = (/** @type {HTMLElement} */ element) => {
    if (!shown.has(element)) return;
    const item = shown.get(element);
    shown.delete(element);
    try {
      list.releaseItem?.(element, item);
    } catch (error) {
      reportError(error); // the other rows go on
    }
  };

  renderer.bind = (row) => {
    const { element, index } = row;
    if (shown.has(element) && identity(shown.get(element)) !== identity(data.get(index))) {
      leave(element);
      if (!rows.recycle) {
        renderer.unbind(row);
        row.element = renderer.make();
        element.replaceWith(row.element);
      }
    }
    bind.call(renderer, row);
  };
  renderer.remove = (element) => {
    leave(element);
    remove(element);
  };
  whenRemoved(view, () => {
    if (!list.releaseItem) return;
    for (const element of [...host.children]) leave(/** @type {HTMLElement} */ (element));
    view.stale = true; // rendered again when the list is back
  });
}
