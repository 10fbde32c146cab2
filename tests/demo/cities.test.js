import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { brotliDecompressSync } from "node:zlib";
import fc from "fast-check";
import { Decoder, headerBytes } from "../../demo/atlas/format.js";
import { encode, readCities } from "../../tools/cities.js";

/** @param {Uint8Array} file @param {number[]} cuts sizes of the pieces it arrives in, repeated */
function decode(file, cuts = [file.length]) {
  const decoder = new Decoder();
  const cities = [];
  for (let at = 0, i = 0; at < file.length; i++) {
    const piece = file.subarray(at, at + cuts[i % cuts.length]);
    for (const block of decoder.push(piece)) cities.push(...block);
    at += piece.length;
  }
  return { cities, decoder };
}

const fields = {
  name: fc.string({ unit: "grapheme", maxLength: 20 }).map((name) => name.replaceAll("\n", " ")),
  country: fc.constantFrom("DE", "FR", "US", "ZW"),
  kind: fc.constantFrom("PPL", "PPLC", "PPLA2"),
  population: fc.integer({ min: 0, max: 2 ** 40 }),
  lat: fc.integer({ min: -90_000, max: 90_000 }).map((value) => value / 1000),
  lon: fc.integer({ min: -180_000, max: 180_000 }).map((value) => value / 1000),
};
const city = fc.record(fields, { noNullPrototype: true });

describe("the file of cities", () => {
  it("returns the encoded cities, from chunks of any size", () => {
    fc.assert(
      fc.property(
        fc.array(city, { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 }),
        (cities, cuts) => {
          const { cities: back, decoder } = decode(encode(cities), cuts);
          assert.deepEqual(back, cities);
          assert.equal(decoder.count, cities.length);
          assert.equal(decoder.received, decoder.total);
        },
      ),
    );
  });

  it("has all 135,233 cities in alphabetical order", () => {
    const cities = readCities();
    assert.equal(cities.length, 135_233);
    const { compare } = new Intl.Collator("en");
    assert.ok(cities.every((city, i) => i === 0 || compare(cities[i - 1].name, city.name) <= 0));
    assert.deepEqual(decode(encode(cities), [65_536]).cities, cities);
  });

  it("is built, and is at most 1.45 MB compressed", () => {
    const file = new URL("../../demo/data/cities.bin", import.meta.url);
    const sent = readFileSync(new URL(`${file}.br`));
    assert.ok(sent.length < 1_450_000, `${sent.length} bytes`);
    assert.deepEqual(brotliDecompressSync(sent), readFileSync(file));
  });

  it("is rejected when it is another file, of another format or too long", () => {
    const file = Buffer.from(encode([]));
    const changed = (at, value) => {
      const copy = Buffer.from(file);
      copy.writeUInt32LE(value, at);
      return copy;
    };
    assert.throws(() => decode(changed(0, 1)), /another kind of file/);
    assert.throws(() => decode(changed(4, 99)), /format 99/);
    assert.throws(() => decode(changed(12, 1)), RangeError);
    assert.throws(() => decode(Buffer.concat([file, Buffer.from([0])])), /longer than the size/);
  });

  it("returns nothing while it is incomplete", () => {
    const file = encode(readCities().slice(0, 5000));
    assert.equal(decode(file.subarray(0, headerBytes - 1)).cities.length, 0);
    assert.equal(decode(file.subarray(0, headerBytes)).cities.length, 0);
    assert.equal(decode(file.subarray(0, file.length - 1)).cities.length, 4096);
  });
});
