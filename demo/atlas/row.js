import { findFolded } from "./fold.js";
import { compact, count, countryName, kindName } from "./names.js";

/** @typedef {import("./format.js").City} City */

/** Populations from which a row is larger. @type {[population: number, tier: string][]} */
const tiers = [
  [1_000_000, "metropolis"],
  [100_000, "city"],
  [0, "town"],
];

/** @type {WeakMap<Element, { city: City, index: number }>} the city of each row */
const contents = new WeakMap();

/**
 * @param {Element} element a row of the list, or something in it
 * @returns {{ city: City, index: number, row: Element } | undefined}
 */
export function rowOf(element) {
  for (let row = /** @type {Element | null} */ (element); row; row = row.parentElement) {
    const content = contents.get(row);
    if (content) return { ...content, row };
  }
}

/** The largest city reaches the full width. */
const largest = Math.log10(25_000_000);

/**
 * Renders a city into a row of the list, which may have another city.
 * @param {City & { waiting?: boolean }} city waiting: for a server, with a change
 * @param {number} index
 * @param {HTMLElement} row
 * @param {string} needle the folded part of the name that was searched
 */
export function renderRow(city, index, row, needle) {
  contents.set(row, { city, index });
  let button = /** @type {HTMLButtonElement | null} */ (row.firstElementChild);
  if (!button) {
    button = document.createElement("button");
    button.type = "button";
    button.className = "row";
    button.append(part("name"), part("where"), part("people"), part("bar"));
    row.replaceChildren(button); // instead of a placeholder
  }
  const [name, where, people, bar] = /** @type {HTMLElement[]} */ ([...button.children]);
  const { population, waiting = false } = city;
  button.classList.toggle("waits", waiting);
  button.dataset.tier = tiers.find(([from]) => population >= from)?.[1];
  mark(name, city.name, needle);
  where.textContent = [
    countryName(city.country),
    kindName(city.kind),
    waiting && "waits to be sent",
  ]
    .filter(Boolean)
    .join(" · ");
  people.textContent = population ? compact(population) : "–";
  people.title = population ? `${count(population)} people` : "population unknown";
  const share = population ? Math.max(0, (Math.log10(population) - 3) / (largest - 3)) : 0;
  bar.style.setProperty("--share", share.toFixed(3));
}

/** @param {string} name */
function part(name) {
  const span = document.createElement("span");
  span.className = name;
  return span;
}

/** @param {HTMLElement} element @param {string} text @param {string} needle */
function mark(element, text, needle) {
  const found = needle && findFolded(text, needle);
  if (!found) {
    element.textContent = text;
    return;
  }
  const [start, end] = found;
  const hit = document.createElement("mark");
  hit.textContent = text.slice(start, end);
  element.replaceChildren(text.slice(0, start), hit, text.slice(end));
}
