import { draws, Engines, room } from "./memory.js";
import { lbfgs, spsa } from "./optimizers.js";

/** @typedef {import("./memory.js").Solvers} Solvers */
/** @typedef {import("../ansatz.js").Ansatz} Ansatz */

/**
 * A state with parameters and the operator whose expectation it lowers, in the core.
 */
export class Variational {
  #engines;
  #ansatz;
  #observable;
  #parameters;
  #qubits;
  /** How many circuits were run. */ runs = 0;

  /** @param {Solvers} core @param {Ansatz} ansatz @param {readonly import("./memory.js").PauliString[]} strings */
  constructor(core, { qubits, start, parameters, steps }, strings) {
    const engines = new Engines(core);
    this.#engines = engines;
    this.#parameters = parameters;
    this.#qubits = qubits;
    try {
      this.#observable = engines.observable(qubits, strings);
      const address = core.apus_ansatz_new(qubits, start ?? -1);
      const ansatz = engines.own(address, core.apus_ansatz_delete);
      this.#ansatz = ansatz;
      for (const step of steps) {
        const { parameter = -1 } = step;
        const added =
          step.kind === "rotation"
            ? core.apus_ansatz_rotate(ansatz, step.x, step.z, parameter, step.scale, step.offset)
            : step.kind === "phase"
              ? core.apus_ansatz_phase(ansatz, parameter, step.scale)
              : core.apus_ansatz_sign(ansatz, step.qubits);
        engines.own(added ? 1 : 0, () => {});
      }
    } catch (error) {
      engines.free();
      throw error;
    }
  }

  /** @param {Float64Array} values @returns {number} */
  energy(values) {
    this.runs += 1;
    const at = this.#write(values);
    return this.#core.apus_ansatz_expectation(this.#ansatz, this.#observable, at);
  }

  /**
   * @param {Float64Array} values @param {Float64Array} gradient is filled
   * @param {"shift" | "adjoint"} method
   * @returns {number} the energy
   */
  gradient(values, gradient, method) {
    const at = this.#write(values);
    const to = at + values.byteLength;
    let energy = 0;
    if (method === "shift") {
      this.runs += 1 + this.#core.apus_ansatz_shift(this.#ansatz, this.#observable, at, to);
      energy = this.#core.apus_ansatz_expectation(this.#ansatz, this.#observable, at);
    } else {
      this.runs += 1;
      energy = this.#core.apus_ansatz_gradient(this.#ansatz, this.#observable, at, to);
    }
    gradient.set(this.#core.memory.f64.subarray(to / 8, to / 8 + values.length));
    return energy;
  }

  /** @param {Float64Array} values @returns {Float64Array} the probability of each index */
  probabilities(values) {
    this.energy(values);
    const at = (this.#core.apus_ansatz_state(this.#ansatz) >>> 0) / 8;
    const state = this.#core.memory.f64.subarray(at, at + 2 ** (this.#qubits + 1));
    const probabilities = new Float64Array(2 ** this.#qubits);
    for (const i of probabilities.keys()) {
      probabilities[i] = state[2 * i] ** 2 + state[2 * i + 1] ** 2;
    }
    return probabilities;
  }

  free() {
    this.#engines.free();
  }

  /** Room for the values and as many derivatives. @param {Float64Array} values */
  #write(values) {
    const at = room(this.#core, 16 * Math.max(values.length, this.#parameters));
    this.#core.memory.f64.set(values, at / 8);
    return at;
  }

  get #core() {
    return this.#engines.core;
  }
}

/**
 * @typedef {object} MinimizeInput
 * @property {Ansatz} ansatz
 * @property {readonly import("./memory.js").PauliString[]} strings
 * @property {Float64Array[]} starts values to begin with; the best end wins
 * @property {"lbfgs" | "spsa"} optimizer
 * @property {"shift" | "adjoint"} gradient
 * @property {number} iterations at most, for each start
 * @property {number} seed
 * @property {number} shots measurements of the final state
 */

/**
 * @typedef {object} Minimized
 * @property {number} energy
 * @property {Float64Array} values
 * @property {number[]} history the lowest energy after each iteration of the best start
 * @property {number} runs circuits
 * @property {[index: number, count: number, probability: number][]} outcomes of the shots, most frequent first
 */

/**
 * @param {Solvers} core @param {MinimizeInput} input
 * @returns {Generator<import("./optimizers.js").Step, Minimized, void>}
 */
export function* minimize(core, input) {
  const { ansatz, strings, starts, optimizer, gradient, iterations, seed, shots } = input;
  const variational = new Variational(core, ansatz, strings);
  try {
    /** @type {Minimized | undefined} */ let best;
    for (const start of starts) {
      /** @type {number[]} */ const history = [];
      const steps =
        optimizer === "spsa"
          ? spsa((values) => variational.energy(values), start, iterations, seed)
          : lbfgs((at, to) => variational.gradient(at, to, gradient), start, iterations, 1e-6);
      let step = steps.next();
      for (; !step.done; step = steps.next()) {
        history.push(step.value.energy);
        yield step.value;
      }
      if (!best || step.value.energy < best.energy) {
        best = { ...step.value, history, runs: 0, outcomes: [] };
      }
    }
    if (!best) throw new RangeError("no start");
    const outcomes = shots ? sample(variational.probabilities(best.values), shots, seed) : [];
    return { ...best, runs: variational.runs, outcomes };
  } finally {
    variational.free();
  }
}

/**
 * Measures all qubits. O(probabilities + shots log(probabilities)).
 * @param {Float64Array} probabilities @param {number} shots @param {number} seed
 * @returns {Minimized["outcomes"]}
 */
function sample(probabilities, shots, seed) {
  const random = draws(seed);
  const sums = probabilities.slice();
  for (let i = 1; i < sums.length; i++) sums[i] += sums[i - 1];
  const total = sums[sums.length - 1];
  /** @type {Map<number, number>} */ const counts = new Map();
  for (let shot = 0; shot < shots; shot++) {
    const target = random() * total;
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] > target) high = middle;
      else low = middle + 1;
    }
    counts.set(low, (counts.get(low) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a, x], [b, y]) => y - x || a - b)
    .map(([index, count]) => [index, count, probabilities[index]]);
}
