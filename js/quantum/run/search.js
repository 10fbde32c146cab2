import { draws, Engines, room } from "./memory.js";

/** @typedef {import("./memory.js").Solvers} Solvers */

const SLICE = 2 ** 22; // amplitudes, a few ms
const GROWTH = 6 / 5;

/**
 * @typedef {object} Searched
 * @property {number} index that was measured last
 * @property {boolean} found whether it is marked
 * @property {number} iterations in all rounds
 * @property {number} longest iterations of the longest round
 * @property {number} rounds measurements
 * @property {number} probability of a marked index at the last measurement
 */

/**
 * Grover's search. With a known number of solutions it runs the best number of iterations and
 * measures; with an unknown one it guesses in growing ranges until it finds one or has run 9 sqrt(N)
 * (Boyer, Brassard, Høyer, Tapp, "Tight bounds on quantum searching", Fortschr. Phys. 46, 1998).
 * @param {Solvers} core
 * @param {{ qubits: number, marked: Uint32Array, solutions?: number, seed: number }} input
 * @returns {Generator<{ iteration: number }, Searched, void>}
 */
export function* search(core, { qubits, marked, solutions, seed }) {
  const engines = new Engines(core);
  const random = draws(seed);
  const size = 2 ** qubits;
  try {
    const at = room(core, marked.byteLength);
    core.memory.u32.set(marked, at / 4);
    const address = core.apus_grover_new(qubits, at, marked.length);
    const grover = engines.own(address, core.apus_grover_delete);
    const answers = new Set(marked);
    const slice = Math.max(1, Math.floor(SLICE / size));
    const most = solutions ? 0 : Math.ceil(9 * Math.sqrt(size));
    let [range, iterations, longest, rounds] = [1, 0, 0, 0];
    for (;;) {
      core.apus_grover_restart(grover);
      const planned = solutions ? best(size, solutions) : Math.floor(random() * range);
      for (let left = planned; left > 0; left -= slice) {
        core.apus_grover_iterate(grover, Math.min(slice, left));
        yield { iteration: iterations + planned - Math.max(0, left - slice) };
      }
      iterations += planned;
      longest = Math.max(longest, planned);
      rounds += 1;
      const probability = core.apus_grover_probability(grover);
      const index = core.apus_grover_sample(grover, random()) >>> 0;
      const found = answers.has(index);
      if (found || solutions || iterations + rounds > most) {
        return { index, found, iterations, longest, rounds, probability };
      }
      range = Math.min(range * GROWTH, Math.sqrt(size));
    }
  } finally {
    engines.free();
  }
}

/** The iterations after which a solution is most likely. @param {number} size @param {number} solutions */
function best(size, solutions) {
  return Math.floor(Math.PI / 4 / Math.asin(Math.sqrt(solutions / size)));
}
