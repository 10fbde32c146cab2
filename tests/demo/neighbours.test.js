import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { bearingTo, distanceBetween, nearest } from "../../demo/atlas/neighbours.js";

const at = (lat, lon, population = 1) => ({
  name: "",
  country: "",
  kind: "",
  population,
  lat,
  lon,
});
const paris = at(48.853, 2.349);
const london = at(51.509, -0.126);

const place = fc.tuple(
  fc.double({ min: -89, max: 89, noNaN: true }),
  fc.double({ min: -180, max: 180, noNaN: true }),
  fc.integer({ min: 0, max: 3 }),
);

describe("distances", () => {
  it("are those of the great circle", () => {
    assert.ok(Math.abs(distanceBetween(paris, london) - 343.9) < 0.5);
    assert.ok(Math.abs(distanceBetween(at(0, 179.5), at(0, -179.5)) - 111.2) < 0.1);
    assert.equal(distanceBetween(paris, paris), 0);
  });

  it("have a bearing from the north", () => {
    assert.equal(Math.round(bearingTo(at(0, 0), at(1, 0))), 0);
    assert.equal(Math.round(bearingTo(at(0, 0), at(0, 1))), 90);
    assert.equal(Math.round(bearingTo(at(0, 0), at(0, -1))), 270);
    assert.equal(Math.round(bearingTo(paris, london)), 330);
  });
});

describe("the nearest cities", () => {
  it("are the same as after sorting all cities", () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 60 }), (all) => {
        const cities = all.map(([lat, lon, population]) => at(lat, lon, population));
        const expected = cities
          .slice(1)
          .filter((city) => city.population >= 2)
          .map((city) => distanceBetween(cities[0], city))
          .sort((a, b) => a - b)
          .slice(0, 5);
        const found = nearest(cities[0], cities, 5, 2).map(({ km }) => km);
        assert.deepEqual(found, expected);
      }),
    );
  });
});
