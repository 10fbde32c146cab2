import { emit, once } from "../base.js";
import { whileConnected } from "./connected.js";
import { pin, rowOf } from "./pins.js";
import { textAt } from "./text.js";

/** @typedef {import("./view.js").ListView<any>} ListView */

const first = once();

/**
 * Selecting text across rows that are not rendered: the rows at both ends of a
 * selection stay mounted, and copying includes the text of the rows between.
 * Ctrl+A in the list selects the whole list. Without selected text, the selected
 * rows are copied.
 * @param {ListView} view
 */
export function copy(view) {
  const { host } = view;
  if (!first(host)) return;
  let all = false;

  const ends = () => {
    const selection = getSelection();
    if (!selection || selection.isCollapsed) return [];
    const rows = [rowOf(view, selection.anchorNode), rowOf(view, selection.focusNode)];
    return /** @type {import("../../list/mounted-rows.js").Row<HTMLElement>[]} */ (
      rows.filter(Boolean)
    );
  };

  const copied = (/** @type {ClipboardEvent} */ event) => {
    if (event.defaultPrevented || !event.clipboardData) return;
    const lines = all
      ? between(view, 0, view.data.length)
      : (spanned(view, ends()) ?? chosen(view));
    if (!lines) return;
    event.clipboardData.setData("text/plain", lines.texts.join("\n"));
    event.preventDefault();
    emit(host, "copied", { rows: lines.texts.length, missing: lines.missing });
  };

  whileConnected(view, (signal) => {
    document.addEventListener("selectionchange", () => pin(view, "selection", ends()), { signal });
    document.addEventListener("copy", copied, { signal });
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
}

/** The selected rows, while the focus is in the list and no text is selected. @param {ListView} view */
function chosen(view) {
  if (!getSelection()?.isCollapsed || !view.host.matches(":focus-within")) return undefined;
  const parts = view.selected.ranges.map(({ start, end }) => between(view, start, end));
  if (!parts.length) return undefined;
  const missing = parts.reduce((sum, part) => sum + part.missing, 0);
  return { texts: parts.flatMap(({ texts }) => texts), missing };
}

/**
 * The texts of rows [start, end) that have loaded, and the number of the others.
 * @param {ListView} view @param {number} start @param {number} end
 */
function between(view, start, end) {
  const texts = [];
  for (let index = start; index < end; index++) {
    if (view.data.state(index) !== "ready") index = view.data.nearest(index);
    if (index < start || index >= end) break;
    texts.push(textAt(view, index));
  }
  return { texts, missing: end - start - texts.length };
}

/**
 * A selection's text from row to row; `undefined` when the browser's own copy is right.
 * @param {ListView} view @param {import("../../list/mounted-rows.js").Row<HTMLElement>[]} ends
 */
function spanned(view, ends) {
  const [first, last] = ends.sort((a, b) => a.index - b.index);
  const range = getSelection()?.getRangeAt(0);
  if (!last || !range || last.index - first.index < 2) return undefined;
  const head = range.cloneRange();
  head.setEndAfter(first.element);
  const tail = range.cloneRange();
  tail.setStartBefore(last.element);
  const lines = between(view, first.index + 1, last.index);
  lines.texts.unshift(head.toString().trim());
  lines.texts.push(tail.toString().trim());
  return lines;
}
