import assert from "node:assert/strict";
import { after, test } from "node:test";
import { kinds } from "../../js/quantum/gates.js";
import { Circuit, PauliSum, Simulator } from "../../js/quantum/index.js";

const simulator = new Simulator();
after(() => simulator.dispose());

const near = (a, b, tolerance = 1e-6) =>
  assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);
const code = (code) => (error) => {
  assert.equal(error.code, code);
  return true;
};

test("a Bell pair: outcomes, state, probabilities, Bloch vectors, expectation", async () => {
  const bell = new Circuit(2).h(0).cx(0, 1);
  const result = await simulator.run(bell, { shots: 2000, seed: 5 });
  assert.deepEqual([...result.counts.keys()].sort(), ["00", "11"]);
  assert.equal(
    [...result.counts.values()].reduce((a, b) => a + b),
    2000,
  );
  assert.ok(result.counts.get("00") > 850 && result.counts.get("00") < 1150);
  assert.equal(result.seed, 5);
  assert.ok(result.time >= 0);
  const state = await simulator.state();
  assert.ok(state instanceof Float32Array);
  near(state[0], Math.SQRT1_2);
  near(state[6], Math.SQRT1_2);
  assert.deepEqual(
    [...(await simulator.probabilities([1]))].map((p) => p.toFixed(6)),
    ["0.500000", "0.500000"],
  );
  near((await simulator.probabilities())[3], 0.5);
  near((await simulator.bloch(0)).z, 0);
  near(await simulator.expectation(new PauliSum().add(2, "X0 X1").add(-1, "Z1 Z0")), 1);
  near(await simulator.expectation(new PauliSum().add(0.5, "")), 0.5);
  near(await simulator.fidelity(state), 1);
  near(await simulator.fidelity(Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0)), 0.5);
});

test("the same seed gives the same outcomes", async () => {
  const circuit = new Circuit(8);
  for (let qubit = 0; qubit < 8; qubit++) circuit.h(qubit);
  const [one, two] = [
    await simulator.run(circuit, { seed: 9 }),
    await simulator.run(circuit, { seed: 9 }),
  ];
  assert.deepEqual(one.counts, two.counts);
  assert.notDeepEqual((await simulator.run(circuit, { seed: 10 })).counts, two.counts);
});

test("every kind of operation reaches the core as what it is", async () => {
  for (const { name, targets, angles, gate } of kinds) {
    if (!gate || /matrix|diagonal|permutation/.test(name)) continue;
    const circuit = new Circuit(3);
    const values = [0.3, 0.5, 0.7].slice(0, angles);
    circuit.controlled([2], (c) => c[name](...values, ...[0, 1].slice(0, targets)));
    const text = await circuit.toQasm(3);
    assert.deepEqual((await Circuit.fromQasm(text)).operations, circuit.operations, text);
  }
});

test("matrices, diagonals and permutations", async () => {
  const circuit = new Circuit(3)
    .unitary([0, 0, 1, 0, 1, 0, 0, 0], 1) // X
    .permutation((z) => (z + 1) % 4, [0, 1]) // 2 -> 3
    .permutation((z) => z ^ 1, [1, 2]) // 3 -> 1
    .diagonal((z) => z, [0, 2], Math.PI / 2); // i
  // CX with qubit 0 as its control: |01> becomes |11>
  const cx = new Float64Array(32);
  for (const [row, column] of [
    [0, 0],
    [1, 3],
    [2, 2],
    [3, 1],
  ])
    cx[8 * row + 2 * column] = 1;
  circuit.unitary(cx, 0, 2);
  await simulator.run(circuit, { precision: "double", shots: 0 });
  const state = await simulator.state();
  assert.ok(state instanceof Float64Array);
  near(state[2 * 5 + 1], 1, 1e-12);
});

test("measurement in the middle, a condition and a reset", async () => {
  const circuit = new Circuit(2, 40)
    .h(0)
    .measure(0, 35)
    .when([3, 35], 2, (c) => c.x(1));
  circuit.measure(1, 0).reset(0).measure(0, 1);
  const { counts, width } = await simulator.run(circuit, { shots: 300, seed: 1 });
  assert.equal(width, 40);
  const zero = "0".repeat(40);
  const one = `00001${"0".repeat(34)}1`;
  assert.deepEqual([...counts.keys()].sort(), [zero, one]);
});

test("noise", async () => {
  const circuit = new Circuit(1).x(0).measure(0);
  const read = await simulator.run(circuit, { shots: 4000, seed: 1, noise: { readout1: 0.25 } });
  assert.ok(Math.abs(read.counts.get("0") - 1000) < 150);
  const decay = { amplitudeDamping: 1 };
  assert.equal((await simulator.run(circuit, { shots: 50, noise: decay })).counts.get("0"), 50);
});

test("a run reports progress and can be aborted; the simulator stays usable", async () => {
  const circuit = new Circuit(20);
  for (let i = 0; i < 1000; i++) circuit.h(i % 20).cx(i % 20, (i + 1) % 20);
  const controller = new AbortController();
  const reason = new Error("enough");
  const progress = [];
  await assert.rejects(
    simulator.run(circuit, {
      signal: controller.signal,
      onProgress: (value) => {
        progress.push(value);
        controller.abort(reason);
      },
    }),
    reason,
  );
  assert.ok(progress[0] > 0 && progress[0] < 1);
  await assert.rejects(simulator.state(), code("NO_STATE"));
  await assert.rejects(simulator.run(circuit, { signal: AbortSignal.abort(reason) }), reason);
  assert.equal((await simulator.run(new Circuit(1), { shots: 3 })).counts.get("0"), 3);
});

test("bad arguments are refused before anything runs", async () => {
  const circuit = new Circuit(2);
  await simulator.run(circuit);
  const cases = [
    [() => simulator.run({}), /Simulator.run: circuit must be a Circuit/],
    [() => simulator.run(circuit, { shots: -1 }), /Simulator.run: shots must be/],
    [() => simulator.run(circuit, { seed: 1.5 }), /Simulator.run: seed must be an integer/],
    [() => simulator.run(circuit, { precision: "half" }), /precision must be one of single/],
    [() => simulator.run(circuit, { noise: { readout0: 2 } }), /noise: readout0 must be/],
    [() => simulator.run(circuit, { noise: { flip: 1 } }), /unknown option "flip"/],
    [() => simulator.run(circuit, { signal: 1 }), /signal must be an AbortSignal/],
    [() => simulator.run(circuit, { qubits: 1 }), /unknown option "qubits"/],
    [() => simulator.probabilities([2]), /Simulator.probabilities: qubit must be/],
    [() => simulator.probabilities([]), /probabilities: qubits must be an array/],
    [() => simulator.bloch(-1), /Simulator.bloch: qubit must be/],
    [() => simulator.expectation(1), /sum must be a PauliSum/],
    [() => simulator.expectation(new PauliSum().add(1, "Z2")), /qubits of the sum must be/],
    [() => simulator.fidelity([1]), /other must be a Float32Array/],
    [() => simulator.fidelity(new Float32Array(2)), /other must have 8 numbers, got 2/],
    [() => simulator.fidelity(new Float32Array(8)), /other must be finite and not 0/],
  ];
  for (const [run, message] of cases) {
    await assert.rejects(run, (error) => {
      assert.ok(error instanceof TypeError || error instanceof RangeError, `${error}`);
      assert.match(error.message, message);
      return true;
    });
  }
  near((await simulator.probabilities())[0], 1); // the state is still there
});

test("PauliSum refuses what is not a product of operators", () => {
  const sum = new PauliSum().add(1, "X0 Y3");
  assert.equal(sum.qubits, 4);
  assert.deepEqual(sum.terms, [{ coefficient: 1, x: 9, z: 8 }]);
  assert.throws(() => sum.add(Number.NaN, "X0"), /coefficient/);
  assert.throws(() => sum.add(1, "X0 Z0"), /qubit 0 occurs twice/);
  assert.throws(() => sum.add(1, "Q1"), /got "Q1"/);
  assert.throws(() => sum.add(1, "X26"), /qubit must be between 0 and 25/);
  assert.equal(sum.terms.length, 1);
});

test("OpenQASM: errors have a code, a line and a column", async () => {
  await assert.rejects(Circuit.fromQasm("qubit q;\n  foo q;"), (error) => {
    assert.equal(error.code, "QASM_INVALID");
    assert.equal(error.message, '2:3: there is no gate "foo"');
    assert.deepEqual(error.cause, { line: 2, column: 3, message: 'there is no gate "foo"' });
    return true;
  });
  await assert.rejects(Circuit.fromQasm(""), code("QASM_INVALID"));
  await assert.rejects(Circuit.fromQasm(1), TypeError);
  const oracle = new Circuit(2).permutation([1, 0], [0]);
  await assert.rejects(oracle.toQasm(), code("QASM_UNSUPPORTED"));
  await assert.rejects(new Circuit(4).controlled([0, 1], (c) => c.h(2)).toQasm(2), /version 3/);
  await assert.rejects(new Circuit(1).toQasm(4), RangeError);
});

test("OpenQASM: numbers come back exactly", async () => {
  const circuit = new Circuit(1);
  for (const angle of [0.1, -1e-300, 2 ** 53 + 2, 5e-324, (7 * Math.PI) / 16, 1 / 3]) {
    circuit.rx(angle, 0);
  }
  for (const version of [2, 3]) {
    const text = await circuit.toQasm(version);
    assert.deepEqual((await Circuit.fromQasm(text)).operations, circuit.operations);
  }
});

test("after dispose() every call fails with CLOSED", async () => {
  const other = new Simulator();
  const running = other.run(new Circuit(18).h(0));
  other.dispose();
  other.dispose();
  await assert.rejects(running, code("CLOSED"));
  await assert.rejects(other.run(new Circuit(1)), code("CLOSED"));
});
