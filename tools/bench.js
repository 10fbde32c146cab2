// Runs a room's benchmark beside its peers:
//
//   npm run bench -- <room> [--quick] [--node]
//
// --quick ends within 60 s; --node runs in Node what can run there, instead of
// Chromium. Prints a table for people and, as the last line, JSON for machines.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.js";
import { setup } from "./setup.js";

const args = process.argv.slice(2);
const room = args.find((arg) => !arg.startsWith("-"));
const file = join(root, "tests", room ?? "", `${room}.bench.js`);
const unknown = args.filter((arg) => arg !== room && !["--quick", "--node"].includes(arg));
if (!room || !existsSync(file) || unknown.length) {
  console.error("usage: npm run bench -- <cache|store|list|lazy|sampler> [--quick] [--node]");
  process.exit(2);
}

await setup({ need: ["npm", "emscripten", "sources", "chromium"] });
const { build } = await import("./build.js");
await build(["wasm", "js"]);
const { bench } = await import(file);
const metrics = await bench({ quick: args.includes("--quick"), node: args.includes("--node") });
console.log(JSON.stringify({ room, metrics }));
