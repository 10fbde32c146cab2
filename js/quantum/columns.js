import { labelOf } from "./labels.js";

/** @typedef {import("./builder.js").Builder} Circuit */
/** @typedef {import("./builder.js").Operation} Operation */

/** An operation in a drawing: `x` is its middle and `width` that of its column, px; `rows` the first and the last. @typedef {{ operation: Operation, x: number, width: number, rows: [number, number] }} Placed */

const LETTER = 7; // px
const GAP = 12; // px between columns

/** @param {Operation} operation @param {number} qubits @returns {[number, number]} */
function rowsOf({ kind, targets, controls, when }, qubits) {
  const all = [...targets, ...controls];
  if (kind === "measure" || when) all.push(qubits);
  return all.length ? [Math.min(...all), Math.max(...all)] : [0, 0];
}

/** @param {Operation} operation px */
function widthOf(operation) {
  const { kind, controls } = operation;
  if (kind === "barrier") return 8;
  if (kind === "measure" || kind === "swap" || (controls.length && /^[xz]$/.test(kind))) return 28;
  return Math.max(28, [...labelOf(operation)].length * LETTER + 12);
}

/**
 * Lays a circuit out: each operation goes as far left as the rows that it spans allow, and columns
 * that do not fit into the width continue in the next band.
 * @param {Circuit} circuit @param {number} most px of a band
 * @returns {{ placed: Placed[], width: number }[]} bands, at least one. O(operations * rows)
 */
export function bandsOf({ qubits, operations }, most) {
  const free = new Array(qubits + 1).fill(0);
  /** @type {{ operation: Operation, rows: [number, number] }[][]} */
  const columns = [];
  for (const operation of operations) {
    const rows = rowsOf(operation, qubits);
    const spanned = free.slice(rows[0], rows[1] + 1);
    const column = Math.max(...spanned);
    free.fill(column + 1, rows[0], rows[1] + 1);
    columns[column] ??= [];
    columns[column].push({ operation, rows });
  }
  /** @type {{ placed: Placed[], width: number }[]} */
  const bands = [{ placed: [], width: 0 }];
  for (const column of columns) {
    const width = Math.max(...column.map(({ operation }) => widthOf(operation)));
    let band = bands[bands.length - 1];
    if (band.width > 0 && band.width + width + GAP > most) {
      band = { placed: [], width: 0 };
      bands.push(band);
    }
    const x = band.width + (width + GAP) / 2;
    band.placed.push(...column.map((it) => ({ ...it, x, width })));
    band.width += width + GAP;
  }
  return bands;
}
