import { QUANTUM_MOST_BITS, QUANTUM_MOST_QUBITS } from "../../dist/layout.js";
import { func, integerIn, numberIn } from "../core/check.js";
import { codes, kinds } from "./gates.js";
import { counts, depth } from "./measures.js";
import { checkPermutation, checkUnitary, tabulate } from "./tables.js";

/**
 * One operation of a circuit. `controls` are the qubits that must all be |1>.
 * @typedef {object} Operation
 * @property {string} kind OpenQASM's name of the gate without controls ("x" for a CX), or "gphase",
 *   "matrix1", "matrix2", "diagonal", "permutation", "measure", "reset", "barrier"
 * @property {readonly number[]} targets its qubits; ascending for a kind that acts on a set
 * @property {readonly number[]} controls ascending
 * @property {readonly number[]} angles radians
 * @property {number} [bit] of a measurement
 * @property {Float64Array | Uint32Array} [table] of "matrix1" and "matrix2": rows of re, im; of
 *   "diagonal" and "permutation": the function's values
 * @property {Condition} [when]
 */

/**
 * It runs only if these classical bits, the first the lowest, have this value.
 * @typedef {{ readonly bits: readonly number[], readonly value: number }} Condition
 */

const angle = numberIn(-Number.MAX_VALUE, Number.MAX_VALUE);

/** What all circuits are made of; `Circuit` adds the gates by name, OpenQASM and the drawing. */
export class Builder {
  #qubits;
  #bits;
  /** @type {Operation[]} */
  #operations = [];
  /** Of the `controlled` that runs. @type {number[]} */
  #controls = [];
  /** Of the `when` that runs. @type {Condition | undefined} */
  #when;

  /**
   * @param {number} qubits 1 to 26
   * @param {number} [bits] classical bits, 0 to 64; default: one a qubit
   */
  constructor(qubits, bits = qubits) {
    if (Number.isInteger(qubits) && qubits > QUANTUM_MOST_QUBITS) {
      throw new RangeError(
        `Circuit: ${qubits} qubits need ${2 ** qubits * 8} bytes; the most is ${QUANTUM_MOST_QUBITS} qubits, 2^29 bytes`,
      );
    }
    integerIn(1, QUANTUM_MOST_QUBITS)(qubits, "Circuit: qubits");
    integerIn(0, QUANTUM_MOST_BITS)(bits, "Circuit: bits");
    this.#qubits = qubits;
    this.#bits = bits;
  }

  get qubits() {
    return this.#qubits;
  }

  /** Classical bits. */
  get bits() {
    return this.#bits;
  }

  /** @returns {readonly Operation[]} */
  get operations() {
    return this.#operations;
  }

  /** Steps, when operations on different qubits run together. O(operations). */
  get depth() {
    return depth(this);
  }

  /** How many operations of each kind there are: `{ h: 1, cx: 1 }`. O(operations). @returns {Record<string, number>} */
  get counts() {
    return counts(this);
  }

  /**
   * Any unitary matrix.
   * @param {ArrayLike<number>} matrix row by row, each entry its real and its imaginary part: 8
   *   numbers for one qubit, 32 for two. Unitary to 1e-6 an entry of U U* - 1
   * @param {...number} qubits one or two, the first the low bit of the index
   */
  unitary(matrix, ...qubits) {
    integerIn(1, 2)(qubits.length, "Circuit.unitary: number of qubits");
    const table = checkUnitary(matrix, 2 ** qubits.length);
    return this.gate(`matrix${qubits.length}`, qubits, [], [], table);
  }

  /**
   * |z> becomes e^(i angle f(z)) |z>: a phase oracle, or a cost.
   * @param {ArrayLike<number> | ((z: number) => number)} f its values for z = 0, 1, …, or a function
   * @param {readonly number[]} qubits ascending; the first is bit 0 of z
   * @param {number} [scale] radians
   */
  diagonal(f, qubits, scale = 1) {
    this.#ascending("diagonal", qubits);
    return this.gate("diagonal", qubits, [scale], [], tabulate(f, qubits.length, "diagonal"));
  }

  /**
   * |z> becomes |f(z)>, an oracle: f must take each value once.
   * @param {ArrayLike<number> | ((z: number) => number)} f its values for z = 0, 1, …, or a function
   * @param {readonly number[]} qubits ascending; the first is bit 0 of z
   */
  permutation(f, qubits) {
    this.#ascending("permutation", qubits);
    const values = tabulate(f, qubits.length, "permutation");
    return this.gate("permutation", qubits, [], [], checkPermutation(values));
  }

  /** @param {number} qubit @param {number} [bit] for the result; default: of the same number */
  measure(qubit, bit = qubit) {
    this.#qubit("measure", qubit);
    integerIn(0, this.#bits - 1)(bit, "Circuit.measure: bit");
    return this.#add({ kind: "measure", targets: [qubit], controls: [], angles: [], bit });
  }

  /** Measures each qubit into the bit of its number. */
  measureAll() {
    integerIn(this.#qubits, QUANTUM_MOST_BITS)(
      this.#bits,
      "Circuit.measureAll: the circuit's bits",
    );
    for (let qubit = 0; qubit < this.#qubits; qubit++) this.measure(qubit);
    return this;
  }

  /** Sets a qubit to |0>. @param {number} qubit */
  reset(qubit) {
    this.#qubit("reset", qubit);
    return this.#add({ kind: "reset", targets: [qubit], controls: [], angles: [] });
  }

  /** A line in the drawing and in `depth`. @param {...number} qubits default: all */
  barrier(...qubits) {
    const all = qubits.length ? qubits : Array.from({ length: this.#qubits }, (_, i) => i);
    this.#different("barrier", all);
    const targets = all.toSorted((a, b) => a - b);
    return this.#add({ kind: "barrier", targets, controls: [], angles: [] });
  }

  /**
   * Adds controls to the gates that `build` adds: `c.controlled([0, 1], (c) => c.rz(0.2, 2))`.
   * @param {readonly number[]} controls @param {(circuit: this) => unknown} build
   */
  controlled(controls, build) {
    func(build, "Circuit.controlled: build");
    this.#different("controlled", [...controls, ...this.#controls]);
    const before = this.#controls;
    this.#controls = [...before, ...controls];
    try {
      build(this);
    } finally {
      this.#controls = before;
    }
    return this;
  }

  /**
   * Operations that run only if classical bits have a value: `c.when([0], 1, (c) => c.x(2))`.
   * @param {readonly number[]} bits the first is the lowest of `value` @param {number} value
   * @param {(circuit: this) => unknown} build
   */
  when(bits, value, build) {
    func(build, "Circuit.when: build");
    if (this.#when) throw new RangeError("Circuit.when: conditions cannot be nested");
    integerIn(1, 52)(bits.length, "Circuit.when: number of bits");
    for (const bit of bits) integerIn(0, this.#bits - 1)(bit, "Circuit.when: bit");
    if (new Set(bits).size < bits.length) throw new RangeError("Circuit.when: a bit occurs twice");
    integerIn(0, 2 ** bits.length - 1)(value, "Circuit.when: value");
    this.#when = { bits: [...bits], value };
    try {
      build(this);
    } finally {
      this.#when = undefined;
    }
    return this;
  }

  /**
   * Adds the operations of another circuit.
   * @param {Builder} other of at most as many qubits and bits
   */
  append(other) {
    if (!(other instanceof Builder)) {
      throw new TypeError("Circuit.append: other must be a Circuit");
    }
    integerIn(1, this.#qubits)(other.qubits, "Circuit.append: the other's qubits");
    for (const operation of [...other.operations]) {
      const { kind, targets, angles, controls, table, when, bit } = operation;
      const add = () => {
        if (kind === "measure") this.measure(targets[0], bit);
        else if (kind === "reset") this.reset(targets[0]);
        else if (kind === "barrier") this.barrier(...targets);
        else this.gate(kind, targets, angles, controls, table);
      };
      if (when) this.when(when.bits, when.value, add);
      else add();
    }
    return this;
  }

  /**
   * Adds a gate by its name, for programs: `gate("rz", [2], [0.5], [0, 1])`.
   * @param {string} kind as Operation.kind
   * @param {readonly number[]} targets @param {readonly number[]} [angles] radians
   * @param {readonly number[]} [controls]
   * @param {Float64Array | Uint32Array} [table] as `unitary`, `diagonal` and `permutation` make it
   * @returns {this}
   */
  gate(kind, targets, angles = [], controls = [], table) {
    const shape = kinds[codes.get(kind) ?? -1];
    if (!shape?.gate) throw new RangeError(`Circuit.gate: there is no gate "${kind}"`);
    if (!shape.set)
      integerIn(shape.targets, shape.targets)(targets.length, `Circuit.${kind}: targets`);
    integerIn(shape.angles, shape.angles)(angles.length, `Circuit.${kind}: angles`);
    const all = [...this.#controls, ...controls].sort((a, b) => a - b);
    this.#different(kind, [...all, ...targets]);
    for (const it of angles) angle(it, `Circuit.${kind}: angle`);
    return this.#add({ kind, targets: [...targets], controls: all, angles: [...angles], table });
  }

  /** @param {Operation} operation */
  #add(operation) {
    if (this.#controls.length && operation.kind.match(/^(measure|reset)$/)) {
      throw new RangeError(`Circuit.${operation.kind}: not in controlled()`);
    }
    this.#operations.push(this.#when ? { ...operation, when: this.#when } : operation);
    return this;
  }

  /** @param {string} where @param {unknown} qubit */
  #qubit(where, qubit) {
    integerIn(0, this.#qubits - 1)(qubit, `Circuit.${where}: qubit`);
  }

  /** @param {string} where @param {readonly number[]} qubits */
  #different(where, qubits) {
    for (const qubit of qubits) this.#qubit(where, qubit);
    if (new Set(qubits).size < qubits.length) {
      throw new RangeError(`Circuit.${where}: qubits must differ, got ${qubits.join(", ")}`);
    }
  }

  /** @param {string} where @param {readonly number[]} qubits */
  #ascending(where, qubits) {
    if (!Array.isArray(qubits) || qubits.length === 0) {
      throw new TypeError(`Circuit.${where}: qubits must be an array of at least one`);
    }
    this.#different(where, qubits);
    if (qubits.some((qubit, i) => i > 0 && qubit < qubits[i - 1])) {
      throw new RangeError(`Circuit.${where}: qubits must ascend, got ${qubits.join(", ")}`);
    }
  }
}
