import { abortSignal, boolean, func, integerIn, oneOf } from "../../core/check.js";

/**
 * What all algorithms take.
 * @typedef {object} Common
 * @property {number} [seed] the same seed gives the same result. Default 1
 * @property {AbortSignal} [signal] ends the run, which rejects with its reason
 * @property {(progress: import("../run/tasks.js").Progress) => void} [onProgress] some times a second
 */

/**
 * What all algorithms return.
 * @typedef {object} Cost
 * @property {"simulator"} provider simulated on this device
 * @property {number} depth of the circuit: gates on different qubits run together
 * @property {Record<string, number>} gates how many of each kind
 * @property {number} iterations of the algorithm
 * @property {number} runs circuits
 */

export const common = {
  seed: integerIn(0, 2 ** 32 - 1),
  signal: abortSignal,
  onProgress: func,
};

export const shots = integerIn(1, 2 ** 24);
export const layers = integerIn(1, 50);
export const iterations = integerIn(1, 100_000);
export const gradient = oneOf(["shift", "adjoint"]);
export const optimizer = oneOf(["lbfgs", "spsa"]);
export const compare = boolean;

/** @param {string} where @param {unknown} problem @returns {asserts problem is import("../problems.js").Problem} */
export function checkProblem(where, problem) {
  const it = /** @type {any} */ (problem);
  if (!Array.isArray(it?.fields) || !Array.isArray(it.couplings) || it.fields.length !== it.size) {
    throw new TypeError(
      `${where}: problem must come from maxCut, ising, qubo or partition, got ${problem}`,
    );
  }
}
