import { emit, say } from "../base.js";
import { slotted } from "./slotted.js";

/** @type {WeakMap<HTMLElement, { items: Set<unknown>, texts: Set<string> }>} items whose error was reported, and texts on the console */
const reported = new WeakMap();

/**
 * `renderItem` threw: the row shows a copy of the error slot, and the page gets
 * one event for each item. Unless it is cancelled, the console shows the error once.
 * @param {import("./row-renderer.js").RowRenderer<any>} renderer
 * @param {import("../../list/mounted-rows.js").Row<HTMLElement>} row @param {unknown} item @param {unknown} error
 */
export function failed({ host, data, byElement }, row, item, error) {
  const { element, index } = row;
  if (byElement.get(element) === row && data.get(index) === item) {
    element.replaceChildren(slotted(host, "error") ?? say(host, "Error"));
  }
  const { items, texts } = reported.get(host) ?? { items: new Set(), texts: new Set() };
  reported.set(host, { items, texts });
  if (items.has(item)) return;
  items.add(item);
  const text = String(error); // many rows may share it
  if (!emit(host, "error", { index, item, error }) || texts.has(text)) return;
  texts.add(text);
  console.error(host, error);
}
