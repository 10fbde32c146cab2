import { integerIn } from "../core/check.js";
import { Circuit } from "./circuit.js";

/**
 * A circuit with parameters, as plain data. Its steps act on masks of qubits: bit q stands for
 * qubit q, the least significant bit of an index.
 *
 * @typedef {object} Ansatz
 * @property {number} qubits
 * @property {number} [start] the index it begins with; none: all indices equally likely
 * @property {number} parameters
 * @property {readonly Step[]} steps
 */

/**
 * `rotation`: e^(-i angle P / 2) about the Pauli string P with X on the qubits of x, Z on those of z
 * and Y on those of both, and angle = offset + scale * values[parameter]. `phase`: e^(-i angle E) of
 * the energy E that is minimized, angle = scale * values[parameter]. `sign`: Z where all its qubits
 * are 1.
 * @typedef {{ kind: "rotation", x: number, z: number, parameter?: number, scale: number, offset: number }
 *   | { kind: "phase", parameter: number, scale: number }
 *   | { kind: "sign", qubits: number, parameter?: undefined }} Step
 */

/** @typedef {import("./run/memory.js").PauliString} PauliString */

/**
 * Layers of RY and RZ on each qubit with a chain of CX between them, each a CZ between two RY: gates
 * that are cheap on many devices (Kandala et al., Nature 549, 242, 2017).
 * @param {number} qubits 1 to 20 @param {{ layers?: number }} [options] default: 2 layers
 * @returns {Ansatz} with 2 * qubits * (layers + 1) parameters
 * @throws {RangeError}
 */
export function hardwareEfficient(qubits, { layers = 2 } = {}) {
  integerIn(1, 20)(qubits, "hardwareEfficient: qubits");
  integerIn(0, 100)(layers, "hardwareEfficient: layers");
  /** @type {Step[]} */ const steps = [];
  let parameters = 0;
  for (let layer = 0; layer <= layers; layer++) {
    for (let q = 0; q < qubits; q++) {
      const qubit = 1 << q;
      steps.push(rotation(qubit, qubit, parameters++), rotation(0, qubit, parameters++));
    }
    if (layer < layers) steps.push(...chain(qubits));
  }
  return { qubits, start: 0, parameters, steps };
}

/** @param {number} qubits @returns {Step[]} CX from each qubit to the next */
function chain(qubits) {
  return Array.from({ length: qubits - 1 }, (_, q) => {
    const target = 2 << q;
    /** @type {(offset: number) => Step} */
    const turn = (offset) => ({ kind: "rotation", x: target, z: target, scale: 0, offset });
    /** @type {Step} */ const sign = { kind: "sign", qubits: (1 << q) | target };
    return [turn(-Math.PI / 2), sign, turn(Math.PI / 2)];
  }).flat();
}

/** CZ between neighbors, and between the last and the first qubit. @param {number} qubits @returns {Step[]} */
export function ring(qubits) {
  const pairs = qubits > 2 ? qubits : qubits - 1;
  return Array.from({ length: pairs }, (_, q) => ({
    kind: "sign",
    qubits: (1 << q) | (1 << ((q + 1) % qubits)),
  }));
}

/**
 * @param {number} x @param {number} z @param {number} [parameter] @param {number} [scale]
 * @returns {Step}
 */
export const rotation = (x, z, parameter, scale = 1) => ({
  kind: "rotation",
  x,
  z,
  parameter,
  scale,
  offset: 0,
});

/**
 * The circuit that a device would run.
 * @param {Ansatz} ansatz @param {ArrayLike<number>} values
 * @param {readonly PauliString[]} strings of the energy, for its phases
 * @returns {Circuit}
 */
export function circuitOf({ qubits, start, steps }, values, strings) {
  const circuit = new Circuit(qubits);
  for (let q = 0; q < qubits; q++) {
    if (start === undefined) circuit.h(q);
    else if ((start >> q) & 1) circuit.x(q);
  }
  for (const step of steps) {
    if (step.kind === "sign") {
      const [last, ...controls] = bitsOf(step.qubits).reverse();
      circuit.controlled(controls, () => circuit.z(last));
      continue;
    }
    const value = step.parameter === undefined ? 0 : values[step.parameter];
    if (step.kind === "rotation") {
      rotate(circuit, step.x, step.z, step.offset + step.scale * value);
      continue;
    }
    for (const [x, z, weight] of strings) rotate(circuit, x, z, 2 * step.scale * value * weight);
  }
  return circuit;
}

/**
 * A rotation about a string: one gate where there is one, else a ladder of CX between changes of
 * basis.
 * @param {Circuit} circuit @param {number} x @param {number} z @param {number} angle
 */
function rotate(circuit, x, z, angle) {
  const qubits = bitsOf(x | z);
  if (qubits.length === 0) return;
  const axes = qubits.map((q) => ["", "x", "z", "y"][((x >> q) & 1) + 2 * ((z >> q) & 1)]);
  const [first, second] = qubits;
  switch (axes.join("")) {
    case "x":
      circuit.rx(angle, first);
      return;
    case "y":
      circuit.ry(angle, first);
      return;
    case "z":
      circuit.rz(angle, first);
      return;
    case "xx":
      circuit.rxx(angle, first, second);
      return;
    case "yy":
      circuit.ryy(angle, first, second);
      return;
    case "zz":
      circuit.rzz(angle, first, second);
      return;
  }
  // To the basis of Z and back.
  const turn = (/** @type {number} */ quarter) => {
    for (const [i, q] of qubits.entries()) {
      if (axes[i] === "x") circuit.h(q);
      else if (axes[i] === "y") circuit.rx(quarter, q);
    }
  };
  const pairs = qubits.slice(1).map((q, i) => [qubits[i], q]);
  turn(Math.PI / 2);
  for (const [a, b] of pairs) circuit.cx(a, b);
  circuit.rz(angle, qubits[qubits.length - 1]);
  for (const [a, b] of pairs.reverse()) circuit.cx(a, b);
  turn(-Math.PI / 2);
}

/** @param {number} mask @returns {number[]} its bits, ascending */
function bitsOf(mask) {
  return Array.from({ length: 32 }, (_, q) => q).filter((q) => (mask >>> q) & 1);
}
