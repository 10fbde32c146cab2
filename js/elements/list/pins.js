import { sheet } from "../base.js";

/** @typedef {import("./body.js").ListBody} ListBody */
/** @typedef {import("../../list/rows.js").Row<HTMLElement>} Row */

const style = sheet(
  "::slotted([data-away]){position:absolute!important;inset-inline:0;top:-9999px!important}",
);

/** @type {WeakMap<ListBody, Record<string, Row[]>>} */
const owners = new WeakMap();

/**
 * Keeps rows mounted however far one scrolls: the focused one, a selection's
 * ends, the one that is dragged. Away from the window they lie further up than
 * one can see, where they make nothing to scroll to, in the order of the document.
 * @param {ListBody} body @param {string} owner whose earlier pins these replace @param {Row[]} rows
 */
export function pin(body, owner, rows) {
  let pins = owners.get(body);
  if (!pins) {
    pins = {};
    owners.set(body, pins);
    body.followers.add(() => place(body));
    const root = body.host.shadowRoot;
    if (root) root.adoptedStyleSheets = [...root.adoptedStyleSheets, style()];
  }
  pins[owner] = rows;
  body.rows.pins = new Set(Object.values(pins).flat());
}

/** @param {ListBody} body */
function place(body) {
  for (const row of body.rows.pins) {
    const { element, index } = row;
    if (body.byElement.get(element) !== row) continue;
    const away = index < body.start || index >= body.end;
    element.toggleAttribute("data-away", away);
  }
}
