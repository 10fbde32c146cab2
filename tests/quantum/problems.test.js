// Problems as data: their energies against what they mean, and bad input.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  energyOf,
  groundState,
  ising,
  maxCut,
  objective,
  partition,
  qubo,
} from "../../js/quantum/problems.js";

/** All assignments of `size` bits. */
const assignments = (size) =>
  Array.from({ length: 2 ** size }, (_, index) =>
    Array.from({ length: size }, (_, i) => (index >> i) & 1),
  );

test("a cut's value is the weight of the edges between its groups", () => {
  const edges = [
    [0, 1],
    [1, 2, 2.5],
    [2, 0, -1],
    [3, 4],
    [0, 1, 0.5],
  ];
  const problem = maxCut(edges, 6);
  assert.equal(problem.size, 6);
  for (const bits of assignments(6)) {
    const weight = edges.reduce((sum, [a, b, w = 1]) => sum + (bits[a] !== bits[b] ? w : 0), 0);
    assert.ok(Math.abs(objective(problem, bits) - weight) < 1e-12);
    assert.ok(Math.abs(energyOf(problem, bits) + weight) < 1e-12);
  }
});

test("a QUBO's value is its sum", () => {
  const matrix = [
    [1, -2, 0.5],
    [3, -1, 4],
    [0, 0.25, -5],
  ];
  for (const bits of assignments(3)) {
    let sum = 0;
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) sum += matrix[i][j] * bits[i] * bits[j];
    assert.ok(Math.abs(objective(qubo(matrix), bits) - sum) < 1e-12);
    assert.ok(Math.abs(energyOf(qubo(matrix), bits) - sum) < 1e-12);
  }
});

test("a partition's value is the difference of its groups, its energy the square", () => {
  const numbers = [5, 8, 13, 27, 14];
  const problem = partition(numbers);
  for (const bits of assignments(5)) {
    const difference = numbers.reduce((sum, it, i) => sum + (bits[i] ? -it : it), 0);
    assert.equal(objective(problem, bits), Math.abs(difference));
    assert.equal(energyOf(problem, bits), difference ** 2);
  }
});

test("spins are +1 for bit 0", () => {
  const problem = ising({ fields: [1, -2], couplings: [[0, 1, 3]], offset: 10 });
  assert.equal(objective(problem, [0, 0]), 12);
  assert.equal(objective(problem, [1, 0]), 10 - 1 - 2 - 3);
});

test("problems survive a copy", () => {
  const problem = maxCut([
    [0, 1],
    [1, 2],
  ]);
  assert.deepEqual(structuredClone(problem), { ...problem });
});

test("bad input names the argument", () => {
  const bad = [
    [() => maxCut("0-1"), TypeError, /maxCut: edges must be an array/],
    [() => maxCut([[0, 0]]), RangeError, /maxCut: edges\[0\] joins 0 with itself/],
    [
      () =>
        maxCut(
          [
            [0, 1],
            [0, 5],
          ],
          3,
        ),
      RangeError,
      /maxCut: edges\[1\].*got 5/,
    ],
    [() => maxCut([[0, 1, NaN]]), RangeError, /maxCut: edges\[0\]'s weight must be finite/],
    [() => maxCut([[0, 1.5]]), RangeError, /edges\[0\] must join integers/],
    [() => ising({}), RangeError, /ising: needs 1 to 1000000 variables, got 0/],
    [() => ising({ fields: [Infinity] }), RangeError, /ising: fields\[0\] must be finite/],
    [() => qubo([[1, 2]]), RangeError, /qubo: matrix\[0\] must have 1 numbers, got 2/],
    [() => qubo([["1"]]), TypeError, /qubo: matrix\[0\]\[0\] must be a number/],
    [() => partition([3, 0]), RangeError, /partition: numbers\[1\] must be positive/],
    [() => partition(new Array(2001).fill(1)), RangeError, /at most 2000, got 2001/],
    [() => groundState("X0"), TypeError, /groundState: hamiltonian must be a PauliSum/],
  ];
  for (const [make, type, message] of bad) {
    assert.throws(
      make,
      (error) => error instanceof type && message.test(error.message),
      `${message}`,
    );
  }
});
