/**
 * Fills a clone of a row's template: an element with `data-text="city.name"` gets
 * that field as its text. A row without such elements gets the item itself.
 * @param {HTMLElement} element @param {unknown} item
 */
export function fillTemplate(element, item) {
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
