// The algorithms in Node: known answers, published energies, and what they report.
import assert from "node:assert/strict";
import { test } from "node:test";
import { classifier } from "../../js/quantum/algorithms/classifier.js";
import { grover } from "../../js/quantum/algorithms/grover.js";
import { phaseEstimation, qft } from "../../js/quantum/algorithms/phase-estimation.js";
import { qaoa } from "../../js/quantum/algorithms/qaoa.js";
import { shor } from "../../js/quantum/algorithms/shor.js";
import { vqe } from "../../js/quantum/algorithms/vqe.js";
import { hardwareEfficient } from "../../js/quantum/ansatz.js";
import { Circuit } from "../../js/quantum/circuit.js";
import { PauliSum } from "../../js/quantum/pauli-sum.js";
import { ising, maxCut, partition } from "../../js/quantum/problems.js";
import { Simulator } from "../../js/quantum/simulator.js";

const prism = [
  [0, 1],
  [1, 2],
  [2, 0],
  [3, 4],
  [4, 5],
  [5, 3],
  [0, 3],
  [1, 4],
  [2, 5],
];

test("QAOA finds the largest cut of a prism and says how likely", async () => {
  const answer = await qaoa(maxCut(prism), { layers: 3 });
  assert.equal(answer.value, 7);
  assert.equal(answer.optimum, 7);
  assert.ok(answer.ratio > 0.85 && answer.ratio <= 1, `${answer.ratio}`);
  assert.deepEqual(answer.gates, { h: 6, rzz: 27, rx: 18 });
  assert.equal(answer.provider, "simulator");
  assert.ok(answer.history.every((energy, i) => i === 0 || energy <= answer.history[i - 1]));
  const again = await qaoa(maxCut(prism), { layers: 3 });
  assert.deepEqual(again.outcomes, answer.outcomes);
});

test("QAOA's energy is that of its circuit on the simulator", async () => {
  const problem = ising({
    fields: [0.5, -1, 0],
    couplings: [
      [0, 1, 1],
      [1, 2, -0.75],
    ],
    offset: 2,
  });
  const { circuit, energy } = await qaoa(problem, { layers: 2 });
  const sum = new PauliSum().add(2, "").add(0.5, "Z0").add(-1, "Z1");
  sum.add(1, "Z0 Z1").add(-0.75, "Z1 Z2");
  const simulator = new Simulator();
  await simulator.run(circuit, { shots: 0, precision: "double" });
  assert.ok(Math.abs((await simulator.expectation(sum)) - energy) < 1e-9);
  simulator.dispose();
});

test("QAOA splits numbers evenly", async () => {
  const answer = await qaoa(partition([5, 8, 13, 27, 14, 7]));
  assert.equal(answer.value, answer.optimum);
});

test("VQE's circuit has the energy that it reports, in both ansatzes' ways", async () => {
  const sum = new PauliSum().add(0.7, "X0 Y1").add(-1, "Z0 Z2").add(0.4, "Y2").add(0.3, "X1 Z2");
  const answers = [
    await vqe(sum, hardwareEfficient(3)),
    await vqe(sum, hardwareEfficient(3), { gradient: "adjoint" }),
    await vqe(sum, hardwareEfficient(3), { optimizer: "spsa", iterations: 600 }),
  ];
  for (const [i, { circuit, energy, error }] of answers.entries()) {
    assert.ok(error > -1e-9 && error < (i === 2 ? 0.05 : 1e-5), `${i}: ${error}`);
    const simulator = new Simulator();
    await simulator.run(circuit, { shots: 0, precision: "double" });
    assert.ok(Math.abs((await simulator.expectation(sum)) - energy) < 1e-9);
    simulator.dispose();
  }
  assert.ok(answers[0].runs > answers[1].runs);
});

test("Grover finds one index in 2^14, with a known and an unknown number of solutions", async () => {
  const known = await grover((index) => index === 9876, 14, { solutions: 1 });
  assert.equal(known.index, 9876);
  assert.ok(known.probability > 0.999);
  assert.equal(known.iterations, 100); // floor(pi / 4 * 2^7)
  assert.equal(known.gates.oracle, 100);
  for (let seed = 1; seed <= 10; seed++) {
    const { found, index, queries } = await grover([5, 700, 9000], 14, { seed });
    assert.ok(found && [5, 700, 9000].includes(index));
    assert.ok(queries < (9 * 2 ** 7) / Math.sqrt(3));
  }
});

test("Grover gives up where there is nothing to find", async () => {
  const { found, queries } = await grover(() => false, 8);
  assert.equal(found, false);
  assert.ok(queries >= 9 * 16 && queries < 12 * 16, `${queries}`);
});

test("the Fourier transform has its matrix", async () => {
  const simulator = new Simulator();
  for (const x of [0, 1, 5, 12]) {
    const circuit = new Circuit(4);
    for (let q = 0; q < 4; q++) if ((x >> q) & 1) circuit.x(q);
    await simulator.run(circuit.append(qft(4)), { shots: 0, precision: "double" });
    const state = await simulator.state();
    for (let y = 0; y < 16; y++) {
      const angle = (2 * Math.PI * x * y) / 16;
      assert.ok(Math.abs(state[2 * y] - Math.cos(angle) / 4) < 1e-9);
      assert.ok(Math.abs(state[2 * y + 1] - Math.sin(angle) / 4) < 1e-9);
    }
    await simulator.run(circuit.append(qft(4, { inverse: true })), { shots: 0 });
    assert.ok((await simulator.probabilities())[x] > 0.9999);
  }
  simulator.dispose();
});

test("phase estimation reads the phase of a gate", async () => {
  const prepare = new Circuit(1).x(0);
  const exact = await phaseEstimation(new Circuit(1).p((2 * Math.PI * 11) / 32, 0), {
    prepare,
    bits: 5,
  });
  assert.equal(exact.phase, 11 / 32);
  assert.equal(exact.probability, 1);
  const near = await phaseEstimation(new Circuit(1).p(1, 0), { prepare, bits: 8 });
  assert.ok(Math.abs(near.phase - 1 / (2 * Math.PI)) <= near.resolution);
});

test("Shor factors 15, 21 and 35 from any seed", async () => {
  for (const [number, factors] of [
    [15, [3, 5]],
    [21, [3, 7]],
    [35, [5, 7]],
  ]) {
    for (let seed = 1; seed <= 4; seed++) {
      const answer = await shor(number, { seed });
      assert.deepEqual(answer.factors, factors);
      assert.equal(BigInt(answer.base) ** BigInt(answer.order) % BigInt(number), 1n);
      assert.ok(answer.probability > 0);
    }
  }
});

test("a classifier learns what a line cannot split", async () => {
  const all = Array.from({ length: 60 }, (_, i) => [Math.sin(i * 7.1), Math.cos(i * 3.7)]);
  const samples = all.filter(([a, b]) => Math.abs(a * b) > 0.1);
  const labels = samples.map(([a, b]) => (a * b > 0 ? 1 : -1));
  const model = await classifier(samples, labels, { layers: 4 });
  assert.ok(model.accuracy >= 0.85 && model.accuracy > model.majority + 0.2, `${model.accuracy}`);
  assert.deepEqual(
    await model.predict([
      [0.6, 0.6],
      [-0.6, 0.6],
    ]),
    [1, -1],
  );
});

test("an aborted run rejects with the signal's reason", async () => {
  const reason = new Error("enough");
  const controller = new AbortController();
  const stop = () => controller.abort(reason);
  const run = grover([1], 22, { solutions: 1, signal: controller.signal, onProgress: stop });
  await assert.rejects(run, reason);
  await assert.rejects(qaoa(maxCut(prism), { signal: controller.signal }), reason);
});

test("bad input names the argument", async () => {
  const sum = new PauliSum().add(1, "Z3");
  const bad = [
    [qaoa({ size: 2 }), TypeError, /qaoa: problem must come from/],
    [qaoa(maxCut([[0, 20]])), RangeError, /at most 20 variables, got 21/],
    [qaoa(maxCut(prism), { layers: 0 }), RangeError, /qaoa: layers/],
    [qaoa(maxCut(prism), { depth: 3 }), TypeError, /unknown option "depth"/],
    [vqe("Z0", hardwareEfficient(1)), TypeError, /vqe: hamiltonian/],
    [vqe(sum, hardwareEfficient(2)), RangeError, /vqe: ansatz must have at least 4 qubits/],
    [vqe(sum, hardwareEfficient(4), { start: [1] }), RangeError, /vqe: start must be 24 finite/],
    [grover(7, 3), TypeError, /grover: oracle/],
    [grover([9], 3), RangeError, /a marked index must be between 0 and 7/],
    [grover([1], 27), RangeError, /grover: qubits must be between 1 and 26/],
    [shor(22), TypeError, /shor: number must be one of 15, 21, 35/],
    [classifier([[1], [2, 3]], [1, -1]), RangeError, /samples\[1\] must be 1 finite/],
    [classifier([[1], [2]], [1, 0]), RangeError, /labels\[1\] must be 1 or -1/],
    [phaseEstimation(qft(2), { bits: 17 }), RangeError, /phaseEstimation: bits/],
  ];
  for (const [promise, type, message] of bad) {
    await assert.rejects(promise, (error) => error instanceof type && message.test(error.message));
  }
});
