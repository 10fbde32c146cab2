import assert from "node:assert/strict";
import { test } from "node:test";
import { Exemplars } from "../../js/sampler/details/exemplars.js";

/** A seeded generator of numbers in [0, 1). @param {number} seed */
function generator(seed) {
  return () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
}

const values = (/** @type {readonly { value: number }[]} */ list) => list.map(({ value }) => value);

test("keeps the slowest values in any order of arrival, slowest first, each described once", () => {
  const next = generator(7);
  for (let round = 0; round < 20; round++) {
    const exemplars = new Exemplars(4, next);
    const all = Array.from({ length: 1 + Math.floor(next() * 100) }, () => Math.floor(next() * 50));
    let described = 0;
    for (const [at, value] of all.entries())
      exemplars.offer(1, value, at, () => ({ number: ++described }));
    const slowest = exemplars.of(1).filter(({ kept }) => kept === "slowest");
    assert.deepEqual(values(slowest), all.sort((a, b) => b - a).slice(0, 4));
    assert.ok(described <= all.length);
  }
});

test("draws every value with the same probability", () => {
  const next = generator(11);
  const drawn = Array(40).fill(0);
  const rounds = 5000;
  for (let round = 0; round < rounds; round++) {
    const exemplars = new Exemplars(4, next);
    for (let value = 0; value < 40; value++) exemplars.offer(1, value, 0, () => ({}));
    const random = exemplars.of(1).filter(({ kept }) => kept === "random");
    assert.equal(new Set(values(random)).size, 4);
    for (const value of values(random)) drawn[value]++;
  }
  // 500 each on average; five standard deviations are 107.
  for (const [value, count] of drawn.entries())
    assert.ok(Math.abs(count - rounds / 10) < 107, `${value}: ${count}`);
});

test("separates series, and a size of 0 keeps none", () => {
  const exemplars = new Exemplars(1, () => 0.5);
  exemplars.offer(1, 5, 0, () => ({}));
  exemplars.offer(2, 6, 0, () => ({}));
  assert.deepEqual(values(exemplars.of(1)), [5, 5]);
  assert.deepEqual(values(exemplars.of(2)), [6, 6]);
  assert.deepEqual(exemplars.of(3), []);
  const none = new Exemplars(0, () => 0.5);
  none.offer(1, 5, 0, () => assert.fail("described"));
  assert.deepEqual(none.of(1), []);
});
