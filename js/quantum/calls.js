import { QUANTUM_NOT_UNITARY, QUANTUM_OUT_OF_MEMORY } from "../../dist/layout.js";
import { ApusError } from "../core/errors.js";

/**
 * The calls that a host answers, by name. Arguments were checked by the facade; the core checks
 * what it needs again.
 */

/** @typedef {import("./host.js").Context} Context */
/** @typedef {import("./host.js").Core} Core */
/** @typedef {import("./pack.js").Packed} Packed */
/** @typedef {import("../../dist/quantum-glue.js").Circuit} CoreCircuit */

/** Amplitudes of the first slice; later ones adapt to the time. */
const FIRST = 2 ** 22;

/** @type {Record<string, (args: any, context: Context) => any>} */
export const calls = {
  readQasm({ text }, { core }) {
    const bytes = new TextEncoder().encode(text);
    const room = view(core.room(Math.ceil(bytes.length / 8) || 1));
    new Uint8Array(room.buffer, room.byteOffset).set(bytes);
    const circuit = core.fromQasm(bytes.length);
    if (!circuit) throw qasmError(core, "QASM_INVALID");
    try {
      const records = view(circuit.save()).slice();
      return { qubits: circuit.qubits(), bits: circuit.bits(), records };
    } finally {
      circuit.delete();
    }
  },

  writeQasm({ circuit, version }, { core }) {
    const made = load(core, circuit);
    try {
      const text = core.toQasm(made, version);
      if (!text) throw qasmError(core, "QASM_UNSUPPORTED");
      return new TextDecoder().decode(text);
    } finally {
      made.delete();
    }
  },

  /** @returns {Promise<{ values: Uint32Array, counts: Uint32Array, time: number }>} */
  async run({ circuit, shots, seed, double, noise }, { core, simulator, proceed, slice }) {
    const began = performance.now();
    const made = load(core, circuit);
    try {
      if (noise) view(core.room(noise.length)).set(noise);
      checked(simulator.start(made, shots, seed, double, noise?.length ?? 0));
      let amplitudes = FIRST;
      while (!simulator.done()) {
        const before = performance.now();
        checked(simulator.advance(amplitudes));
        const took = performance.now() - before;
        if (took < slice / 2) amplitudes *= 2;
        else if (took > slice) amplitudes = Math.max(2 ** 16, amplitudes / 2);
        await proceed(simulator.progress());
      }
      checked(simulator.tally());
      const time = performance.now() - began;
      return { values: simulator.values().slice(), counts: simulator.counts().slice(), time };
    } finally {
      simulator.finish();
      made.delete();
    }
  },

  state: (_, { simulator }) => copied(simulator.state()),

  probabilities({ mask, qubits }, { core, simulator }) {
    const room = view(core.room(2 ** qubits));
    checked(simulator.probabilities(mask));
    return room.slice();
  },

  bloch: ({ qubit }, { simulator }) => simulator.bloch(qubit),

  expectation({ terms }, { core, simulator }) {
    const sum = new core.PauliSum();
    try {
      for (const { coefficient, x, z } of terms) checked(sum.add(coefficient, x, z));
      return simulator.expectation(sum);
    } finally {
      sum.delete();
    }
  },

  fidelity({ state }, { core, simulator }) {
    const room = view(core.room((state.length * state.BYTES_PER_ELEMENT) / 8));
    new state.constructor(room.buffer, room.byteOffset, state.length).set(state);
    return checked(simulator.fidelity());
  },
};

/** @param {Core} core @param {Packed} packed @returns {CoreCircuit} must be deleted */
export function load(core, { qubits, bits, records, tables }) {
  const circuit = core.Circuit.create(qubits, bits);
  if (!circuit) throw outOfMemory();
  try {
    for (const { kind, values } of tables) {
      const room = view(core.room(values.length));
      if (values instanceof Uint32Array) {
        new Uint32Array(room.buffer, room.byteOffset, values.length).set(values);
      } else {
        room.set(values);
      }
      if (kind === "matrix1") checked(circuit.addMatrix1());
      else if (kind === "matrix2") checked(circuit.addMatrix2());
      else if (kind === "diagonal") checked(circuit.addLevels(values.length));
      else checked(circuit.addPermutation(values.length));
    }
    view(core.room(records.length || 1)).set(records);
    checked(circuit.load(records.length));
    return circuit;
  } catch (error) {
    circuit.delete();
    throw error;
  }
}

/** @param {Float64Array | null} given a view, or null when memory was refused */
export function view(given) {
  if (given === null) throw outOfMemory();
  return given;
}

/** @param {Float32Array | Float64Array} values */
function copied(values) {
  try {
    return values.slice();
  } catch {
    throw outOfMemory();
  }
}

/** @param {number} result below 0: a Status, negated @returns {number} */
export function checked(result) {
  if (result >= 0) return result;
  if (-result === QUANTUM_OUT_OF_MEMORY) throw outOfMemory();
  if (-result === QUANTUM_NOT_UNITARY) throw new RangeError("a matrix is not unitary");
  throw new ApusError("QUANTUM_INVALID", `the simulator refused its input: ${-result}`);
}

const outOfMemory = () => new ApusError("OUT_OF_MEMORY", "the simulator got no more memory");

/** @param {Core} core @param {string} code */
function qasmError(core, code) {
  const error = core.qasmError();
  try {
    const [line, column, message] = [error.line, error.column, error.message()];
    if (error.status() === QUANTUM_OUT_OF_MEMORY) return outOfMemory();
    const place = line ? `${line}:${column}: ` : "";
    return new ApusError(code, place + message, { cause: { line, column, message } });
  } finally {
    error.delete();
  }
}
