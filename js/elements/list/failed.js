/** @typedef {import("./rows.js").ListRows} ListRows */

/** @type {WeakMap<ListRows, Set<unknown>>} items whose error was told */
const told = new WeakMap();

/**
 * `renderItem` threw: its row shows a copy of the error slot, the page gets one
 * event an item.
 * @param {ListRows} body @param {import("../../list/rows.js").Row<HTMLElement>} row @param {any} item @param {unknown} error
 */
export function failed(body, row, item, error) {
  const { element, index } = row;
  if (body.byElement.get(element) === row && body.data.get(index) === item) {
    const slot = body.host.querySelector(':scope > [slot="error"]');
    const content = slot instanceof HTMLTemplateElement ? slot.content : slot;
    element.replaceChildren(content ? content.cloneNode(true) : "Error");
  }
  const items = told.get(body) ?? new Set();
  told.set(body, items);
  if (items.has(item)) return;
  items.add(item);
  body.emit("error", { index, item, error });
}
