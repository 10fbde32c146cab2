/** @typedef {import("./row-renderer.js").RowRenderer<any>} RowRenderer */

/**
 * Rows from the list's `<template>`: each begins as a clone of its first element. Without
 * `renderItem`, the fields that the clone names are filled in.
 * @param {RowRenderer} renderer
 */
export function template(renderer) {
  const { host, make } = renderer;
  renderer.fillTemplate = fillTemplate;
  renderer.make = () => {
    const row = make.call(renderer);
    const template = /** @type {HTMLTemplateElement | null} */ (
      host.querySelector(":scope > template:not([slot])")
    );
    // React and Vue append children to the template, not to its content.
    const first = template?.content.firstElementChild ?? template?.firstElementChild;
    if (!first) return row;
    const element = /** @type {HTMLElement} */ (document.importNode(first, true));
    element.slot = row.slot;
    if (!element.hasAttribute("role")) element.setAttribute("role", renderer.role);
    return element;
  };
}

/**
 * An element with `data-text="city.name"` gets that field as its text. A row without such elements
 * gets the item itself.
 * @param {unknown} item @param {number} _index @param {HTMLElement} element
 */
function fillTemplate(item, _index, element) {
  const places = /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("[data-text]"));
  for (const place of places) place.textContent = read(item, place.dataset.text);
  if (element.dataset.text) element.textContent = read(item, element.dataset.text);
  else if (!places.length) element.textContent = String(item);
}

/** @param {any} item @param {string | undefined} path */
function read(item, path = "") {
  for (const name of path.split(".")) item = item?.[name];
  return item === undefined || item === null ? "" : String(item);
}
