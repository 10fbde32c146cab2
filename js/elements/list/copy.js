import { pin } from "./pins.js";
import { textAt } from "./text.js";

/** @typedef {import("./body.js").ListBody} ListBody */

/** @type {WeakSet<ListBody>} */
const known = new WeakSet();

/**
 * Selecting text over rows that are not rendered: the rows at both ends of a
 * selection stay mounted, and copying it copies what lies between as text.
 * Ctrl+A in the list selects all of it.
 * @param {ListBody} body
 */
export function copy(body) {
  if (known.has(body)) return;
  known.add(body);
  const { host } = body;
  let all = false;

  const rowOf = (/** @type {Node | null | undefined} */ node) => {
    while (node && node.parentNode !== host) node = node.parentNode;
    return node ? body.byElement.get(/** @type {Element} */ (node)) : undefined;
  };
  const ends = () => {
    const selection = getSelection();
    if (!selection || selection.isCollapsed) return [];
    const rows = [rowOf(selection.anchorNode), rowOf(selection.focusNode)];
    return /** @type {import("../../list/rows.js").Row<HTMLElement>[]} */ (rows.filter(Boolean));
  };

  document.addEventListener("selectionchange", () => {
    if (host.isConnected) pin(body, "selection", ends());
  });
  host.addEventListener("pointerdown", () => {
    all = false;
  });
  host.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "a" || !(event.ctrlKey || event.metaKey)) {
      if (!event.ctrlKey && !event.metaKey) all = false;
      return;
    }
    const field = /** @type {HTMLElement} */ (event.target);
    if (event.defaultPrevented || field.matches("input,textarea,[contenteditable]")) return;
    event.preventDefault();
    getSelection()?.selectAllChildren(host);
    all = true;
  });
  document.addEventListener("copy", (event) => {
    if (!host.isConnected || event.defaultPrevented || !event.clipboardData) return;
    const text = all ? between(body, 0, body.data.length) : spanned(body, ends());
    if (text === undefined) return;
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  });
}

/** @param {ListBody} body @param {number} start @param {number} end */
function between(body, start, end) {
  const texts = [];
  for (let index = start; index < end; index++) texts.push(textAt(body, index));
  return texts.join("\n");
}

/**
 * A selection's text from row to row; `undefined` when the browser knows best.
 * @param {ListBody} body @param {import("../../list/rows.js").Row<HTMLElement>[]} ends
 */
function spanned(body, ends) {
  const [first, last] = ends.sort((a, b) => a.index - b.index);
  const range = getSelection()?.getRangeAt(0);
  if (!last || !range || last.index - first.index < 2) return undefined;
  const head = range.cloneRange();
  head.setEndAfter(first.element);
  const tail = range.cloneRange();
  tail.setStartBefore(last.element);
  const middle = between(body, first.index + 1, last.index);
  return [head.toString().trim(), middle, tail.toString().trim()].join("\n");
}
