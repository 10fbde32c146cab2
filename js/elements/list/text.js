/** @typedef {import("./view.js").ListView<any>} ListView */

/**
 * The text of a row, rendered or not: from `textOf`, from an item that is a
 * string or a number, else from the row as it would be rendered.
 * @param {ListView} view @param {number} index
 * @returns {string} empty until the item has loaded, which this does not start
 */
export function textAt(view, index) {
  if (view.data.state(index) !== "ready") return "";
  const item = view.data.get(index);
  if (item === undefined || item === null) return "";
  const { textOf } = /** @type {import("./apus-list.js").ApusList} */ (view.host);
  if (textOf) return textOf(item);
  if (typeof item !== "object") return String(item);
  const element = view.renderer.make();
  view.renderer.fill(element, item, index);
  const text = element.textContent ?? "";
  view.renderer.releaseItem?.(element, item);
  return text;
}
