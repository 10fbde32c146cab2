import { once, reflect } from "../base.js";

/** @typedef {import("./view.js").ListView<any>} ListView */

const first = once();

/** Names the keys that move a row, for screen readers, while rows may be moved. @param {ListView} view */
export function hint(view) {
  const { host, renderer, rows } = view;
  const name = (/** @type {{ element: HTMLElement }} */ { element }) => {
    const movable = host.hasAttribute("reorder");
    reflect(element, "aria-keyshortcuts", movable && "Alt+ArrowUp Alt+ArrowDown");
    return false;
  };
  if (first(host)) renderer.binders.add(name);
  for (const row of rows.list) name(row);
}
