import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CityIndex } from "../../demo/atlas/city-index.js";
import { findFolded, fold } from "../../demo/atlas/fold.js";

const places = [
  ["Łódź", "PL", 768_755],
  ["London", "CA", 346_765],
  ["London", "GB", 7_556_900],
  ["Londonderry", "GB", 83_652],
  ["New York City", "US", 8_175_133],
  ["Paris", "FR", 2_138_551],
  ["Paris", "US", 24_782],
  ["Saint-Étienne", "FR", 176_280],
  ["São Paulo", "BR", 10_021_295],
  ["Straße", "DE", 0],
].map(([name, country, population]) => ({
  name,
  country,
  population,
  kind: "PPL",
  lat: 0,
  lon: 0,
}));

/** @param {string} query @param {"name" | "population"} [sort] */
async function names(query, sort = "population") {
  const index = await CityIndex.build(places);
  const { rows } = index.find(query, sort);
  return Array.from(rows, (row) => `${places[row].name} ${places[row].country}`);
}

describe("folding", () => {
  it("removes case, diacritics and hyphens", () => {
    assert.equal(fold("Saint-Étienne"), "saint etienne");
    assert.equal(fold("ŁÓDŹ Øster Straße Đà Nẵng İzmir"), "lodz oster strasse da nang izmir");
  });

  it("finds folded text in the original text", () => {
    const part = (text, query) => text.slice(...(findFolded(text, fold(query)) ?? [0, 0]));
    assert.equal(part("Saint-Étienne", "t et"), "t-Ét");
    assert.equal(part("Hauptstraße", "strasse"), "straße");
    assert.equal(part("São Paulo", "sao"), "São");
    assert.equal(findFolded("Paris", "x"), undefined);
  });
});

describe("filtering", () => {
  it("returns all cities for an empty query, by name or by population", async () => {
    assert.deepEqual(
      await names("", "name"),
      places.map((city) => `${city.name} ${city.country}`),
    );
    const bySize = await names("  ");
    assert.deepEqual(bySize.slice(0, 2), ["São Paulo BR", "New York City US"]);
    assert.equal(bySize.at(-1), "Straße DE");
  });

  it("finds a part of the name, typed without diacritics", async () => {
    assert.deepEqual(await names("lond"), ["London GB", "London CA", "Londonderry GB"]);
    assert.deepEqual(await names("lond", "name"), ["London CA", "London GB", "Londonderry GB"]);
    assert.deepEqual(await names("LODZ"), ["Łódź PL"]);
    assert.deepEqual(await names("saint etienne"), ["Saint-Étienne FR"]);
    assert.deepEqual(await names("York C"), ["New York City US"]);
    assert.deepEqual(await names("atlantis"), []);
  });

  it("accepts a country after a comma, by code or by a word of its name", async () => {
    assert.deepEqual(await names("paris, us"), ["Paris US"]);
    assert.deepEqual(await names("london, united k"), ["London GB", "Londonderry GB"]);
    assert.deepEqual(await names("lon, kingdom"), ["London GB", "Londonderry GB"]);
    assert.deepEqual(await names(", fr"), ["Paris FR", "Saint-Étienne FR"]);
    assert.deepEqual(await names("paris, nowhere"), []);
  });

  it("agrees with a check of every name", async () => {
    const name = fc.string({
      unit: fc.constantFrom("a", "A", "á", "b", "ß", "-", " ", "ø"),
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(name, { maxLength: 30 }), name, async (all, query) => {
        const cities = all.map((name, i) => ({ ...places[0], name, population: (i * 7) % 5 }));
        const index = await CityIndex.build(cities);
        const needle = fold(query).trim();
        const expected = cities.filter((city) => fold(city.name).includes(needle));
        const found = (/** @type {"name" | "population"} */ sort) =>
          Array.from(index.find(query, sort).rows, (row) => cities[row]);
        assert.deepEqual(found("name"), expected);
        assert.deepEqual(
          found("population"),
          expected.toSorted((a, b) => b.population - a.population),
        );
      }),
    );
  });
});
