import { lbfgs } from "./optimizers.js";
import { Variational } from "./variational.js";

/** @typedef {import("./memory.js").Solvers} Solvers */

/**
 * @typedef {object} ClassifyInput
 * @property {import("../ansatz.js").Ansatz} ansatz its last parameters are a sample's features
 * @property {number} weights the others, and after them in each start one bias
 * @property {Float64Array[]} samples
 * @property {(1 | -1)[]} labels
 * @property {Float64Array[]} starts the one with the lowest end wins
 * @property {number} iterations
 * @property {"shift" | "adjoint"} gradient
 */

/**
 * Trains a classifier: lowers the mean of (label - score)^2, where the score of a sample is the
 * expectation of Z on qubit 0, and the bias.
 * @param {Solvers} core @param {ClassifyInput} input
 * @returns {Generator<import("./optimizers.js").Step, { values: Float64Array, energy: number, history: number[], runs: number }, void>}
 */
export function* train(core, { ansatz, weights, samples, labels, starts, iterations, gradient }) {
  const state = new Variational(core, ansatz, [[0, 1, 1]]);
  try {
    const inputs = new Float64Array(ansatz.parameters);
    const derivatives = new Float64Array(ansatz.parameters);
    /** @param {Float64Array} values @param {Float64Array} slope */
    const loss = (values, slope) => {
      slope.fill(0);
      let sum = 0;
      inputs.set(values.subarray(0, weights));
      for (const [i, sample] of samples.entries()) {
        inputs.set(sample, weights);
        const score = state.gradient(inputs, derivatives, gradient) + values[weights];
        const error = (score - labels[i]) / samples.length;
        sum += error * (score - labels[i]);
        for (let k = 0; k < weights; k++) slope[k] += 2 * error * derivatives[k];
        slope[weights] += 2 * error;
      }
      return sum;
    };
    /** @type {{ energy: number, values: Float64Array, history: number[] } | undefined} */ let best;
    for (const start of starts) {
      /** @type {number[]} */ const history = [];
      const steps = lbfgs(loss, start, iterations, 1e-5);
      let step = steps.next();
      for (; !step.done; step = steps.next()) {
        history.push(step.value.energy);
        yield step.value;
      }
      if (!best || step.value.energy < best.energy) best = { ...step.value, history };
    }
    if (!best) throw new RangeError("no start");
    return { ...best, runs: state.runs };
  } finally {
    state.free();
  }
}

/**
 * @param {Solvers} core
 * @param {Pick<ClassifyInput, "ansatz" | "weights" | "samples"> & { values: Float64Array }} input
 * @returns {Generator<never, number[], void>} the scores
 */
export function* score(core, { ansatz, weights, samples, values }) {
  const state = new Variational(core, ansatz, [[0, 1, 1]]);
  try {
    const inputs = new Float64Array(ansatz.parameters);
    inputs.set(values.subarray(0, weights));
    return samples.map((sample) => {
      inputs.set(sample, weights);
      return state.energy(inputs) + values[weights];
    });
  } finally {
    state.free();
  }
}
