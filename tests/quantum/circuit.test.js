import assert from "node:assert/strict";
import { test } from "node:test";
import { Circuit } from "../../js/quantum/index.js";

test("a circuit is built by chained calls", () => {
  const circuit = new Circuit(3).h(0).cx(0, 1).rz(0.5, 2).ccx(0, 1, 2).measure(2, 0);
  assert.equal(circuit.qubits, 3);
  assert.equal(circuit.bits, 3);
  assert.deepEqual(circuit.counts, { h: 1, cx: 1, rz: 1, ccx: 1, measure: 1 });
  assert.deepEqual(circuit.operations[3], {
    kind: "x",
    targets: [2],
    controls: [0, 1],
    angles: [],
    table: undefined,
  });
});

test("depth counts the steps of operations that wait for each other", () => {
  assert.equal(new Circuit(2).depth, 0);
  assert.equal(new Circuit(3).h(0).h(1).h(2).depth, 1);
  assert.equal(new Circuit(3).h(0).cx(0, 1).cx(1, 2).depth, 3);
  assert.equal(new Circuit(2).h(0).barrier().h(1).depth, 2);
  // A condition waits for the measurement of its bit.
  assert.equal(new Circuit(2).measure(0, 0).when([0], 1, (c) => c.x(1)).depth, 2);
});

test("controlled() and when() hold for what they enclose, also after an error", () => {
  const circuit = new Circuit(4);
  circuit.controlled([0], (c) => c.controlled([1], (c) => c.rx(1, 2))).x(3);
  assert.deepEqual(circuit.operations[0].controls, [0, 1]);
  assert.deepEqual(circuit.operations[1].controls, []);
  assert.throws(() => circuit.controlled([0], (c) => c.x(0)), /qubits must differ, got 0, 0/);
  assert.throws(() => circuit.when([1], 1, (c) => c.x(9)), RangeError);
  circuit.x(0);
  assert.deepEqual(circuit.operations[2].controls, []);
  assert.equal(circuit.operations[2].when, undefined);
});

test("append() adds another circuit's operations, with all that they have", () => {
  const part = new Circuit(2)
    .controlled([1], (c) => c.u(1, 2, 3, 0))
    .unitary([0, 0, 1, 0, 1, 0, 0, 0], 1)
    .diagonal([0, 1, 2, 3], [0, 1], 0.5)
    .permutation((z) => 3 - z, [0, 1])
    .barrier()
    .reset(0)
    .measure(1, 0)
    .when([0], 1, (c) => c.h(0));
  const whole = new Circuit(3).append(part);
  assert.deepEqual(whole.operations, part.operations);
  whole.append(whole);
  assert.equal(whole.operations.length, 16);
});

/** @type {[string, () => unknown, RegExp][]} */
const bad = [
  ["27 qubits", () => new Circuit(30), /30 qubits need 8589934592 bytes; the most is 26/],
  ["no qubits", () => new Circuit(0), /Circuit: qubits must be between 1 and 26, got 0/],
  ["too many bits", () => new Circuit(1, 65), /Circuit: bits must be between 0 and 64/],
  ["a qubit out of range", () => new Circuit(2).h(2), /Circuit.h: qubit must be between 0 and 1/],
  ["half a qubit", () => new Circuit(2).h(0.5), /Circuit.h: qubit must be an integer/],
  ["equal qubits", () => new Circuit(2).cx(1, 1), /Circuit.x: qubits must differ, got 1, 1/],
  ["an angle that is NaN", () => new Circuit(1).rx(Number.NaN, 0), /Circuit.rx: angle must be/],
  ["an infinite angle", () => new Circuit(1).p(Number.POSITIVE_INFINITY, 0), /Circuit.p: angle/],
  ["a bit out of range", () => new Circuit(1).measure(0, 1), /Circuit.measure: bit must be/],
  ["no bits", () => new Circuit(2, 1).measureAll(), /measureAll: the circuit's bits must be/],
  ["a matrix of the wrong size", () => new Circuit(1).unitary([1, 0], 0), /must have 8 numbers/],
  [
    "a matrix that is not unitary",
    () => new Circuit(1).unitary([1, 0, 0, 0, 0, 0, 1.1, 0], 0),
    /matrix must be unitary to 0.000001/,
  ],
  [
    "a matrix of NaN",
    () => new Circuit(1).unitary(new Array(8).fill(Number.NaN), 0),
    /must be unitary/,
  ],
  ["a short diagonal", () => new Circuit(2).diagonal([1], [0]), /must be a function or have 2/],
  ["qubits that descend", () => new Circuit(2).diagonal(() => 0, [1, 0]), /must ascend/],
  ["f(z) = NaN", () => new Circuit(1).diagonal(() => Number.NaN, [0]), /diagonal: f\(0\)/],
  ["a value twice", () => new Circuit(1).permutation(() => 0, [0]), /takes the value 0 twice/],
  ["f(z) too large", () => new Circuit(1).permutation((z) => z + 1, [0]), /permutation: f\(1\)/],
  ["a condition's value", () => new Circuit(1).when([0], 2, () => {}), /when: value must be/],
  ["a bit twice", () => new Circuit(1).when([0, 0], 2, () => {}), /a bit occurs twice/],
  [
    "a measurement under control",
    () => new Circuit(2).controlled([0], (c) => c.measure(1)),
    /not in/,
  ],
  ["a larger circuit", () => new Circuit(1).append(new Circuit(2)), /the other's qubits must be/],
];
for (const [what, run, message] of bad) {
  test(`${what}: an error that names the argument`, () => {
    assert.throws(run, (/** @type {Error} */ error) => {
      assert.ok(error instanceof RangeError || error instanceof TypeError);
      assert.match(error.message, message);
      return true;
    });
  });
}

test("the drawing has a title and escapes what it is given", () => {
  const circuit = new Circuit(3)
    .h(0)
    .cx(0, 2)
    .rx(Math.PI / 2, 1)
    .swap(0, 1)
    .measure(0, 1);
  circuit.when([1], 1, (c) => c.z(2)).barrier(0, 1);
  const svg = circuit.toSvg();
  assert.match(svg, /<title>Circuit of 3 qubits, depth 5: 1 h, 1 cx, 1 rx, 1 swap/);
  assert.match(svg, /Rx\(π\/2\)/);
  assert.doesNotMatch(svg, /style=|<style|NaN|undefined/);
  assert.match(circuit.toSvg({ title: "a <b> & c" }), /<title>a &#60;b&#62; &#38; c<\/title>/);
});

test("a drawing of limited width continues in bands below", () => {
  const circuit = new Circuit(2);
  for (let i = 0; i < 40; i++) circuit.h(i % 2).cx(0, 1);
  const size = (svg) => /viewBox="0 0 (\d+) (\d+)"/.exec(svg).slice(1).map(Number);
  const [wide, low] = size(circuit.toSvg());
  const [narrow, high] = size(circuit.toSvg({ width: 320 }));
  assert.ok(wide > 1000 && low < 150);
  assert.ok(narrow <= 320 && high > 500);
});
