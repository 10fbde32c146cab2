import { once } from "../base.js";

/** @typedef {import("./view.js").ListView<any>} ListView */
/** @typedef {import("../../list/mounted-rows.js").Row<HTMLElement>} Row */

const first = once(
  "::slotted([data-away]){position:absolute!important;inset-inline:0;top:-9999px!important}",
);

/** @type {WeakMap<HTMLElement, Record<string, Row[]>>} the pinned rows of each owner */
const pinned = new WeakMap();

/**
 * Keeps rows mounted outside the window: the focused row, a selection's ends,
 * the dragged row. Outside the window they stay in document order, but are
 * placed above the visible area, where they add nothing to scroll to.
 * @param {ListView} view @param {string} owner @param {Row[]} rows replace the owner's earlier pins
 */
export function pin(view, owner, rows) {
  const { host } = view;
  if (first(host)) {
    /** @type {Set<Row>} */
    const away = new Set();
    view.followers.add((frame) => place(view, away, frame.stuck));
    view.later(); // a row may have left the window before this part had loaded
  }
  const pins = { ...pinned.get(host), [owner]: rows };
  pinned.set(host, pins);
  view.rows.pins = new Set(Object.values(pins).flat());
}

/**
 * Also puts rows back that came into the window after their pin was gone.
 * @param {ListView} view @param {Set<Row>} away the rows that stand above @param {number} stuck the header
 */
function place(view, away, stuck) {
  for (const row of [...away, ...view.rows.pins]) {
    const { element, index } = row;
    away.delete(row);
    if (view.renderer.byElement.get(element) !== row) continue;
    const is = (index < view.start || index >= view.end) && index !== stuck;
    element.toggleAttribute("data-away", is);
    if (is) away.add(row);
  }
}

/** The mounted row that a node is in. @param {ListView} view @param {EventTarget | Node | null | undefined} node */
export function rowOf(view, node) {
  let element = /** @type {Node | null | undefined} */ (node);
  while (element && element.parentNode !== view.host) element = element.parentNode;
  return element ? view.renderer.byElement.get(/** @type {Element} */ (element)) : undefined;
}
