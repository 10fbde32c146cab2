// The places in which the oracle looks at a list. Node and the page read this table.

/**
 * @typedef {object} Surrounding
 * @property {string} name
 * @property {Record<string, string>} [attributes] of the list
 * @property {Record<string, string>} [host] style of the list and of the scroller with all rows
 * @property {Record<string, string>} [parent] style of the element around both
 * @property {"shadow" | "dialog" | "nested" | "window" | "between"} [wrap] `between`: the window scrolls,
 *   and has content before and after the list
 * @property {string} [rows] class of the rows' document
 * @property {number} [ratio] device pixels of a CSS pixel (1)
 * @property {boolean} [source] pages instead of items
 * @property {boolean} [late] rows grow after they were rendered, as images do
 * @property {boolean} [headers] every 20th row is a sticky header
 * @property {boolean} [free] where a motion ends is not told: rows change on the way
 */

/** @type {Surrounding[]} */
export const surroundings = [
  { name: "plain" },
  { name: "scale-half", parent: { transform: "scale(0.5)" } },
  { name: "scale-1.5", parent: { transform: "scale(1.5)", transformOrigin: "0 0" } },
  { name: "zoom", parent: { zoom: "1.25" } },
  { name: "pixel-ratio", ratio: 1.25 },
  { name: "shadow-root", wrap: "shadow" },
  { name: "dialog", wrap: "dialog" },
  { name: "nested", wrap: "nested", host: { overscrollBehavior: "contain" } },
  { name: "rtl", parent: { direction: "rtl" } },
  { name: "padding", host: { padding: "13px 7px 29px 11px", border: "5px solid" } },
  {
    name: "border-box",
    host: { boxSizing: "border-box", height: "387.5px", padding: "20px 3px", border: "2px solid" },
  },
  { name: "window", wrap: "window", attributes: { scroller: "window" } },
  { name: "window-between", wrap: "between", attributes: { scroller: "window" } },
  { name: "lanes", attributes: { lanes: "3" } },
  { name: "lanes-gap", attributes: { lanes: "2", gap: "9" } },
  { name: "masonry", attributes: { lanes: "3", masonry: "", gap: "6" }, free: true },
  { name: "axis-x", attributes: { axis: "x" }, rows: "columns" },
  { name: "axis-x-rtl", attributes: { axis: "x" }, rows: "columns", parent: { direction: "rtl" } },
  { name: "stick-to-end", attributes: { "stick-to-end": "" } },
  { name: "overscan-0", attributes: { overscan: "0" } },
  { name: "gap", attributes: { gap: "10" } },
  { name: "estimate-low", attributes: { estimate: "4" } },
  { name: "estimate-high", attributes: { estimate: "800" } },
  { name: "smooth", attributes: { estimate: "12" }, host: { scrollBehavior: "smooth" } },
  { name: "headers", headers: true },
  {
    name: "flex",
    parent: { display: "flex", flexDirection: "column", height: "430px" },
    host: { flex: "1", height: "auto", minHeight: "0" },
  },
  {
    name: "grid",
    parent: { display: "grid", gridTemplateRows: "30px 1fr", height: "430px" },
    host: { height: "auto", gridRow: "2" },
  },
  { name: "max-height", host: { height: "auto", maxHeight: "370px" } },
  {
    name: "vertical-parent",
    parent: { writingMode: "vertical-rl" },
    host: { writingMode: "horizontal-tb" },
  },
  { name: "source", source: true },
  { name: "late-images", late: true, free: true },
];
