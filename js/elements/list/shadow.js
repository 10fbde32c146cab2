import { adopt, make, sheet } from "../base.js";

/**
 * The list's own style; the page styles the rows. The two boxes have no layout
 * containment: with it, Chromium 156 scrolls the list to 0 when its page is
 * captured beyond the viewport. The outer box clips, so that rows that are not
 * measured do not make the list longer.
 */
const styles = sheet(`
:host{display:block;overflow:auto;overflow-anchor:none;contain:strict;position:relative}
:host([hidden]){display:none}
#content{position:relative;contain:size style;overflow:clip;overflow-clip-margin:1rem}
#rows{position:absolute;inset-inline:0;top:0;contain:style}
#rows ::slotted(*){contain:layout style;margin-block:0!important}
::slotted([data-state]){min-block-size:var(--apus-estimate,40px)}
`);

/**
 * Builds the shadow tree of a list: a box of its full length, which contains the
 * box of the mounted rows; and the slot for a list without rows. Other children are not shown.
 * @param {HTMLElement} host
 * @returns {[content: HTMLElement, rows: HTMLElement, empty: HTMLElement]}
 */
export function plant(host) {
  // Rows of the list that this one was cloned from, or of a snapshot of its HTML.
  for (const row of host.querySelectorAll(":scope>[slot=row]")) row.remove();
  const root = host.attachShadow({ mode: "open" });
  adopt(root, styles);
  const rows = make("div", { id: "rows" }, make("slot", { name: "row" }));
  const content = make("div", { id: "content" }, rows);
  const empty = make("slot", { name: "empty" });
  root.append(content, empty);
  return [content, rows, empty];
}
