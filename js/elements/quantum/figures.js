import { make } from "../base.js";

/** @typedef {import("../../quantum/drawing.js").SvgNode} SvgNode */
/** @typedef {import("../texts.js").Texts} Texts */

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 400; // of the chart's own units
const HIGH = 140;
const R = 36; // px, the Bloch sphere's radius

/** An SVG element from data, without HTML: pages that require Trusted Types refuse that. @param {SvgNode | string} node @returns {Node} */
export function built(node) {
  if (typeof node === "string") return document.createTextNode(node);
  const [tag, attributes, ...children] = node;
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name !== "xmlns") element.setAttribute(name, String(value));
  }
  element.append(...children.map(built));
  return element;
}

/**
 * How often outcomes occurred: bars for those who see them, and a table for all.
 * @param {readonly (readonly [outcome: string, count: number])[]} counts the most frequent first
 * @param {number} total @param {number} shown rows at most @param {Texts} texts
 */
export function outcomes(counts, total, shown, { say, number }) {
  const most = counts[0]?.[1] ?? 1;
  const rows = counts.slice(0, shown).map(([outcome, count]) => {
    const bar = make("span", { class: "bar", part: "bar" });
    bar.style.inlineSize = `${(100 * count) / most}%`;
    return make(
      "tr",
      {},
      make("th", { scope: "row", class: "outcome" }, outcome),
      make("td", { class: "number" }, number(count)),
      make("td", { class: "number" }, `${number((100 * count) / total, 1)} %`),
      make("td", { class: "share", "aria-hidden": "true" }, bar),
    );
  });
  const more = counts.length - shown;
  const caption =
    more > 0
      ? say("Outcomes of {n} shots, the {shown} most frequent of {all}", {
          n: total,
          shown,
          all: counts.length,
        })
      : say("Outcomes of {n} shots", { n: total });
  const names = ["Outcome", "Shots", "Share"].map((name, i) =>
    make("th", { scope: "col", class: i ? "number" : false }, say(name)),
  );
  return make(
    "table",
    { part: "outcomes" },
    make("caption", {}, caption),
    make("thead", {}, make("tr", {}, ...names, make("td", { "aria-hidden": "true" }))),
    make("tbody", {}, ...rows),
  );
}

/**
 * The energy after each iteration, with a dashed line at the lowest there is.
 * @param {readonly number[]} history @param {number | undefined} exact @param {Texts} texts
 */
export function energies(history, exact, { say }) {
  const all = exact === undefined ? history : [...history, exact];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const y = (/** @type {number} */ value) => 8 + ((high - value) / (high - low || 1)) * (HIGH - 16);
  const x = (/** @type {number} */ i) => 4 + (i / Math.max(1, history.length - 1)) * (WIDE - 8);
  const points = history.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const line = { fill: "none", stroke: "currentColor", "vector-effect": "non-scaling-stroke" };
  /** @type {SvgNode[]} */
  const shapes = [["polyline", { ...line, points, "stroke-width": 2 }]];
  if (exact !== undefined) {
    const d = `M0 ${y(exact)}H${WIDE}`;
    shapes.push(["path", { ...line, d, "stroke-dasharray": "6 4" }]);
  }
  const n = history.length;
  const values = { first: text(history[0]), last: text(history[n - 1]), n };
  const said =
    exact === undefined
      ? say("Energy from {first} to {last} in {n} iterations", values)
      : say("Energy from {first} to {last} in {n} iterations; the exact one, dashed, is {exact}", {
          ...values,
          exact: text(exact),
        });
  const box = { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", class: "chart" };
  const chart = built(["svg", { ...box, "aria-hidden": "true" }, ...shapes]);
  return make(
    "figure",
    { part: "energy" },
    make("h3", {}, say("Energy by iteration")),
    chart,
    make("figcaption", { class: "note" }, said),
  );
}

/** @param {number} value */
const text = (value) => String(Number(value.toPrecision(7)));

/**
 * Bloch spheres: X points to the viewer, Y to the right, Z up.
 * @param {readonly { x: number, y: number, z: number }[]} vectors one a qubit @param {Texts} texts
 */
export function spheres(vectors, { say }) {
  const figures = vectors.map(({ x, y, z }, qubit) => {
    const [toX, toY] = [44 + R * (y - 0.4 * x), 44 - R * (z - 0.3 * x)];
    const numbers = [x, y, z].map((value) => value.toFixed(2).replace("-0.00", "0.00"));
    const thin = { fill: "none", stroke: "currentColor", "stroke-opacity": 0.35 };
    const edge = "var(--apus-quantum-edge, light-dark(#3b62b5, #8fb0f5))";
    const svg = built([
      "svg",
      { viewBox: "0 0 88 88", width: 104, height: 104, "aria-hidden": "true" },
      ["circle", { cx: 44, cy: 44, r: R, ...thin }],
      ["ellipse", { cx: 44, cy: 44, rx: R, ry: R * 0.3, ...thin }],
      ["path", { d: `M44 ${44 - R}v${2 * R}`, "stroke-dasharray": "2 3", ...thin }],
      ["path", { d: `M44 44L${toX} ${toY}`, stroke: edge, "stroke-width": 2.5 }],
      ["circle", { cx: toX, cy: toY, r: 4, fill: edge }],
    ]);
    return make("figure", {}, svg, make("figcaption", {}, `q${qubit}: ${numbers.join(", ")}`));
  });
  return make(
    "section",
    { part: "bloch" },
    make("h3", {}, say("Bloch vectors: x, y, z")),
    make("div", { class: "spheres" }, ...figures),
  );
}
