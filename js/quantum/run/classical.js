import { bitsAt, Engines, outOfMemory, room } from "./memory.js";

/** @typedef {import("./memory.js").Solvers} Solvers */
/** @typedef {import("../problems.js").Problem} Problem */

/**
 * An answer, and how it was found.
 * @typedef {object} Classical
 * @property {(0 | 1)[]} bits
 * @property {"branch and bound" | "sums of halves" | "simulated annealing"} method
 * @property {boolean} exact whether there is no better one
 * @property {number} iterations nodes of the search, or sweeps
 */

const MAX_PARTITION = 40;
const SLICE = 20_000; // nodes, a few ms

/**
 * Answers exactly where that takes at most `nodes`, else by annealing.
 * @param {Solvers} core
 * @param {{ problem: Problem, nodes: number, sweeps: number, seed: number }} input
 * @returns {Generator<{ iteration: number }, Classical, void>}
 */
export function* classical(core, input) {
  const { problem } = input;
  if (problem.numbers && problem.size <= MAX_PARTITION) return halves(core, problem.numbers);
  const engines = new Engines(core);
  try {
    const ising = engines.ising(problem);
    return (yield* exact(engines, ising, input)) ?? (yield* anneal(engines, ising, input));
  } finally {
    engines.free();
  }
}

/** @param {Solvers} core @param {readonly number[]} numbers @returns {Classical} */
function halves(core, numbers) {
  const at = room(core, 8 * numbers.length + 16);
  core.memory.f64.set(numbers, at / 8);
  if (!core.apus_partition(at, numbers.length)) throw outOfMemory();
  const masks = core.memory.f64.slice(at / 8, at / 8 + 2); // low and high half
  const bits = numbers.map((_, i) => /** @type {0 | 1} */ ((masks[i >> 5] >>> (i & 31)) & 1));
  return { bits, method: "sums of halves", exact: true, iterations: 2 ** (numbers.length / 2) };
}

/**
 * @param {Engines} engines @param {number} ising @param {{ problem: Problem, nodes: number }} input
 * @returns {Generator<{ iteration: number }, Classical | undefined, void>} undefined: too many nodes
 */
function* exact(engines, ising, { problem, nodes }) {
  const { core } = engines;
  const search = engines.own(core.apus_bound_new(ising), core.apus_bound_delete);
  while (!core.apus_bound_step(search, SLICE)) {
    const iteration = core.apus_bound_nodes(search);
    if (iteration >= nodes) return undefined;
    yield { iteration };
  }
  const bits = bitsAt(core, core.apus_bound_spins(search), problem.size);
  const iterations = core.apus_bound_nodes(search);
  return { bits, method: "branch and bound", exact: true, iterations };
}

/**
 * Runs of doubling length, the last of half of all sweeps.
 * @param {Engines} engines @param {number} ising
 * @param {{ problem: Problem, sweeps: number, seed: number }} input
 * @returns {Generator<{ iteration: number }, Classical, void>}
 */
function* anneal(engines, ising, { problem, sweeps, seed }) {
  const { core } = engines;
  const annealer = engines.own(core.apus_annealer_new(ising, seed), core.apus_annealer_delete);
  let done = 0;
  for (let run = Math.max(1, sweeps >> 5); done < sweeps; run *= 2) {
    const length = Math.min(run, sweeps - done);
    core.apus_annealer_run(annealer, length);
    done += length;
    yield { iteration: done };
  }
  const bits = bitsAt(core, core.apus_annealer_spins(annealer), problem.size);
  return { bits, method: "simulated annealing", exact: false, iterations: done };
}

/**
 * The lowest eigenvalue of a Hamiltonian, by Lanczos.
 * @param {Solvers} core
 * @param {{ qubits: number, strings: readonly import("./memory.js").PauliString[], seed: number }} input
 * @returns {Generator<{ iteration: number, energy: number }, { energy: number, iterations: number }, void>}
 */
export function* lowest(core, { qubits, strings, seed }) {
  const engines = new Engines(core);
  try {
    const observable = engines.observable(qubits, strings);
    const lanczos = engines.own(core.apus_lanczos_new(observable, seed), core.apus_lanczos_delete);
    for (let iteration = 1; ; iteration++) {
      const done = core.apus_lanczos_step(lanczos);
      if (done < 0) throw outOfMemory();
      const energy = core.apus_lanczos_value(lanczos);
      if (done) return { energy, iterations: iteration };
      yield { iteration, energy };
    }
  } finally {
    engines.free();
  }
}
