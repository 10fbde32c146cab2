import { PauliSum } from "./pauli-sum.js";

/**
 * Problems as plain data: they can be cloned to a worker, sent to a provider and used as a key.
 * Each is an Ising problem: its answer minimizes
 *
 *     energy = offset + sum of fields[i] s[i] + sum of weight s[a] s[b]    over couplings [a, b, weight]
 *
 * where the spin s[i] is +1 for bit 0 and -1 for bit 1 (Lucas, "Ising formulations of many NP
 * problems", Front. Phys. 2, 2014).
 *
 * @typedef {object} Problem
 * @property {"maxCut" | "ising" | "qubo" | "partition"} kind
 * @property {number} size variables
 * @property {readonly number[]} fields
 * @property {readonly Coupling[]} couplings
 * @property {number} offset
 * @property {readonly number[]} [numbers] of a partition
 */

/**
 * The lowest energy of a Hamiltonian.
 * @typedef {object} GroundStateProblem
 * @property {"groundState"} kind
 * @property {number} qubits
 * @property {readonly import("./run/memory.js").PauliString[]} terms
 * @property {import("./ansatz.js").Ansatz} [ansatz] for VQE; default: a hardware-efficient one
 */

/** @typedef {readonly [a: number, b: number, weight: number]} Coupling */
/** @typedef {readonly (0 | 1)[]} Bits one for each variable */

const MAX_VARIABLES = 1e6;
const MAX_NUMBERS = 2000; // a partition couples all pairs

/**
 * Splits the vertices of a graph in two groups so that the edges between them weigh most.
 * @param {readonly (readonly [a: number, b: number, weight?: number])[]} edges vertices are numbered
 *   from 0; the weight is 1 unless given; repeated edges add up
 * @param {number} [vertices] default: the largest vertex of an edge, and one
 * @returns {Problem} its value is the weight of the edges that are cut: more is better
 * @throws {TypeError | RangeError} O(edges)
 */
export function maxCut(edges, vertices) {
  const list = triples("maxCut: edges", edges, vertices);
  const most = list.reduce((most, [a, b]) => Math.max(most, a, b), 0);
  const total = list.reduce((sum, [, , weight]) => sum + weight, 0);
  return problem("maxCut", vertices ?? most + 1, {
    couplings: list.map(([a, b, weight]) => [a, b, weight / 2]),
    offset: -total / 2,
  });
}

/**
 * The spins with the lowest energy.
 * @param {{ fields?: readonly number[], couplings?: readonly Coupling[], offset?: number }} terms
 * @returns {Problem} its value is the energy
 * @throws {TypeError | RangeError} O(fields + couplings)
 */
export function ising({ fields = [], couplings = [], offset = 0 }) {
  numbers("ising: fields", fields);
  finite("ising: offset", offset);
  const list = triples("ising: couplings", couplings);
  const size = list.reduce((size, [a, b]) => Math.max(size, a + 1, b + 1), fields.length);
  return problem("ising", size, { fields, couplings: list, offset });
}

/**
 * The bits x that minimize the sum of matrix[i][j] x[i] x[j] (quadratic unconstrained binary
 * optimization).
 * @param {readonly (readonly number[])[]} matrix square; need not be symmetric
 * @returns {Problem} its value is that sum
 * @throws {TypeError | RangeError} O(size^2)
 */
export function qubo(matrix) {
  if (!Array.isArray(matrix)) throw new TypeError(`qubo: matrix must be an array, got ${matrix}`);
  const size = matrix.length;
  const fields = new Array(size).fill(0);
  const couplings = [];
  let offset = 0;
  for (const [i, row] of matrix.entries()) {
    numbers(`qubo: matrix[${i}]`, row);
    if (row.length !== size) {
      throw new RangeError(`qubo: matrix[${i}] must have ${size} numbers, got ${row.length}`);
    }
    // x = (1 - s) / 2, and x * x = x
    for (const [j, weight] of row.entries()) {
      if (weight === 0) continue;
      if (i === j) {
        offset += weight / 2;
        fields[i] -= weight / 2;
        continue;
      }
      offset += weight / 4;
      fields[i] -= weight / 4;
      fields[j] -= weight / 4;
      couplings.push(/** @type {Coupling} */ ([i, j, weight / 4]));
    }
  }
  return problem("qubo", size, { fields, couplings, offset });
}

/**
 * Splits numbers in two groups whose sums differ least.
 * @param {readonly number[]} list positive; sums are exact for integers below 2^53
 * @returns {Problem} its value is the difference
 * @throws {TypeError | RangeError} O(numbers^2)
 */
export function partition(list) {
  numbers("partition: numbers", list);
  if (list.length > MAX_NUMBERS) {
    throw new RangeError(`partition: numbers must be at most ${MAX_NUMBERS}, got ${list.length}`);
  }
  const wrong = list.findIndex((number) => number <= 0);
  if (wrong >= 0) {
    throw new RangeError(`partition: numbers[${wrong}] must be positive, got ${list[wrong]}`);
  }
  const couplings = [];
  for (let a = 0; a < list.length; a++) {
    for (let b = 0; b < a; b++) {
      couplings.push(/** @type {Coupling} */ ([b, a, 2 * list[a] * list[b]]));
    }
  }
  const offset = list.reduce((sum, number) => sum + number * number, 0);
  return problem("partition", list.length, { couplings, offset, numbers: [...list] });
}

/**
 * The state with the lowest energy.
 * @param {PauliSum} hamiltonian
 * @param {import("./ansatz.js").Ansatz} [ansatz] for VQE, of as many qubits or more
 * @returns {GroundStateProblem} its value is the energy
 * @throws {TypeError | RangeError} O(terms)
 */
export function groundState(hamiltonian, ansatz) {
  if (!(hamiltonian instanceof PauliSum)) {
    throw new TypeError("groundState: hamiltonian must be a PauliSum");
  }
  const qubits = ansatz?.qubits ?? Math.max(1, hamiltonian.qubits);
  if (qubits < hamiltonian.qubits) {
    throw new RangeError(
      `groundState: ansatz must have at least ${hamiltonian.qubits} qubits, got ${qubits}`,
    );
  }
  const terms = hamiltonian.terms.map(
    ({ x, z, coefficient }) =>
      /** @type {import("./run/memory.js").PauliString} */ ([x, z, coefficient]),
  );
  return Object.freeze({ kind: "groundState", qubits, terms, ansatz });
}

/**
 * @param {Problem} problem @param {Bits} bits
 * @returns {number} the energy that the answer minimizes. O(size + couplings)
 */
export function energyOf({ fields, couplings, offset }, bits) {
  const spin = (/** @type {number} */ i) => 1 - 2 * bits[i];
  let sum = offset;
  for (const [i, field] of fields.entries()) sum += field * spin(i);
  for (const [a, b, weight] of couplings) sum += weight * spin(a) * spin(b);
  return sum;
}

/**
 * @param {Problem} problem @param {Bits} bits
 * @returns {number} in the problem's own terms: the weight of a cut, the energy of spins, the sum of
 *   a QUBO, the difference of two groups
 */
export function objective(problem, bits) {
  if (problem.numbers) {
    return Math.abs(problem.numbers.reduce((sum, it, i) => sum + (bits[i] ? -it : it), 0));
  }
  const energy = energyOf(problem, bits);
  return problem.kind === "maxCut" ? -energy : energy;
}

/**
 * @param {Problem["kind"]} kind @param {number} size @param {Partial<Problem>} terms
 * @returns {Problem}
 */
function problem(kind, size, { fields = [], couplings = [], ...rest }) {
  if (!(Number.isInteger(size) && size >= 1 && size <= MAX_VARIABLES)) {
    throw new RangeError(`${kind}: needs 1 to ${MAX_VARIABLES} variables, got ${size}`);
  }
  const all = [...fields, ...new Array(size - fields.length).fill(0)];
  return Object.freeze({ kind, size, fields: all, couplings, offset: 0, ...rest });
}

/** @param {string} name @param {unknown} value */
function finite(name, value) {
  if (typeof value !== "number") throw new TypeError(`${name} must be a number, got ${value}`);
  if (!Number.isFinite(value)) throw new RangeError(`${name} must be finite, got ${value}`);
}

/** @param {string} name @param {unknown} list */
function numbers(name, list) {
  if (!Array.isArray(list)) throw new TypeError(`${name} must be an array, got ${list}`);
  for (const [i, value] of list.entries()) finite(`${name}[${i}]`, value);
}

/**
 * @param {string} name @param {unknown} list @param {number} [size] variables, if known
 * @returns {Coupling[]}
 */
function triples(name, list, size = MAX_VARIABLES) {
  if (!Array.isArray(list)) throw new TypeError(`${name} must be an array, got ${list}`);
  return list.map((it, i) => {
    if (!Array.isArray(it)) throw new TypeError(`${name}[${i}] must be an array, got ${it}`);
    const [a, b, weight = 1] = it;
    for (const end of [a, b]) {
      if (!(Number.isInteger(end) && end >= 0 && end < size)) {
        throw new RangeError(`${name}[${i}] must join integers from 0 to ${size - 1}, got ${end}`);
      }
    }
    if (a === b) throw new RangeError(`${name}[${i}] joins ${a} with itself`);
    finite(`${name}[${i}]'s weight`, weight);
    return [a, b, weight];
  });
}
