import { emit } from "../base.js";

/** @type {WeakMap<HTMLElement, Set<unknown>>} items whose error was reported */
const reported = new WeakMap();

/**
 * `renderItem` threw: the row shows a copy of the error slot, and the page gets
 * one event for each item.
 * @param {import("./row-renderer.js").RowRenderer<any>} renderer
 * @param {import("../../list/mounted-rows.js").Row<HTMLElement>} row @param {unknown} item @param {unknown} error
 */
export function failed({ host, data, byElement }, row, item, error) {
  const { element, index } = row;
  if (byElement.get(element) === row && data.get(index) === item) {
    const slot = host.querySelector(':scope > [slot="error"]');
    const content = slot instanceof HTMLTemplateElement ? slot.content : slot;
    element.replaceChildren(content ? content.cloneNode(true) : "Error");
  }
  const items = reported.get(host) ?? new Set();
  reported.set(host, items);
  if (items.has(item)) return;
  items.add(item);
  emit(host, "error", { index, item, error });
}
