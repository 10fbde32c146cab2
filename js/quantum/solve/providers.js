import { qaoa } from "../algorithms/qaoa.js";
import { vqe } from "../algorithms/vqe.js";
import { hardwareEfficient } from "../ansatz.js";
import { PauliSum } from "../pauli-sum.js";
import { runTask } from "../run/run.js";

/** @typedef {import("../problems.js").Problem} Problem */
/** @typedef {import("../problems.js").GroundStateProblem} GroundStateProblem */

/**
 * What solves problems: a real device behind a gateway, a simulator, a classical method.
 * @typedef {object} Provider
 * @property {string} name what the result names
 * @property {(problem: Problem | GroundStateProblem, options: { signal: AbortSignal }) => boolean | Promise<boolean>} isAvailable
 *   whether it takes this problem now
 * @property {(problem: Problem | GroundStateProblem, options: ProviderOptions) => Promise<ProviderAnswer>} solve
 * @property {() => void} [cancel] called when `solve` was given up: its time was over, or the caller's signal aborted
 */

/**
 * @typedef {object} ProviderOptions
 * @property {AbortSignal} signal aborts when the answer is not wanted any more
 * @property {number} shots measurements
 * @property {number} seed
 * @property {(progress: import("../run/tasks.js").Progress) => void} [onProgress]
 */

/**
 * @typedef {object} ProviderAnswer
 * @property {string} algorithm
 * @property {readonly number[]} [bits] of a problem with variables
 * @property {number} [energy] of a ground state
 * @property {boolean} [exact] whether there is no better answer
 * @property {number} [depth] @property {Record<string, number>} [gates]
 * @property {number} [iterations] @property {number} [optimum] @property {readonly number[]} [history]
 */

const MAX_QAOA = 16; // qubits that QAOA takes some seconds for
const MAX_VQE = 10;
const MAX_LANCZOS = 20;
const NODES = 2e7;
const SWEEPS = 2000;

/** Simulated quantum circuits on this device: QAOA or VQE. @type {Provider} */
export const simulated = {
  name: "simulator",
  isAvailable: (problem) =>
    problem.kind === "groundState" ? problem.qubits <= MAX_VQE : problem.size <= MAX_QAOA,
  async solve(problem, { signal, shots, seed, onProgress }) {
    if (problem.kind === "groundState") {
      const { qubits, terms, ansatz = hardwareEfficient(qubits, { layers: qubits }) } = problem;
      const sum = new PauliSum();
      for (const [x, z, weight] of terms) sum.add(weight, operators(x, z));
      const answer = await vqe(sum, ansatz, { seed, signal, onProgress, gradient: "adjoint" });
      const { algorithm, energy, exact: optimum, depth, gates, iterations, history } = answer;
      return { algorithm, energy, optimum, depth, gates, iterations, history };
    }
    const answer = await qaoa(problem, { shots, seed, signal, onProgress });
    const { algorithm, bits, optimum, depth, gates, iterations, history } = answer;
    return { algorithm, bits, optimum, depth, gates, iterations, history };
  },
};

/**
 * Classical methods on this device, for problems of any size: branch and bound or, where that takes
 * too long, simulated annealing; Lanczos for ground states up to 20 qubits.
 * @type {Provider}
 */
export const classical = {
  name: "classical",
  isAvailable: (problem) => problem.kind !== "groundState" || problem.qubits <= MAX_LANCZOS,
  async solve(problem, { signal, seed, onProgress }) {
    const watch = { signal, onProgress };
    if (problem.kind === "groundState") {
      const { qubits, terms: strings } = problem;
      const answer = await runTask("lowest", { qubits, strings, seed }, watch);
      return { algorithm: "Lanczos", exact: true, ...answer };
    }
    const input = { problem, nodes: NODES, sweeps: SWEEPS, seed };
    const { method, ...answer } = await runTask("classical", input, watch);
    return { algorithm: method, ...answer };
  },
};

/** @param {number} x @param {number} z @returns {string} such as "X0 Z2" */
function operators(x, z) {
  const words = [];
  for (let q = 0; q < 26; q++) {
    const axis = ((x >> q) & 1) + 2 * ((z >> q) & 1);
    if (axis) words.push(`${" XZY"[axis]}${q}`);
  }
  return words.join(" ");
}
