import { unwatch, watchForLeak } from "#leaks";
import { Engine } from "#quantum-engine";
import { abortSignal, checkOptions, func, integerIn, numberIn, oneOf } from "../core/check.js";
import { dispose } from "../core/dispose.js";
import { ApusError } from "../core/errors.js";
import { Circuit } from "./circuit.js";
import { pack } from "./pack.js";
import { PauliSum } from "./pauli-sum.js";
import { RunResult } from "./run-result.js";

/**
 * Errors of a device, all probabilities; 0 if absent.
 * @typedef {object} Noise
 * @property {number} [depolarizing1] that X, Y or Z follows a gate on one qubit
 * @property {number} [depolarizing2] that another Pauli product follows a gate on more qubits
 * @property {number} [amplitudeDamping] that |1> decays to |0> in a gate
 * @property {number} [phaseDamping] the share of coherence 1 - sqrt(1 - p) that a gate loses
 * @property {number} [readout0] that a 0 is read as 1
 * @property {number} [readout1] that a 1 is read as 0
 */

/**
 * @typedef {object} RunOptions
 * @property {number} [shots] outcomes to record, up to 2^24; 0 computes the state alone. Default 1024
 * @property {number} [seed] of the random numbers, an integer of at least 0: the same seed gives the
 *   same outcomes on every device. Default: a random one
 * @property {"single" | "double"} [precision] of the amplitudes: 8 or 16 bytes each. Default "single"
 * @property {Noise} [noise] makes each shot a run of its own
 * @property {AbortSignal} [signal] ends the run; the simulator stays usable
 * @property {(progress: number) => void} [onProgress] 0 to 1, some times a second
 */

const probability = numberIn(0, 1);
/** In the order of the core. */
const noises = [
  "depolarizing1",
  "depolarizing2",
  "amplitudeDamping",
  "phaseDamping",
  "readout0",
  "readout1",
];
const noiseChecks = Object.fromEntries(noises.map((name) => [name, probability]));

const checks = {
  shots: integerIn(0, 2 ** 24),
  seed: integerIn(0, Number.MAX_SAFE_INTEGER),
  precision: oneOf(["single", "double"]),
  noise: (/** @type {object} */ noise, /** @type {string} */ name) =>
    checkOptions(name, noise, noiseChecks),
  signal: abortSignal,
  onProgress: func,
};

/**
 * Simulates circuits exactly, by their state vector, on this device: in a worker of its own in
 * browsers, on the calling thread in slices of some ms in Node. It is no quantum computer.
 *
 *     const simulator = new Simulator();
 *     const { counts } = await simulator.run(new Circuit(2).h(0).cx(0, 1), { shots: 1000 });
 *     simulator.dispose();
 *
 * Calls wait for each other. All fail with `ApusError` `CLOSED` after `dispose`,
 * `WASM_UNAVAILABLE`, `WORKER_FAILED` when the worker could not be started or died, and
 * `OUT_OF_MEMORY` when the browser refused memory, after which the simulator is still usable.
 * Memory: 2^qubits times 8 or 16 bytes.
 */
export class Simulator {
  #engine = new Engine();
  /** Of the last run. */
  #qubits = 0;
  #double = false;

  constructor() {
    watchForLeak(this, "Simulator");
  }

  /**
   * Runs a circuit from |0…0>. Without noise, conditions, resets and gates after measurements, it
   * runs once: O(2^qubits * operations + shots). Otherwise once a shot.
   * @param {Circuit} circuit
   * @param {RunOptions} [options]
   * @returns {Promise<RunResult>} rejects with the signal's reason when it aborts
   * @throws {TypeError | RangeError} for bad arguments, before anything runs
   */
  async run(circuit, options = {}) {
    if (!(circuit instanceof Circuit)) {
      throw new TypeError("Simulator.run: circuit must be a Circuit");
    }
    checkOptions("Simulator.run", options, checks);
    const { shots = 1024, seed = randomSeed(), precision, noise, signal, onProgress } = options;
    const double = precision === "double";
    const args = {
      circuit: pack(circuit),
      shots,
      seed,
      double,
      noise: noise && noises.map((name) => noise[/** @type {keyof Noise} */ (name)] ?? 0),
    };
    this.#qubits = 0; // its state is lost now
    const result = await this.#engine.call("run", args, { signal, onProgress });
    this.#qubits = circuit.qubits;
    this.#double = double;
    const measures = circuit.operations.some(({ kind }) => kind === "measure");
    return new RunResult(measures ? circuit.bits : circuit.qubits, shots, seed, result);
  }

  /**
   * The state after the last run, which a sampled run leaves as it was before its measurements. A
   * copy: O(2^qubits).
   * @returns {Promise<Float32Array | Float64Array>} real and imaginary parts in turn; amplitude i
   *   is that of the outcome i
   * @throws {ApusError} `NO_STATE`, here and below: nothing has run, or the last run failed
   */
  async state() {
    this.#needsState("state");
    return this.#engine.call("state", {});
  }

  /**
   * How likely the outcomes of some qubits are. O(2^all qubits).
   * @param {readonly number[]} [qubits] default: all. The lowest is bit 0 of the index
   * @returns {Promise<Float64Array>} 2^k of them
   */
  async probabilities(qubits) {
    this.#needsState("probabilities");
    const all = qubits ?? Array.from({ length: this.#qubits }, (_, i) => i);
    if (!Array.isArray(all) || all.length === 0 || new Set(all).size < all.length) {
      throw new TypeError("Simulator.probabilities: qubits must be an array of different qubits");
    }
    for (const qubit of all) this.#checkQubit("probabilities", qubit);
    const mask = all.reduce((sum, qubit) => sum + 2 ** qubit, 0);
    return this.#engine.call("probabilities", { mask, qubits: all.length });
  }

  /**
   * The expectation of an observable. O(2^qubits * terms).
   * @param {PauliSum} sum
   * @returns {Promise<number>}
   */
  async expectation(sum) {
    this.#needsState("expectation");
    if (!(sum instanceof PauliSum)) {
      throw new TypeError("Simulator.expectation: sum must be a PauliSum");
    }
    integerIn(0, this.#qubits)(sum.qubits, "Simulator.expectation: qubits of the sum");
    return this.#engine.call("expectation", { terms: sum.terms });
  }

  /**
   * The Bloch vector of a qubit: the expectations of its X, Y and Z. Shorter than 1 when it is
   * entangled. O(2^qubits).
   * @param {number} qubit
   * @returns {Promise<{ x: number, y: number, z: number }>}
   */
  async bloch(qubit) {
    this.#needsState("bloch");
    this.#checkQubit("bloch", qubit);
    return this.#engine.call("bloch", { qubit });
  }

  /**
   * |<state|other>|^2 of the last run's state and another. O(2^qubits).
   * @param {Float32Array | Float64Array} other as `state` returns it, of the same run's precision
   * @returns {Promise<number>} 0 to 1
   */
  async fidelity(other) {
    this.#needsState("fidelity");
    const Expected = this.#double ? Float64Array : Float32Array;
    if (!(other instanceof Expected)) {
      throw new TypeError(`Simulator.fidelity: other must be a ${Expected.name}`);
    }
    const length = 2 * 2 ** this.#qubits;
    if (other.length !== length) {
      throw new RangeError(
        `Simulator.fidelity: other must have ${length} numbers, got ${other.length}`,
      );
    }
    if (!other.every(Number.isFinite) || other.every((it) => it === 0)) {
      throw new RangeError("Simulator.fidelity: other must be finite and not 0");
    }
    return this.#engine.call("fidelity", { state: other });
  }

  /** Ends the worker and frees the memory; runs that wait reject with `CLOSED`. */
  dispose() {
    unwatch(this);
    this.#engine.close();
  }

  [dispose]() {
    this.dispose();
  }

  /** @param {string} where */
  #needsState(where) {
    if (this.#qubits === 0) {
      throw new ApusError("NO_STATE", `Simulator.${where}: run a circuit first`);
    }
  }

  /** @param {string} where @param {number} qubit */
  #checkQubit(where, qubit) {
    integerIn(0, this.#qubits - 1)(qubit, `Simulator.${where}: qubit`);
  }
}

const randomSeed = () => crypto.getRandomValues(new Uint32Array(1))[0];
