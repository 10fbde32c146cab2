// Installs the missing tools, then runs every test and check.
//
//   node tools/test.js              runs everything but "native"
//   node tools/test.js native node  runs only these parts
//   node tools/test.js --list       lists the parts
//
// The last line reads "N passed, N failed".
import { parts } from "./test/parts.js";

const names = process.argv.slice(2);
if (names.includes("--list")) {
  for (const { name, title } of parts) console.log(`${name.padEnd(10)} ${title}`);
  process.exit(0);
}
for (const name of names) {
  if (!parts.some((part) => part.name === name)) {
    console.error(`no part "${name}"; node tools/test.js --list lists the parts`);
    process.exit(2);
  }
}

let passed = 0;
let failed = 0;
/** @type {string[]} */
const broken = [];
const begin = performance.now();
const chosen = parts.filter(({ name, onDemand }) =>
  names.length === 0 ? !onDemand : names.includes(name),
);
let ready = true;
for (const part of chosen) {
  // Nothing works without the set-up and the build.
  if (part.required) ready &&= await runPart(part);
}
// Most parts use one core, so two run at a time; the longest begins first.
const waiting = chosen.filter((part) => !part.required);
waiting.sort((a, b) => Number(b.name === "browser") - Number(a.name === "browser"));
async function runWaiting() {
  for (let part = waiting.shift(); part; part = waiting.shift()) await runPart(part);
}
if (ready) await Promise.all([runWaiting(), runWaiting()]);

/**
 * Runs a part and prints its outcome when it has ended.
 * @param {import("./test/parts.js").Part} part @returns {Promise<boolean>} whether it passed
 */
async function runPart(part) {
  const start = performance.now();
  const result = await part.run().catch((error) => ({ passed: 0, failed: 1, output: error.stack }));
  passed += result.passed;
  failed += result.failed;
  console.log(`\n== ${part.title}`);
  if (result.failed > 0) {
    broken.push(part.name);
    console.log(result.output);
  }
  if (result.note) console.log(result.note);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`   ${result.passed} passed, ${result.failed} failed (${seconds} s)`);
  return result.failed === 0;
}
console.log(`\n${((performance.now() - begin) / 1000).toFixed(0)} s in all`);
if (broken.length) console.log(`broken: ${broken.join(", ")}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
