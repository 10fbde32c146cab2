import { checkOptions, integerIn } from "../../core/check.js";
import { runTask } from "../run/run.js";
import { common } from "./options.js";

const MAX_QUBITS = 26;
const SLICE = 8; // ms of calls of the predicate between turns

/**
 * @typedef {object} GroverOptions
 * @property {number} [solutions] how many there are, if known: then it runs the best number of
 *   iterations once. Default: unknown
 */

/**
 * @typedef {object} GroverAnswer
 * @property {"grover"} algorithm
 * @property {number} index that was measured last
 * @property {boolean} found whether the oracle marks it
 * @property {number} probability of a marked index at that measurement
 * @property {number} rounds measurements
 * @property {number} queries of the oracle by the algorithm: its iterations, and one a measurement
 * @property {number} classical queries that trying all indices in random order needs on average
 */

/**
 * Grover's search among 2^qubits indices, simulated. The simulator has to call the predicate for
 * every index to build the oracle, which a device would not.
 *
 *     const { index, found } = await grover((x) => (x * x) % 1001 === 1, 10);
 *
 * @param {((index: number) => unknown) | Iterable<number>} oracle a predicate, or the marked indices
 * @param {number} qubits 1 to 26
 * @param {GroverOptions & import("./options.js").Common} [options]
 * @returns {Promise<GroverAnswer & import("./options.js").Cost>} `gates` counts the oracle as one
 *   gate; `depth` is that of the longest round
 * @throws {TypeError | RangeError | import("../../core/errors.js").ApusError} `OUT_OF_MEMORY`,
 *   `WASM_UNAVAILABLE`; what the predicate throws. O(2^qubits * iterations)
 */
export async function grover(oracle, qubits, options = {}) {
  integerIn(1, MAX_QUBITS)(qubits, "grover: qubits");
  const size = 2 ** qubits;
  checkOptions("grover", options, { ...common, solutions: integerIn(1, size) });
  const { seed = 1, signal, solutions } = options;
  signal?.throwIfAborted();
  const marked =
    typeof oracle === "function" ? await tabulate(oracle, size, signal) : listed(oracle, size);
  const input = { qubits, marked, solutions, seed };
  const { iterations, longest, ...result } = await runTask("search", input, options);
  const { rounds } = result;
  return {
    algorithm: "grover",
    provider: "simulator",
    ...result,
    iterations,
    runs: rounds,
    queries: iterations + rounds,
    classical: (size + 1) / (marked.length + 1),
    // H, then in each iteration the oracle, H, X, a controlled Z, X, H.
    depth: 1 + 6 * longest,
    gates: {
      h: qubits * (rounds + 2 * iterations),
      x: 2 * qubits * iterations,
      [`${"c".repeat(qubits - 1)}z`]: iterations,
      oracle: iterations,
    },
  };
}

/**
 * @param {(index: number) => unknown} predicate @param {number} size @param {AbortSignal} [signal]
 * @returns {Promise<Uint32Array>} ascending. In slices, since a predicate may be slow
 */
async function tabulate(predicate, size, signal) {
  const marked = [];
  let until = performance.now() + SLICE;
  for (let index = 0; index < size; index++) {
    if (predicate(index)) marked.push(index);
    if (index % 256 || performance.now() < until) continue;
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    until = performance.now() + SLICE;
  }
  return Uint32Array.from(marked);
}

/** @param {Iterable<number>} indices @param {number} size */
function listed(indices, size) {
  if (typeof indices?.[Symbol.iterator] !== "function") {
    throw new TypeError("grover: oracle must be a function or the marked indices");
  }
  const all = [...new Set(indices)];
  for (const index of all) integerIn(0, size - 1)(index, "grover: a marked index");
  return Uint32Array.from(all).sort();
}
