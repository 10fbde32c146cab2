import { bandsOf } from "./columns.js";
import { labelOf } from "./labels.js";

/** @typedef {import("./builder.js").Builder} Circuit */
/** @typedef {import("./columns.js").Placed} Placed */

/** An SVG element as data, which becomes text (svg.js) or DOM (the element). @typedef {[tag: string, attributes: Record<string, string | number>, ...children: (SvgNode | string)[]]} SvgNode */

const ROW = 44; // px between wires
const BOX = 28; // px, a gate's height
const LEFT = 40; // px for the wires' names

// Presentation attributes may hold custom properties, and no policy forbids them.
const GATE = "var(--apus-quantum-gate, light-dark(#e4ecfd, #1d2f55))";
const EDGE = "var(--apus-quantum-edge, light-dark(#3b62b5, #8fb0f5))";
const MEASURE = "var(--apus-quantum-measure, light-dark(#f1ece0, #3a3322))";
const BACKGROUND = "var(--apus-quantum-background, Canvas)";

/** @param {string} d @param {Record<string, string | number>} [more] @returns {SvgNode} */
const path = (d, more) => ["path", { d, stroke: "currentColor", fill: "none", ...more }];

/** @param {number} x @param {number} y @param {string} text @param {Record<string, string | number>} [more] @returns {SvgNode} */
const words = (x, y, text, more) => [
  "text",
  { x, y: y + 4.5, "text-anchor": "middle", ...more },
  text,
];

/** @param {number} x @param {number} y @param {number} width @param {string} fill @returns {SvgNode} */
const box = (x, y, width, fill) => [
  "rect",
  { x: x - width / 2, y: y - BOX / 2, width, height: BOX, rx: 4, fill, stroke: EDGE },
];

/** @param {number} row */
const yOf = (row) => row * ROW + ROW / 2;

/**
 * A circuit drawn: time to the right, qubit 0 at the top, the classical bits in one double wire below.
 * @param {Circuit} circuit
 * @param {{ title?: string, width?: number }} [options] as Circuit.toSvg
 * @returns {SvgNode} O(operations)
 */
export function draw(circuit, { title, width = Number.POSITIVE_INFINITY } = {}) {
  const { qubits, operations } = circuit;
  const classical = operations.some(({ kind, when }) => kind === "measure" || when);
  const bands = bandsOf(circuit, Math.max(width - LEFT - 12, 80));
  const wide = Math.ceil(LEFT + 12 + Math.max(24, ...bands.map((band) => band.width)));
  const height = (qubits + (classical ? 1 : 0)) * ROW + 8;
  const all = bands.length * height;
  const groups = bands.map(({ placed }, i) => {
    const shapes = placed.flatMap((it) => operation(it, qubits));
    const transform = `translate(0 ${i * height})`;
    return /** @type {SvgNode} */ ([
      "g",
      { transform },
      ...wires(qubits, classical, wide),
      ...shapes,
    ]);
  });
  return [
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      role: "img",
      viewBox: `0 0 ${wide} ${all}`,
      width: wide,
      height: all,
      fill: "currentColor",
    },
    ["title", {}, title ?? summary(circuit)],
    ["g", { "font-family": "system-ui, sans-serif", "font-size": 13 }, ...groups],
  ];
}

/** For those who do not see the drawing. @param {Circuit} circuit */
function summary({ qubits, depth, counts }) {
  const gates = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  const size = `${qubits} qubit${qubits === 1 ? "" : "s"}`;
  return `Circuit of ${size}, depth ${depth}: ${gates.join(", ") || "no gates"}`;
}

/** @param {number} qubits @param {boolean} classical @param {number} wide @returns {SvgNode[]} */
function wires(qubits, classical, wide) {
  /** @type {SvgNode[]} */
  const made = [];
  for (let row = 0; row < qubits; row++) {
    made.push(words(LEFT - 8, yOf(row), `q${row}`, { "text-anchor": "end" }));
    made.push(path(`M${LEFT} ${yOf(row)}H${wide - 4}`, { "stroke-opacity": 0.6 }));
  }
  if (classical) {
    const y = yOf(qubits);
    made.push(words(LEFT - 8, y, "c", { "text-anchor": "end" }));
    made.push(path(`M${LEFT} ${y - 1.5}H${wide - 4}M${LEFT} ${y + 1.5}H${wide - 4}`));
  }
  return made;
}

/** @param {Placed} placed @param {number} qubits @returns {SvgNode[]} */
function operation({ operation, x: middle, rows }, qubits) {
  const { kind, targets, controls, bit, when } = operation;
  const x = LEFT + middle;
  const label = labelOf(operation);
  if (kind === "barrier") {
    return targets.map((row) =>
      path(`M${x} ${yOf(row) - ROW / 2}v${ROW}`, { "stroke-dasharray": "4 3" }),
    );
  }
  /** @type {SvgNode[]} */
  const shapes = [];
  const last = Math.max(...targets, ...controls, 0);
  if (last > rows[0]) shapes.push(path(`M${x} ${yOf(rows[0])}V${yOf(last)}`));
  if (bit !== undefined || when) {
    const y = yOf(qubits);
    shapes.push(path(`M${x - 1.5} ${yOf(last)}V${y}M${x + 1.5} ${yOf(last)}V${y}`));
    const bits = when && `${when.bits.join(",")}=${when.value}`;
    shapes.push(words(x, y + 14, bits ?? String(bit), { "font-size": 10 }));
    shapes.push(bits ? dot(x, y) : path(`M${x - 5} ${y - 8}h10l-5 7z`, { fill: "currentColor" }));
  }
  for (const row of controls) shapes.push(dot(x, yOf(row)));
  const width = Math.max(BOX, [...label].length * 7 + 8);
  const rest = targets.length ? targets : kind === "gphase" && !controls.length ? [0] : [];
  for (const row of rest) shapes.push(...target(operation, label, x, yOf(row), width));
  return shapes;
}

/** @param {number} x @param {number} y @returns {SvgNode} */
const dot = (x, y) => ["circle", { cx: x, cy: y, r: 4.5 }];

/**
 * @param {import("./builder.js").Operation} operation @param {string} label
 * @param {number} x @param {number} y @param {number} width
 * @returns {SvgNode[]}
 */
function target({ kind, controls }, label, x, y, width) {
  if (kind === "x" && controls.length) {
    return [
      ["circle", { cx: x, cy: y, r: 11, fill: BACKGROUND, stroke: "currentColor" }],
      path(`M${x - 11} ${y}h22M${x} ${y - 11}v22`),
    ];
  }
  if (kind === "z" && controls.length) return [dot(x, y)];
  if (kind === "swap") return [path(`M${x - 6} ${y - 6}l12 12m-12 0l12-12`, { "stroke-width": 2 })];
  if (kind === "measure") {
    return [box(x, y, BOX, MEASURE), path(`M${x - 9} ${y + 6}a9 9 0 0 1 18 0M${x} ${y + 6}l6-11`)];
  }
  return [box(x, y, width, GATE), words(x, y, label)];
}
