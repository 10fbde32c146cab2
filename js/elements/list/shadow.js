import { sheet } from "../base.js";

/**
 * The list's own style; rows are styled by the page. The two boxes contain no
 * layout: Chromium 156 then scrolls the list to 0 when its page is captured
 * beyond the viewport. Rows that nobody has measured must not make the list
 * longer than it is, so the outer one clips.
 */
const styles = sheet(`
:host{display:block;overflow:auto;overflow-anchor:none;contain:strict;position:relative}
:host([hidden]){display:none}
#content{position:relative;contain:size style;overflow:clip;overflow-clip-margin:1rem}
#rows{position:absolute;inset-inline:0;top:0;contain:style}
::slotted(*){contain:layout style;margin-block:0!important}
::slotted([data-state]){min-block-size:var(--apus-estimate)}
`);

/**
 * The shadow tree of a list: a box with its full extent, in it the box of the
 * mounted rows, and the slot for a list without rows.
 * @param {HTMLElement} host
 * @returns {[content: HTMLElement, rows: HTMLElement, empty: HTMLElement]}
 */
export function plant(host) {
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [styles()];
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
