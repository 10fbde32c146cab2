// A list whose rows' heights follow from their items, for the specs.
const list = document.querySelector("apus-list");

/** @param {number} id */
export function heightOf(id) {
  return 24 + (((id * 2654435761) >>> 0) % 200);
}

/** @param {number} count */
export function makeItems(count) {
  return Array.from({ length: count }, (_, id) => ({
    id,
    name: `Row ${id}`,
    height: heightOf(id),
  }));
}

export function render(item, _index, element) {
  element.className = "row";
  element.style.height = `${item.height}px`;
  element.textContent = item.name;
}

Object.assign(window, { list, makeItems, heightOf, render });
list.renderItem = render;
window.ready = true;
