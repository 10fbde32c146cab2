import { checkOptions, integerIn } from "../../core/check.js";
import { Circuit } from "../circuit.js";
import { Simulator } from "../simulator.js";
import { common, shots } from "./options.js";

/**
 * The quantum Fourier transform: |x> becomes the sum of e^(2 pi i x y / 2^qubits) |y> / sqrt(2^qubits).
 * @param {number} qubits 1 to 26
 * @param {{ inverse?: boolean }} [options]
 * @returns {Circuit} of O(qubits^2) gates (Nielsen and Chuang, section 5.1)
 * @throws {RangeError}
 */
export function qft(qubits, { inverse = false } = {}) {
  const circuit = new Circuit(qubits);
  addQft(
    circuit,
    Array.from({ length: qubits }, (_, q) => q),
    inverse,
  );
  return circuit;
}

/** @param {Circuit} circuit @param {readonly number[]} qubits the first is the lowest bit @param {boolean} inverse */
function addQft(circuit, qubits, inverse) {
  /** @type {(() => void)[]} */ const gates = [];
  const sign = inverse ? -1 : 1;
  for (let high = qubits.length - 1; high >= 0; high--) {
    gates.push(() => circuit.h(qubits[high]));
    for (let low = high - 1; low >= 0; low--) {
      const angle = (sign * Math.PI) / 2 ** (high - low);
      gates.push(() => circuit.cp(angle, qubits[low], qubits[high]));
    }
  }
  for (let low = 0; low < qubits.length >> 1; low++) {
    gates.push(() => circuit.swap(qubits[low], qubits[qubits.length - 1 - low]));
  }
  for (const add of inverse ? gates.reverse() : gates) add();
}

/**
 * @typedef {object} PhaseOptions
 * @property {number} [bits] of the phase, 1 to 16; default 6. With the unitary's qubits 26 at most
 * @property {Circuit} [prepare] makes the eigenstate from |0…0>; a superposition of eigenstates gives
 *   their phases at random
 * @property {number} [shots] default 1024
 */

/**
 * @typedef {object} PhaseAnswer
 * @property {"phaseEstimation"} algorithm
 * @property {number} phase the most frequent, 0 to 1: the eigenvalue is e^(2 pi i phase)
 * @property {number} probability the share of shots that gave it
 * @property {number} resolution 2^-bits
 * @property {[phase: number, share: number][]} phases most frequent first, at most 64
 * @property {Circuit} circuit
 */

/**
 * Estimates the phase of a unitary's eigenvalue (Kitaev, arXiv:quant-ph/9511026), simulated.
 *
 *     await phaseEstimation(new Circuit(1).p(Math.PI / 4, 0), { prepare: new Circuit(1).x(0) });
 *     // phase 1/8
 *
 * @param {Circuit} unitary without measurements
 * @param {PhaseOptions & import("./options.js").Common} [options]
 * @returns {Promise<PhaseAnswer & import("./options.js").Cost>}
 * @throws {TypeError | RangeError | import("../../core/errors.js").ApusError} as `Simulator.run`.
 *   O(2^bits * 2^(bits + qubits) * the unitary's gates)
 */
export async function phaseEstimation(unitary, options = {}) {
  if (!(unitary instanceof Circuit)) {
    throw new TypeError("phaseEstimation: unitary must be a Circuit");
  }
  const prepare = (/** @type {unknown} */ it, /** @type {string} */ name) => {
    if (!(it instanceof Circuit)) throw new TypeError(`${name} must be a Circuit`);
    integerIn(1, unitary.qubits)(it.qubits, `${name}: its qubits`);
  };
  const most = Math.min(16, 26 - unitary.qubits);
  checkOptions("phaseEstimation", options, {
    ...common,
    shots,
    prepare,
    bits: integerIn(1, most),
  });
  const { bits = Math.min(6, most), shots: times = 1024 } = options;
  const circuit = countingCircuit(unitary.qubits, bits, {
    prepare: (to) => options.prepare && to.append(options.prepare),
    power: (to, k) => {
      for (let i = 0; i < 2 ** k; i++) to.append(unitary);
    },
  });
  const counted = await measure(circuit, times, options);
  const phases = counted.map(
    ([value, count]) => /** @type {[number, number]} */ ([value / 2 ** bits, count / times]),
  );
  return {
    algorithm: "phaseEstimation",
    provider: "simulator",
    phase: phases[0][0],
    probability: phases[0][1],
    resolution: 2 ** -bits,
    phases: phases.slice(0, 64),
    circuit,
    depth: circuit.depth,
    gates: circuit.counts,
    iterations: 1,
    runs: 1,
  };
}

/**
 * Powers of a unitary, each controlled by one qubit of a register that counts, whose inverse Fourier
 * transform is measured.
 * @param {number} qubits of the unitary, the lowest ones @param {number} bits
 * @param {{ prepare: (to: Circuit) => unknown, power: (to: Circuit, k: number) => void }} parts
 *   `power` adds the unitary's 2^k-th power
 * @returns {Circuit}
 */
export function countingCircuit(qubits, bits, { prepare, power }) {
  const circuit = new Circuit(qubits + bits, bits);
  const register = Array.from({ length: bits }, (_, k) => qubits + k);
  prepare(circuit);
  for (const qubit of register) circuit.h(qubit);
  for (const [k, qubit] of register.entries()) circuit.controlled([qubit], (to) => power(to, k));
  addQft(circuit, register, true);
  for (const [bit, qubit] of register.entries()) circuit.measure(qubit, bit);
  return circuit;
}

/**
 * @param {Circuit} circuit @param {number} shots @param {import("./options.js").Common} options
 * @returns {Promise<[value: number, count: number][]>} most frequent first
 */
export async function measure(circuit, shots, { seed = 1, signal, onProgress }) {
  const simulator = new Simulator();
  try {
    const run = await simulator.run(circuit, {
      shots,
      seed,
      signal,
      onProgress: onProgress && ((share) => onProgress({ iteration: share })),
    });
    return [...run.counts].map(([outcome, count]) => [Number.parseInt(outcome, 2), count]);
  } finally {
    simulator.dispose();
  }
}
