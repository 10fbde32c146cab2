import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { factors } from "../../demo/hundred-million/factors.js";

describe("factoring", () => {
  it("returns primes in order whose product is the number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000_000 }), (n) => {
        const found = factors(n);
        assert.equal(
          found.reduce((product, [prime, power]) => product * prime ** power, 1),
          n,
        );
        assert.deepEqual(
          found.map(([prime]) => prime),
          found.map(([prime]) => prime).sort((a, b) => a - b),
        );
        for (const [prime] of found) assert.deepEqual(factors(prime), [[prime, 1]]);
      }),
    );
  });

  it("knows some examples", () => {
    assert.deepEqual(factors(1), []);
    assert.deepEqual(factors(99_999_989), [[99_999_989, 1]]);
    assert.deepEqual(factors(100_000_000), [
      [2, 8],
      [5, 8],
    ]);
  });
});
