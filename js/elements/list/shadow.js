import { adopt, sheet } from "../base.js";

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
::slotted(*){contain:layout style;margin-block:0!important}
::slotted([data-state]){min-block-size:var(--apus-estimate,40px)}
`);

/**
 * Builds the shadow tree of a list: a box of its full length, which contains the
 * box of the mounted rows; and the slot for a list without rows.
 * @param {HTMLElement} host
 * @returns {[content: HTMLElement, rows: HTMLElement, empty: HTMLElement]}
 */
export function plant(host) {
  const root = host.attachShadow({ mode: "open" });
  adopt(root, styles);
  const add = (/** @type {Node} */ parent, /** @type {string} */ tag, /** @type {string} */ id) => {
    const element = document.createElement(tag);
    element.id = id;
    parent.appendChild(element);
    return element;
  };
  const content = add(root, "div", "content");
  const rows = add(content, "div", "rows");
  add(rows, "slot", "");
  const empty = /** @type {HTMLSlotElement} */ (add(root, "slot", "empty"));
  empty.name = "empty";
  return [content, rows, empty];
}
