// Molecules against published energies.
import assert from "node:assert/strict";
import { test } from "node:test";
import { vqe } from "../../js/quantum/algorithms/vqe.js";
import { hardwareEfficient } from "../../js/quantum/ansatz.js";
import { unitaryCoupledCluster } from "../../js/quantum/chemistry/coupled-cluster.js";
import { h2, lih } from "../../js/quantum/chemistry/molecules.js";
import { runTask } from "../../js/quantum/run/run.js";

const chemical = 1.6e-3; // hartree: 1 kcal/mol

const near = (value, expected, tolerance) =>
  assert.ok(Math.abs(value - expected) <= tolerance, `${value}, expected ${expected}`);

test("H2's Hamiltonian has the published terms", () => {
  // qiskit-fermions, tests for jordan_wigner; the constant there lacks the nuclei's repulsion.
  const terms = new Map(
    h2().hamiltonian.terms.map(({ x, z, coefficient }) => [`${x} ${z}`, coefficient]),
  );
  near(terms.get("0 0"), -0.8105479805373266 + 0.7199689944489797, 1e-9);
  near(terms.get("0 1"), 0.1721839326191555, 1e-9);
  near(terms.get("0 4"), -0.22575349222402474, 1e-9);
  assert.equal(terms.size, 15);
});

test("VQE finds H2's energy with both ansatzes", async () => {
  const { hamiltonian, qubits, electrons, energy } = h2();
  const cluster = await vqe(hamiltonian, unitaryCoupledCluster(qubits, electrons));
  near(cluster.exact, energy, 1e-6);
  near(cluster.energy, energy, chemical / 100);
  near((await vqe(hamiltonian, hardwareEfficient(qubits))).energy, energy, chemical);
});

test("LiH's integrals give the published energies", async () => {
  const { hamiltonian, qubits, electrons } = await lih({ full: true });
  // NWChem's scf_energy, in the source of the integrals: coupled cluster with all parameters 0.
  const { start } = unitaryCoupledCluster(qubits, electrons);
  const fixed = { qubits, start, parameters: 0, steps: [] };
  const options = { start: [], gradient: "adjoint", compare: false };
  near((await vqe(hamiltonian, fixed, options)).energy, -7.86245187, 1e-7);
  // Full CI. NWChem's coupled cluster, in the source, is 1.04e-5 higher.
  const strings = hamiltonian.terms.map(({ x, z, coefficient }) => [x, z, coefficient]);
  const { energy } = await runTask("lowest", { qubits, strings, seed: 1 });
  near(energy, -7.88259092, 1e-7);
});

test("VQE finds LiH's energy on six qubits", async () => {
  const { hamiltonian, qubits, electrons, energy } = await lih();
  const answer = await vqe(hamiltonian, unitaryCoupledCluster(qubits, electrons));
  near(answer.error, 0, 1e-6);
  near(answer.energy, energy, chemical);
  assert.equal(qubits, 6);
});
