// Runs a room's benchmark next to its peers:
//
//   npm run bench -- <room> [--quick] [--node] [--record]
//
// --quick ends within 60 s; --node uses Node instead of Chromium where it can; --record writes
// demo/docs/figures/<room>.json and the documents that quote it. Prints tables for people and, as
// the last line, JSON for machines.
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Report } from "./bench/report.js";
import { root, run } from "./run.js";
import { setup } from "./setup.js";

const args = process.argv.slice(2);
const room = args.find((arg) => !arg.startsWith("-"));
const file = join(root, "tests", room ?? "", `${room}.bench.js`);
const flags = ["--quick", "--node", "--record"];
const unknown = args.filter((arg) => arg !== room && !flags.includes(arg));
if (!room || !existsSync(file) || unknown.length) {
  console.error(
    "usage: npm run bench -- <cache|store|list|lazy|sampler|levels|live|offline|deploys|query|quantum|react> [--quick] [--node] [--record]",
  );
  process.exit(2);
}

const { chromium } = await setup({ need: ["npm", "emscripten", "sources", "chromium"] });
const { build } = await import("./build.js");
await build(["wasm", "js"]);
const { bench } = await import(file);
const [quick, node] = [args.includes("--quick"), args.includes("--node")];
const report = new Report();
const metrics = await bench({ quick, node }, report);
if (args.includes("--record")) {
  const { stdout } = await run(String(chromium), ["--version"]);
  const figures = {
    room,
    date: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} cores, ${stdout.trim().split(" ").slice(0, 2).join(" ")}, Node ${process.version.slice(1)}`,
    command: `npm run bench -- ${args.filter((arg) => arg !== "--record").join(" ")}`,
    tables: report.tables,
    claims: report.claims,
    metrics,
  };
  const name = join(root, "demo/docs/figures", `${room}.json`);
  await writeFile(name, `${JSON.stringify(figures, null, 2)}\n`);
  const { writeFigures } = await import("./docs/figures.js");
  await writeFigures();
}
console.log(JSON.stringify({ room, metrics }));
