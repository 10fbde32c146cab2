import { checkOptions } from "../../core/check.js";
import { circuitOf, rotation } from "../ansatz.js";
import { energyOf, objective } from "../problems.js";
import { runTask } from "../run/run.js";
import { checkProblem, common, compare, iterations, layers, shots } from "./options.js";

/** @typedef {import("../problems.js").Problem} Problem */

const MAX_QUBITS = 20;
const NODES = 2e6; // of the search for the optimum, about a second

/**
 * @typedef {object} QaoaOptions
 * @property {number} [layers] 1 to 50; default 3
 * @property {number} [shots] measurements of the final state; default 1024
 * @property {number} [iterations] of the optimizer at most; default 100
 * @property {boolean} [compare] whether the classical optimum is computed too; default true
 */

/**
 * @typedef {object} QaoaAnswer
 * @property {"qaoa"} algorithm
 * @property {import("../problems.js").Bits} bits the best that was measured
 * @property {number} value theirs, in the problem's terms
 * @property {number} probability of measuring them
 * @property {number} energy expectation of the final state
 * @property {number} [optimum] the best value there is, if it was computed
 * @property {number} [ratio] of a cut: the expected weight over the optimum's
 * @property {number[]} history the energy after each iteration
 * @property {{ phases: number[], mixers: number[] }} angles of each layer
 * @property {import("../circuit.js").Circuit} circuit
 * @property {[bits: string, count: number][]} outcomes most frequent first, at most 64; qubit 0 is the last digit
 */

/**
 * The quantum approximate optimization algorithm (Farhi, Goldstone, Gutmann, arXiv:1411.4028),
 * simulated: layers of e^(-i phase E) and rotations about X, whose angles L-BFGS chooses by exact
 * derivatives. It gives good answers, not always the best one.
 *
 * @param {Problem} problem at most 20 variables, a qubit each
 * @param {QaoaOptions & import("./options.js").Common} [options]
 * @returns {Promise<QaoaAnswer & import("./options.js").Cost>}
 * @throws {TypeError | RangeError | import("../../core/errors.js").ApusError} `OUT_OF_MEMORY`,
 *   `WASM_UNAVAILABLE`. O(2^variables * layers * iterations)
 */
export async function qaoa(problem, options = {}) {
  checkProblem("qaoa", problem);
  checkOptions("qaoa", options, { ...common, layers, shots, iterations, compare });
  const { size } = problem;
  if (size > MAX_QUBITS) {
    throw new RangeError(`qaoa: problem must have at most ${MAX_QUBITS} variables, got ${size}`);
  }
  const { layers: count = 3, shots: times = 1024, seed = 1, signal } = options;
  const strings = stringsOf(problem);
  const ansatz = ansatzOf(problem, count);
  const found = await runTask(
    "minimize",
    {
      ansatz,
      strings,
      starts: [ramp(count)],
      optimizer: "lbfgs",
      gradient: "adjoint",
      iterations: options.iterations ?? 100,
      seed,
      shots: times,
    },
    options,
  );
  const outcomes = found.outcomes.map(([index, seen, probability]) => {
    const bits = problem.fields.map((_, i) => /** @type {0 | 1} */ ((index >> i) & 1));
    return { bits, seen, probability, energy: energyOf(problem, bits) };
  });
  const best = outcomes.reduce((best, it) => (it.energy < best.energy ? it : best));
  const value = objective(problem, best.bits);
  const optimum =
    options.compare === false ? undefined : await optimumOf(problem, { seed, signal });
  const circuit = circuitOf(ansatz, found.values, strings);
  const cut = problem.kind === "maxCut" && optimum !== undefined && optimum !== 0;
  return {
    algorithm: "qaoa",
    provider: "simulator",
    bits: best.bits,
    value,
    probability: best.probability,
    energy: found.energy,
    optimum,
    ratio: cut ? -found.energy / optimum : undefined,
    depth: circuit.depth,
    gates: circuit.counts,
    iterations: found.history.length,
    runs: found.runs,
    history: found.history,
    angles: {
      phases: [...found.values.subarray(0, count)],
      mixers: [...found.values.subarray(count)],
    },
    circuit,
    outcomes: outcomes.slice(0, 64).map(({ bits, seen }) => [bits.toReversed().join(""), seen]),
  };
}

/** @param {Problem} problem @returns {import("../run/memory.js").PauliString[]} its energy: Z is 1 - 2 bit */
function stringsOf({ fields, couplings, offset }) {
  return [
    [0, 0, offset],
    ...fields.flatMap((field, i) => (field ? [bits(1 << i, field)] : [])),
    ...couplings.map(([a, b, weight]) => bits((1 << a) | (1 << b), weight)),
  ];
}

/** @param {number} z @param {number} weight @returns {import("../run/memory.js").PauliString} */
const bits = (z, weight) => [0, z, weight];

/**
 * The first parameters are the phases, the others the mixers. The phases' unit is the typical pull on
 * one spin, so that the same angles suit all problems.
 * @param {Problem} problem @param {number} layers
 * @returns {import("../ansatz.js").Ansatz}
 */
function ansatzOf({ size, fields, couplings }, layers) {
  const squares =
    fields.reduce((sum, field) => sum + field ** 2, 0) +
    couplings.reduce((sum, [, , weight]) => sum + 2 * weight ** 2, 0);
  const scale = 1 / (Math.sqrt(squares / size) || 1);
  /** @type {import("../ansatz.js").Step[]} */ const steps = [];
  for (let layer = 0; layer < layers; layer++) {
    steps.push({ kind: "phase", parameter: layer, scale });
    for (let q = 0; q < size; q++) steps.push(rotation(1 << q, 0, layers + layer, -2));
  }
  return { qubits: size, parameters: 2 * layers, steps };
}

/** Phases grow and mixers shrink, as in adiabatic evolution. @param {number} layers */
function ramp(layers) {
  const at = Array.from({ length: layers }, (_, layer) => (layer + 0.5) / layers);
  return Float64Array.from([...at.map((t) => 0.25 + 0.6 * t), ...at.map((t) => 0.7 - 0.5 * t)]);
}

/**
 * @param {Problem} problem @param {{ seed: number, signal?: AbortSignal }} options
 * @returns {Promise<number | undefined>} undefined: it would take too long
 */
async function optimumOf(problem, { seed, signal }) {
  const input = { problem, nodes: NODES, sweeps: 1, seed };
  const { exact, bits } = await runTask("classical", input, { signal });
  return exact ? objective(problem, bits) : undefined;
}
