import { PauliSum } from "../pauli-sum.js";
import { add, excitation, stringsOf } from "./fermions.js";

/**
 * A molecule whose lowest energy VQE looks for.
 * @typedef {object} Molecule
 * @property {PauliSum} hamiltonian hartree, with the repulsion of the nuclei
 * @property {number} qubits two for each orbital: qubit 2 * orbital + spin
 * @property {number} electrons
 * @property {number} energy the exact one of all orbitals, hartree
 * @property {string} source of the integrals
 */

/**
 * Integrals over the molecule's orbitals, hartree: those of one electron, (p|h|q), and of two,
 * (pq|rs) as chemists write them. Orbitals count from 1; one of each set of equal integrals is
 * listed.
 * @typedef {object} Integrals
 * @property {number} repulsion
 * @property {string} one `p q value` in each line @property {string} two `p q r s value`
 */

/**
 * Hydrogen at 0.735 Å in the basis STO-3G.
 * @returns {Molecule} on 4 qubits
 */
export function h2() {
  return {
    ...molecule(hydrogen, [], [1, 2]),
    electrons: 2,
    energy: -1.137306,
    source: "Qiskit, h2.fcidump: PySCF, STO-3G, 0.735 Å",
  };
}

/**
 * Lithium hydride at 1.58 Å in the basis STO-3G: all 12 spin orbitals, or the 6 of Kandala et al.
 * (Nature 549, 242, 2017), in which the 1s electrons stay where they are and the pi orbitals empty.
 * @param {{ full?: boolean }} [options]
 * @returns {Promise<Molecule>} on 6 qubits, or on 12. the fewer orbitals cost 0.0013 hartree
 */
export async function lih({ full = false } = {}) {
  const { lithiumHydride } = await import("./lithium-hydride.js");
  return {
    ...(full
      ? molecule(lithiumHydride, [], [1, 2, 3, 4, 5, 6])
      : molecule(lithiumHydride, [1], [2, 3, 6])),
    electrons: full ? 4 : 2,
    energy: -7.882591,
    source:
      "Integrals: Microsoft Quantum, IntegralData/YAML/LiH_sto3g_FCI/lih_sto-3g_fci_1.580.yaml (NWChem 6.8)",
  };
}

/** @type {Integrals} */
const hydrogen = {
  repulsion: 0.71996899444897966,
  one: "1 1 -1.2563390730032502\n2 2 -0.4718960072811406",
  two: `1 1 1 1 0.67571015480351648
    1 1 2 2 0.6645817302552966
    1 2 1 2 0.18093119978423134
    2 2 2 2 0.6985737227320183`,
};

/**
 * The Hamiltonian of some orbitals. Frozen ones are full: their electrons' field is part of the
 * integrals of the others.
 * @param {Integrals} integrals @param {readonly number[]} frozen @param {readonly number[]} active
 * @returns {{ hamiltonian: PauliSum, qubits: number }} O(active^4)
 */
function molecule({ repulsion, one, two }, frozen, active) {
  const single = new Map(rows(one).map(([p, q, value]) => [pair(p, q), value]));
  const double = new Map(
    rows(two).map(([p, q, r, s, value]) => [pair(pair(p, q), pair(r, s)), value]),
  );
  const h = (/** @type {number} */ p, /** @type {number} */ q) => single.get(pair(p, q)) ?? 0;
  /** @param {number} p @param {number} q @param {number} r @param {number} s */
  const g = (p, q, r, s) => double.get(pair(pair(p, q), pair(r, s))) ?? 0;
  let constant = repulsion;
  for (const c of frozen) {
    constant += 2 * h(c, c);
    for (const d of frozen) constant += 2 * g(c, c, d, d) - g(c, d, d, c);
  }
  /** @type {import("./fermions.js").Sum} */
  const sum = new Map([[0, constant]]);
  const spins = [0, 1];
  for (const [i, p] of active.entries()) {
    for (const [j, q] of active.entries()) {
      const field = frozen.reduce((field, c) => field + 2 * g(p, q, c, c) - g(p, c, c, q), h(p, q));
      if (field) for (const a of spins) add(sum, field, excitation([2 * i + a], [2 * j + a]));
      for (const [k, r] of active.entries()) {
        for (const [l, s] of active.entries()) {
          const weight = g(p, q, r, s) / 2;
          if (weight === 0) continue;
          for (const a of spins) {
            for (const b of spins) {
              const [to, from] = [
                [2 * i + a, 2 * k + b],
                [2 * l + b, 2 * j + a],
              ];
              if (to[0] === to[1] || from[0] === from[1]) continue;
              add(sum, weight, excitation(to, from));
            }
          }
        }
      }
    }
  }
  const hamiltonian = new PauliSum();
  for (const [x, z, weight] of stringsOf(sum)) hamiltonian.add(weight, text(x, z));
  return { hamiltonian, qubits: 2 * active.length };
}

/** One number for an unordered pair. @param {number} p @param {number} q */
const pair = (p, q) => (p > q ? (p * (p + 1)) / 2 + q : (q * (q + 1)) / 2 + p);

/** @param {string} table */
const rows = (table) => table.split("\n").map((line) => line.trim().split(" ").map(Number));

/** @param {number} x @param {number} z @returns {string} such as "X0 Z2" */
function text(x, z) {
  const words = [];
  for (let q = 0; q < 20; q++) {
    const axis = ((x >> q) & 1) + 2 * ((z >> q) & 1);
    if (axis) words.push(`${" XZY"[axis]}${q}`);
  }
  return words.join(" ");
}
