// The policies on traces of your own:
//
//   node tests/cache/bench/trace-files.js FILE... [--sizes 100,1000]
//   node tests/cache/bench/trace-files.js --write DIR
//
// Reads one key a line (also LIRS' and ARC's: "*" lines are skipped, "START COUNT
// ..." lines of .lis files are COUNT keys), .csv with a column `obj_id`, `id`,
// `key` or else the second, and .oracleGeneral(.bin). Sizes: 0.5%, 2%, 10% and
// 25% of the distinct keys unless given. --write writes the corpus' traces and
// a list for simulate.cpp.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { printGaps } from "../cache.bench.js";
import { corpus } from "./corpus.js";
import { adaptiveCells } from "./ratios.js";

/** Numbers any keys from 0. @param {Iterable<string | bigint | number>} keys */
function numbered(keys) {
  const numbers = new Map();
  const list = [];
  for (const key of keys) {
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    list.push(numbers.get(key));
  }
  return { keys: Uint32Array.from(list), distinct: numbers.size };
}

/** Records of 24 bytes: time, id, size, next access. @param {Buffer} bytes */
function* oracleGeneral(bytes) {
  for (let at = 4; at + 20 <= bytes.length; at += 24) yield bytes.readBigUInt64LE(at);
}

/** @param {string[]} lines */
function* csv([head, ...lines]) {
  const columns = head.split(",").map((name) => name.trim().toLowerCase());
  const found = columns.findIndex((name) => ["obj_id", "id", "key"].includes(name));
  const at = found >= 0 ? found : Math.min(1, columns.length - 1);
  if (found < 0 && /^\d/.test(head)) lines.unshift(head);
  for (const line of lines) yield line.split(",")[at].trim();
}

/** @param {string[]} lines */
function* arc(lines) {
  for (const line of lines) {
    const [start, count] = line.split(/\s+/).map(Number);
    for (let i = 0; i < count; i++) yield start + i;
  }
}

/** @param {string} name @param {Buffer} bytes */
export function readTrace(name, bytes) {
  if (/oracleGeneral(\.bin)?$/i.test(name)) return numbered(oracleGeneral(bytes));
  const lines = bytes
    .toString()
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && line !== "*");
  if (name.endsWith(".csv")) return numbered(csv(lines));
  return numbered(name.endsWith(".lis") ? arc(lines) : lines);
}

/** @param {string} folder */
function write(folder) {
  let list = "";
  for (const [name, make] of Object.entries(corpus())) {
    const { keys, sizes } = make();
    const file = join(folder, `${name.replaceAll(/[^a-z0-9.]+/g, "_")}.u32`);
    writeFileSync(file, keys);
    list += `${file} ${sizes.join(" ")}\n`;
  }
  writeFileSync(join(folder, "list.txt"), list);
}

/** @param {string[]} args */
async function run(args) {
  if (args[0] === "--write") return write(args[1]);
  const { Cache } = await import("../../../js/cache/index.js");
  const option = args.indexOf("--sizes");
  const given = option < 0 ? [] : args.splice(option, 2)[1].split(",").map(Number);
  const traces = Object.fromEntries(
    args.map((file) => [
      file,
      () => {
        const { keys, distinct } = readTrace(file, readFileSync(file));
        const shares = [0.005, 0.02, 0.1, 0.25].map((share) => Math.ceil(share * distinct));
        return { keys, sizes: given.length > 0 ? given : shares };
      },
    ]),
  );
  const cells = await adaptiveCells(Cache, traces);
  console.table(cells);
  printGaps(cells);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await run(process.argv.slice(2));
