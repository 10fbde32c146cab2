import { checkOptions, integerIn } from "../../core/check.js";
import { circuitOf, ring, rotation } from "../ansatz.js";
import { draws } from "../run/memory.js";
import { runTask } from "../run/run.js";
import { common, gradient, iterations } from "./options.js";

const MAX_FEATURES = 10;
const STARTS = 3; // the loss has local minima

/**
 * @typedef {object} ClassifierOptions
 * @property {number} [layers] 1 to 10; default 2
 * @property {"shift" | "adjoint"} [gradient] as in `vqe`; default "adjoint"
 * @property {number} [iterations] at most; default 60
 */

/**
 * @typedef {object} TrainedClassifier
 * @property {"classifier"} algorithm
 * @property {(samples: readonly (readonly number[])[]) => Promise<(1 | -1)[]>} predict labels
 * @property {number} accuracy share of the training samples that get their label
 * @property {number} majority that of always the more frequent label, to compare
 * @property {number} loss mean square of label - score
 * @property {number[]} history the loss after each iteration
 */

/**
 * Trains a variational classifier, simulated: each layer writes a sample's features into rotations of
 * their qubits again (data re-uploading: Pérez-Salinas et al., Quantum 4, 226, 2020), then turns and
 * entangles them; the sign of <Z> of qubit 0 and a bias is the label.
 *
 * @param {readonly (readonly number[])[]} samples of 1 to 10 features each; scale them to about -1 to
 *   1, since they become angles times pi
 * @param {readonly number[]} labels 1 or -1
 * @param {ClassifierOptions & import("./options.js").Common} [options]
 * @returns {Promise<TrainedClassifier & import("./options.js").Cost>}
 * @throws {TypeError | RangeError | import("../../core/errors.js").ApusError} `OUT_OF_MEMORY`,
 *   `WASM_UNAVAILABLE`. An iteration is O(samples * 2^features * layers * features)
 */
export async function classifier(samples, labels, options = {}) {
  const features = samples?.[0]?.length;
  integerIn(1, MAX_FEATURES)(features, "classifier: features of samples[0]");
  const rows = checked("classifier: samples", samples, features);
  if (labels?.length !== rows.length) {
    throw new RangeError(`classifier: labels must be ${rows.length}, one for each sample`);
  }
  const signs = Array.from(labels, (label, i) => {
    if (label === 1 || label === -1) return label;
    throw new RangeError(`classifier: labels[${i}] must be 1 or -1, got ${label}`);
  });
  const checks = { ...common, layers: integerIn(1, 10), gradient, iterations };
  checkOptions("classifier", options, checks);
  const { layers = 2, seed = 1 } = options;
  const { ansatz, weights } = ansatzOf(features, layers);
  const random = draws(seed);
  const starts = Array.from({ length: STARTS }, () =>
    Float64Array.from({ length: weights + 1 }, (_, i) => (i < weights ? random() * 2 - 1 : 0)),
  );
  const input = {
    ansatz,
    weights,
    samples: rows,
    labels: signs,
    starts,
    iterations: options.iterations ?? 60,
    gradient: options.gradient ?? "adjoint",
  };
  const { values, energy, history, runs } = await runTask("train", input, options);
  /** @param {Float64Array[]} samples */
  const label = async (samples) => {
    const scores = await runTask("score", { ansatz, weights, samples, values });
    return scores.map((score) => /** @type {1 | -1} */ (score < 0 ? -1 : 1));
  };
  const guesses = await label(rows);
  const right = guesses.filter((guess, i) => guess === signs[i]).length;
  const up = signs.filter((it) => it === 1).length / signs.length;
  const circuit = circuitOf(ansatz, [...values.subarray(0, weights), ...rows[0]], []);
  return {
    algorithm: "classifier",
    provider: "simulator",
    predict: async (samples) => label(checked("predict: samples", samples, features)),
    accuracy: right / rows.length,
    majority: Math.max(up, 1 - up),
    loss: energy,
    history,
    depth: circuit.depth,
    gates: circuit.counts,
    iterations: history.length,
    runs,
  };
}

/**
 * The weights are the first parameters, a sample's features the last.
 * @param {number} features @param {number} layers
 */
function ansatzOf(features, layers) {
  const weights = 2 * features * (layers + 1);
  /** @type {import("../ansatz.js").Step[]} */ const steps = [];
  let weight = 0;
  for (let layer = 0; layer <= layers; layer++) {
    for (let q = 0; q < features; q++) {
      const qubit = 1 << q;
      if (layer < layers) steps.push(rotation(qubit, qubit, weights + q, Math.PI));
      steps.push(rotation(0, qubit, weight++), rotation(qubit, qubit, weight++));
    }
    if (layer < layers) steps.push(...ring(features));
  }
  return { ansatz: { qubits: features, start: 0, parameters: weights + features, steps }, weights };
}

/** @param {string} name @param {readonly (readonly number[])[]} samples @param {number} features */
function checked(name, samples, features) {
  return Array.from(samples, (sample, i) => {
    if (sample?.length === features && Array.from(sample).every(Number.isFinite)) {
      return Float64Array.from(sample);
    }
    throw new RangeError(`${name}[${i}] must be ${features} finite numbers`);
  });
}
