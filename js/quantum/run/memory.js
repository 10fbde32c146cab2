import { ApusError } from "../../core/errors.js";

/** @typedef {import("../../core/instantiate.js").Running<import("../../../dist/quantum-solver-urls.js").Rooms["solvers"]>} Solvers the running module */
/** @typedef {readonly [x: number, z: number, weight: number]} PauliString masks of qubits; Y is both */

/**
 * Engines of the core that live as long as one task.
 *
 *     const engines = new Engines(core);
 *     try { engines.ising(problem); … } finally { engines.free(); }
 */
export class Engines {
  #free = /** @type {(() => void)[]} */ ([]);

  /** @param {Solvers} core */
  constructor(core) {
    this.core = core;
  }

  /**
   * @param {number} address of a new engine, or 0
   * @param {(address: number) => void} free
   * @returns {number} @throws {ApusError} `OUT_OF_MEMORY`
   */
  own(address, free) {
    if (address === 0) throw outOfMemory();
    this.#free.push(() => free(address >>> 0));
    return address >>> 0;
  }

  /** @param {import("../problems.js").Problem} problem */
  ising({ fields, couplings }) {
    const { core } = this;
    const numbers = [...fields, ...couplings.flat()];
    const at = room(core, 8 * numbers.length);
    core.memory.f64.set(numbers, at / 8);
    const list = at + 8 * fields.length;
    const address = core.apus_ising_new(at, fields.length, list, couplings.length);
    return this.own(address, core.apus_ising_delete);
  }

  /** @param {number} qubits @param {readonly PauliString[]} strings */
  observable(qubits, strings) {
    const { core } = this;
    const at = room(core, 24 * strings.length);
    core.memory.f64.set(strings.flat(), at / 8);
    const address = core.apus_observable_new(qubits, at, strings.length);
    return this.own(address, core.apus_observable_delete);
  }

  /** In reverse order: an engine may refer to one before it. */
  free() {
    for (const free of this.#free.reverse()) free();
    this.#free = [];
  }
}

/** @param {Solvers} core @param {number} bytes @returns {number} the bulk buffer's address */
export function room(core, bytes) {
  try {
    return core.memory.room(bytes);
  } catch (error) {
    throw outOfMemory(error);
  }
}

/** @param {unknown} [cause] */
export function outOfMemory(cause) {
  return new ApusError("OUT_OF_MEMORY", "there is not enough memory for this problem", { cause });
}

/**
 * @param {Solvers} core @param {number} address of spins @param {number} size
 * @returns {(0 | 1)[]}
 */
export function bitsAt(core, address, size) {
  const bytes = core.memory.u8.subarray(address >>> 0, (address >>> 0) + size);
  return Array.from(bytes, (spin) => (spin === 1 ? 0 : 1));
}

/**
 * SplitMix32: the numbers that optimizers and samples draw from a seed.
 * @param {number} seed @returns {() => number} at least 0, less than 1
 */
export function draws(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}
