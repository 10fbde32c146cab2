/** @typedef {import("./builder.js").Builder} Circuit */
/** @typedef {import("./builder.js").Operation} Operation */

/** A gate's name with its controls: "ccx". @param {Operation} operation */
export const nameOf = ({ kind, controls }) => "c".repeat(controls.length) + kind;

/** @param {Circuit} circuit @returns {Record<string, number>} */
export function counts({ operations }) {
  /** @type {Record<string, number>} */
  const result = {};
  for (const operation of operations) {
    const name = nameOf(operation);
    result[name] = (result[name] ?? 0) + 1;
  }
  return result;
}

/**
 * The longest chain of operations that wait for each other. A barrier lets no operation pass and counts as no step; a
 * measurement and the conditions that read its bit wait for each other.
 * @param {Circuit} circuit
 */
export function depth({ qubits, bits, operations }) {
  const at = new Array(qubits + bits).fill(0);
  for (const operation of operations) {
    const { kind, targets, controls, bit, when } = operation;
    const wires = [...targets, ...controls];
    if (bit !== undefined) wires.push(qubits + bit);
    for (const it of when?.bits ?? []) wires.push(qubits + it);
    const step = Math.max(0, ...wires.map((wire) => at[wire])) + (kind === "barrier" ? 0 : 1);
    for (const wire of wires) at[wire] = step;
  }
  return Math.max(0, ...at);
}
