// What the benchmark measures where the room runs: in Node, or in a page.
import { randomCircuit } from "./peers.js";

/** @typedef {typeof import("../../../js/quantum/index.js")} Room */

/**
 * @typedef {object} Size
 * @property {number} rounds of all libraries in turn
 * @property {number} graphs
 */

/**
 * A circuit of 20 qubits and depth 20 on each library, interleaved; the best time of each.
 * @param {Record<string, import("./peers.js").Prepare>} peers @param {number} rounds @param {number} [qubits]
 * @returns {Promise<Record<string, number>>} ms
 */
export async function gates(peers, rounds, qubits = 20) {
  const circuit = randomCircuit(qubits, 20);
  const runs = new Map();
  for (const [name, prepare] of Object.entries(peers)) {
    runs.set(name, await prepare(qubits, circuit));
    await (await prepare(4, randomCircuit(4, 4)))(); // loads its modules
  }
  /** @type {Record<string, number>} */ const best = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of runs) {
      const began = performance.now();
      await run();
      best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, performance.now() - began);
    }
  }
  return best;
}

/** ms that 100,000 shots of 20 qubits add to a run. @param {Room} room */
export async function sampling({ Circuit, Simulator }) {
  const circuit = new Circuit(20);
  for (let q = 0; q < 20; q++) circuit.ry(0.1 + q / 10, q);
  const simulator = new Simulator();
  let [bare, sampled] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 5; round++) {
    bare = Math.min(bare, (await simulator.run(circuit, { shots: 0 })).time);
    const { time } = await simulator.run(circuit, { shots: 100_000, seed: round });
    sampled = Math.min(sampled, time);
  }
  simulator.dispose();
  return sampled - bare;
}

/** A run of 24 qubits, during which the page should stay responsive. @param {Room} room */
export async function longRun({ Circuit, Simulator }) {
  const circuit = new Circuit(24);
  for (let layer = 0; layer < 3; layer++) {
    for (let q = 0; q < 24; q++) circuit.rx(0.3 + q, q);
    for (let q = 1; q < 24; q++) circuit.cx(q - 1, q);
  }
  const simulator = new Simulator();
  await simulator.run(circuit, { shots: 0 });
  simulator.dispose();
}

/** @param {Room} room @param {Size} size @returns {Promise<Record<string, number>>} */
export async function algorithms(
  { grover, h2, maxCut, qaoa, shor, unitaryCoupledCluster, vqe },
  { graphs },
) {
  const { hamiltonian, qubits, electrons, energy } = h2();
  const found = await vqe(hamiltonian, unitaryCoupledCluster(qubits, electrons));
  let [answers, expected] = [0, 0];
  for (let seed = 1; seed <= graphs; seed++) {
    const { value, optimum, ratio } = await qaoa(maxCut(cubicGraph(16, seed)), { layers: 3, seed });
    answers += value / Number(optimum) / graphs;
    expected += Number(ratio) / graphs;
  }
  const search = await grover([777_777], 20, { solutions: 1 });
  const products = await Promise.all(
    [15, 21, 35].map((number) => shor(/** @type {15} */ (number))),
  );
  return {
    vqe_h2_error_hartree: Math.abs(found.energy - energy),
    qaoa_maxcut_ratio: answers,
    qaoa_maxcut_expected_ratio: expected,
    grover_20q_success: search.probability,
    shor_15_21_35:
      products.filter(({ factors: [a, b] }, i) => a * b === [15, 21, 35][i]).length / 3,
  };
}

/**
 * A random 3-regular graph, by pairing three ends of each vertex until there is no loop and no double
 * edge (Bollobás, 1980).
 * @param {number} size @param {number} seed @returns {[number, number][]}
 */
export function cubicGraph(size, seed) {
  let state = seed;
  const random = (/** @type {number} */ end) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
  for (;;) {
    const ends = Array.from({ length: 3 * size }, (_, i) => i % size);
    for (let i = ends.length - 1; i > 0; i--) {
      const j = random(i + 1);
      [ends[i], ends[j]] = [ends[j], ends[i]];
    }
    /** @type {Map<number, [number, number]>} */ const edges = new Map();
    for (let i = 0; i < ends.length; i += 2) {
      const [a, b] = [ends[i], ends[i + 1]].sort((x, y) => x - y);
      if (a !== b) edges.set(a * size + b, [a, b]);
    }
    if (edges.size === (3 * size) / 2) return [...edges.values()];
  }
}
