import {
  QUANTUM_ANGLE,
  QUANTUM_BIT,
  QUANTUM_CONTROLS,
  QUANTUM_FIELDS,
  QUANTUM_KIND,
  QUANTUM_MASK,
  QUANTUM_QUBITS,
  QUANTUM_TABLE,
  QUANTUM_TARGET,
  QUANTUM_VALUE,
} from "../../dist/layout.js";
import { codes, kinds } from "./gates.js";

/** @typedef {import("./builder.js").Builder} Circuit */

/**
 * A circuit as numbers, for a worker: one record an operation (include/apus/quantum/layout.h). A
 * table's index counts those of its kind. Tables that operations share are sent once.
 * @typedef {object} Packed
 * @property {number} qubits @property {number} bits
 * @property {Float64Array} records
 * @property {{ kind: string, values: Float64Array | Uint32Array }[]} tables
 */

/** @param {readonly number[]} qubits @returns {number} a mask */
const mask = (qubits) => qubits.reduce((mask, qubit) => mask + 2 ** qubit, 0);

/** @param {Circuit} circuit @returns {Packed} O(operations) */
export function pack({ qubits, bits, operations }) {
  const records = new Float64Array(operations.length * QUANTUM_FIELDS);
  /** @type {Packed["tables"]} */
  const tables = [];
  /** @type {Map<object, number>} */
  const known = new Map();
  /** @type {Record<string, number>} */
  const numbers = {};
  operations.forEach(({ kind, targets, controls, angles, bit, table, when }, i) => {
    const code = /** @type {number} */ (codes.get(kind));
    const record = records.subarray(i * QUANTUM_FIELDS, (i + 1) * QUANTUM_FIELDS);
    record[QUANTUM_KIND] = code;
    if (kinds[code].set) record[QUANTUM_QUBITS] = mask(targets);
    else record.set(targets, QUANTUM_TARGET);
    record[QUANTUM_CONTROLS] = mask(controls);
    record[QUANTUM_BIT] = bit ?? 0;
    record.set(angles, QUANTUM_ANGLE);
    if (table) {
      let number = known.get(table);
      if (number === undefined) {
        number = numbers[kind] ?? 0;
        numbers[kind] = number + 1;
        known.set(table, number);
        tables.push({ kind, values: table });
      }
      record[QUANTUM_TABLE] = number;
    }
    when?.bits.forEach((it, place) => {
      const at = it < 32 ? 0 : 1;
      record[QUANTUM_MASK + at] += 2 ** (it % 32);
      if (Math.floor(when.value / 2 ** place) % 2) record[QUANTUM_VALUE + at] += 2 ** (it % 32);
    });
  });
  return { qubits, bits, records, tables };
}

/** @param {number} low @param {number} high halves of a mask @returns {number[]} its members, ascending */
function members(low, high = 0) {
  const result = [];
  for (let i = 0; i < 64; i++) if (((i < 32 ? low : high) / 2 ** (i % 32)) & 1) result.push(i);
  return result;
}

/**
 * The other way, for records without tables. Adds through the public methods, which check.
 * @template {Circuit} T
 * @param {T} circuit an empty one @param {Float64Array} records
 */
export function unpack(circuit, records) {
  for (let at = 0; at < records.length; at += QUANTUM_FIELDS) {
    const record = records.subarray(at, at + QUANTUM_FIELDS);
    const { name, targets: count, angles } = kinds[record[QUANTUM_KIND]];
    const targets = [...record.subarray(QUANTUM_TARGET, QUANTUM_TARGET + count)];
    const values = [...record.subarray(QUANTUM_ANGLE, QUANTUM_ANGLE + angles)];
    const add = () => {
      if (name === "measure") circuit.measure(targets[0], record[QUANTUM_BIT]);
      else if (name === "reset") circuit.reset(targets[0]);
      else if (name === "barrier") circuit.barrier(...members(record[QUANTUM_QUBITS]));
      else circuit.gate(name, targets, values, members(record[QUANTUM_CONTROLS]));
    };
    const read = members(record[QUANTUM_MASK], record[QUANTUM_MASK + 1]);
    if (read.length === 0) {
      add();
      continue;
    }
    const set = members(record[QUANTUM_VALUE], record[QUANTUM_VALUE + 1]);
    const value = read.reduce((sum, bit, place) => sum + (set.includes(bit) ? 2 ** place : 0), 0);
    circuit.when(read, value, add);
  }
  return circuit;
}
