import { Simulator } from "../../quantum/simulator.js";

/** @typedef {import("../../quantum/circuit.js").Circuit} Circuit */

/**
 * What the panel shows.
 * @typedef {object} Shown
 * @property {string} provider "simulator", "classical" or another's name
 * @property {string} [algorithm]
 * @property {Circuit} [circuit]
 * @property {readonly (readonly [outcome: string, count: number])[]} [counts] the most frequent first
 * @property {number} [shots]
 * @property {number} [time] ms
 * @property {number} [depth]
 * @property {number} [energy]
 * @property {number} [value] in the problem's terms
 * @property {number} [optimum] the best value there is
 * @property {number} [exact] the lowest energy there is
 * @property {readonly number[]} [bits]
 * @property {readonly number[]} [history]
 * @property {number} [fidelity]
 * @property {{ x: number, y: number, z: number }[]} [bloch]
 */

const MOST_SPHERES = 5; // qubits
const MOST_EXACT = 12; // qubits that are computed twice

/**
 * Runs a circuit and reads what the panel shows. The fidelity compares the state with that of the
 * same circuit without noise in double precision.
 * @param {Circuit} circuit
 * @param {import("../../quantum/simulator.js").RunOptions} options
 * @returns {Promise<Shown>}
 */
export async function runCircuit(circuit, options) {
  const simulator = new Simulator();
  try {
    const { signal } = options;
    const pure = circuit.operations.every(({ kind, when }) => kind !== "reset" && !when);
    let exact;
    if (pure && circuit.qubits <= MOST_EXACT) {
      await simulator.run(circuit, { shots: 0, precision: "double", signal });
      exact = await simulator.state();
    }
    const result = await simulator.run(circuit, options);
    const { counts, shots, time } = result;
    const single = options.precision !== "double";
    const fidelity = exact && (await simulator.fidelity(single ? Float32Array.from(exact) : exact));
    const bloch = [];
    for (let qubit = 0; qubit < circuit.qubits && circuit.qubits <= MOST_SPHERES; qubit++) {
      bloch.push(await simulator.bloch(qubit));
    }
    const { depth } = circuit;
    return {
      provider: "simulator",
      circuit,
      counts: [...counts],
      shots,
      time,
      depth,
      fidelity,
      bloch,
    };
  } finally {
    simulator.dispose();
  }
}
