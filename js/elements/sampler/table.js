import { make } from "../base.js";

/**
 * Sets an element's text. A long one becomes boxes of a few words each, because as one box it could
 * be the page's Largest Contentful Paint, which the element is to measure and not to change.
 * @param {Element} element @param {string | number} text
 * @returns the element
 */
export function setText(element, text) {
  const line = String(text).replace(/\s+/g, " ");
  if (element.textContent === line) return element;
  const bits = line.length > 16 ? (line.match(/.{1,15}[ ./=,-]|.{1,16}/gu) ?? []) : [];
  element.textContent = line;
  if (bits.length)
    element.replaceChildren(...bits.map((bit) => make("span", { class: "bit" }, bit)));
  return element;
}

/**
 * An empty table in its own scrolling region.
 * @param {string} id of its body @param {string} caption @param {string[]} heads
 */
export function table(id, caption, heads) {
  const cells = heads.map((head) => make("th", { scope: "col" }, head));
  return make(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    make(
      "table",
      {},
      setText(make("caption"), caption),
      make("thead", {}, make("tr", {}, ...cells)),
      make("tbody", { id }),
    ),
  );
}

/**
 * Fills a table's body, touching only the cells that changed.
 * @param {HTMLElement} body
 * @param {readonly (readonly (string | number)[])[]} rows the first cell of each is its head
 */
export function fillRows(body, rows) {
  rows.forEach((row, at) => {
    const line = body.children[at] ?? body.appendChild(document.createElement("tr"));
    row.forEach((text, column) => {
      const cell =
        line.children[column] ??
        line.appendChild(column ? make("td") : make("th", { scope: "row" }));
      setText(cell, text);
    });
    while (line.children.length > row.length) line.lastElementChild?.remove();
  });
  while (body.children.length > rows.length) body.lastElementChild?.remove();
}

/**
 * A series' name as people read it: `event click`, `api route=/a method=GET`.
 * @param {{ name: string, tags: Record<string, unknown> }} series
 */
export function seriesLabel({ name, tags }) {
  const entries = Object.entries(tags);
  if (entries.length === 1 && entries[0][1] !== true) return `${name} ${entries[0][1]}`;
  return [name, ...entries.map(([tag, value]) => `${tag}=${value}`)].join(" ");
}
