import { once, reflect } from "../base.js";

/** @typedef {import("./view.js").ListView<any>} ListView */

const first = once();

/** Names the keys that move a row, for screen readers, while rows may be moved. @param {ListView} view */
export function hint(view) {
  const { host, renderer, rows } = view;
  const name = (/** @type {{ element: HTMLElement }} */ { element }) => {
    reflect(element, "aria-keyshortcuts", host.hasAttribute("reorder") && keysOf(view));
    return false;
  };
  if (first(host)) renderer.binders.add(name);
  for (const row of rows.list) name(row);
}

/** @param {ListView} view */
function keysOf({ horizontal, list }) {
  const along = "Alt+ArrowUp Alt+ArrowDown";
  const across = "Alt+ArrowLeft Alt+ArrowRight";
  if (list && (list.lanes > 1 || list.masonry)) return `${along} ${across}`;
  return horizontal ? across : along;
}
