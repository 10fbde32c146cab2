/** @typedef {import("./body.js").ListBody} ListBody */

/**
 * The text of a row, rendered or not: by `textOf`, by the item itself when it
 * is a string or a number, else what its row would say.
 * @param {ListBody} body @param {number} index
 * @returns {string} empty while the item is not there
 */
export function textAt(body, index) {
  const item = body.data.get(index);
  if (item === undefined || item === null) return "";
  const { textOf } = /** @type {import("./apus-list.js").ApusList} */ (body.host);
  if (textOf) return textOf(item);
  if (typeof item !== "object") return String(item);
  const element = body.make();
  body.fillRow(element, item, index);
  return element.textContent ?? "";
}
