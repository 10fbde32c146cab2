/**
 * @param {string} tag @param {Record<string, string>} [attributes] @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** @param {number} time */
export const ms = (time) =>
  time < 0.1 ? "<0.1\u00a0ms" : `${time.toFixed(time < 10 ? 1 : 0)}\u00a0ms`;

/** @param {number} count */
export const bytes = (count) =>
  count < 1000 ? `${count}\u00a0B` : `${(count / 1000).toFixed(1)}\u00a0kB`;

export const price = new Intl.NumberFormat("en", {
  style: "currency",
  currency: "EUR",
  maximumFractionDigits: 0,
}).format;
