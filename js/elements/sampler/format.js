/** Formats numbers and ratings for readers, with the decimal sign of the page's language. */

/** @param {number} value @param {number} digits @returns {string} */
const number = (value, digits) =>
  /** @type {any} */ (globalThis)[Symbol.for("apus")]?.number(value, digits) ??
  value.toFixed(digits);

/** In the order of the tiles. */
export const vitalNames = /** @type {const} */ (["LCP", "INP", "CLS", "FCP", "TTFB"]);

const titles = {
  LCP: "Largest Contentful Paint",
  INP: "Interaction to Next Paint",
  CLS: "Cumulative Layout Shift",
  FCP: "First Contentful Paint",
  TTFB: "Time to First Byte",
};

/** @param {keyof typeof titles} name */
export function titleOf(name) {
  return titles[name];
}

const ratings = {
  good: "good",
  "needs-improvement": "needs improvement",
  poor: "poor",
};

/** @param {keyof typeof ratings} rating */
export function ratingText(rating) {
  return ratings[rating];
}

/** @param {number} value ms, or CLS's own unit @param {string} [name] */
export function vitalText(value, name) {
  return name === "CLS" ? number(value, /0$/.test(value.toFixed(3)) ? 2 : 3) : durationText(value);
}

/** @param {number} ms */
export function durationText(ms) {
  if (Math.abs(ms) >= 10_000) return `${number(ms / 1000, 1)} s`;
  if (Math.abs(ms) >= 1000) return `${number(ms / 1000, 2)} s`;
  if (Math.abs(ms) >= 100) return `${number(ms, 0)} ms`;
  return `${number(ms, Math.abs(ms) >= 10 ? 1 : 2)} ms`;
}

/** @param {number} bytes */
export function bytesText(bytes) {
  if (bytes >= 1e6) return `${number(bytes / 1e6, 1)} MB`;
  return bytes >= 1e3 ? `${number(bytes / 1e3, 1)} KB` : `${number(bytes, 0)} B`;
}

/** @param {number} share */
export function percentText(share) {
  return `${share >= 0 ? "+" : "−"}${number(Math.abs(100 * share), 0)}%`;
}

/**
 * A value in the unit of its series.
 * @param {{ name: string, unit: string }} series @param {number} value
 */
export function valueText({ name, unit }, value) {
  if (unit === "By") return bytesText(value);
  // The page's own values are taken for durations until it states their unit.
  if (["ms", ""].includes(unit)) return durationText(value);
  if (name === "layout-shift") return number(value, 4);
  return `${Number(value.toPrecision(3))}${unit === "1" ? "" : ` ${unit}`}`;
}

/** The end of a URL, which says more than its beginning. @param {string} url */
export function shortUrl(url) {
  const path = url.replace(/^[a-z]+:\/\/[^/]+/, "").replace(/\?.*$/, "") || url;
  return path.length > 36 ? `…${path.slice(-35)}` : path;
}
