import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { build, buildPreset } from "../build.js";
import { cppFiles } from "../format.js";
import { findTargets } from "../fuzz/targets.js";
import { bin, root, run } from "../run.js";
import { findClang, settingsOf } from "../setup/clang.js";
import { countCtest, countNode, countPlaywright } from "./count.js";
import { reproducible } from "./reproducible.js";

/**
 * @typedef {{ passed: number, failed: number, output: string, note?: string }} Result
 * @typedef {object} Part
 * @property {string} name for the command line
 * @property {string} title the subject of the tests, for people
 * @property {() => Promise<Result>} run
 * @property {boolean} [required] if it fails, nothing else runs
 * @property {boolean} [onDemand] runs only when it is named
 */

/** Seconds for each fuzz target; the long form is `npm run fuzz`. */
const fuzzSeconds = 5;

/** @type {Part[]} in the order in which they begin, except that the browser's is the first of those not required */
export const parts = [
  {
    name: "setup",
    title: "Set-up: everything needed is installed",
    run: setUp,
    required: true,
  },
  { name: "build", title: "Build: dist/", run: () => oneCheck(build), required: true },
  { name: "format", title: "Format of the C++ sources (clang-format)", run: clangFormat },
  {
    name: "lint",
    title: "Lint and format of the JavaScript (biome)",
    run: () => check("biome", ["ci", "--colors=off"]),
  },
  { name: "types", title: "Types of the JavaScript (tsc --checkJs)", run: typeChecks },
  // The sanitizers' build runs the same tests; this one is quicker to repeat while one works.
  { name: "native", title: "Core, natively", run: () => ctest("native"), onDemand: true },
  {
    name: "asan",
    title: "Core, under address and undefined sanitizers",
    run: sanitized,
  },
  {
    name: "node",
    title: "Facades, tools, architecture; Firefox and WebKitGTK (node --test)",
    run: nodeTests,
  },
  { name: "reproducible", title: "Reproducible: dist/ built in another folder", run: reproducible },
  { name: "fuzz", title: `Fuzz targets, ${fuzzSeconds} s each`, run: fuzzTargets },
  { name: "wasm", title: "Core, as WebAssembly in Node", run: () => ctest("wasm") },
  { name: "browser", title: "Elements and demo in Chromium (Playwright)", run: browserTests },
];

/** Work that throws, or counts as one check passed. */
async function oneCheck(work) {
  await work();
  return { passed: 1, failed: 0, output: "" };
}

async function setUp() {
  const { setup } = await import("../setup.js");
  return oneCheck(() => setup());
}

/** @param {string} command @param {string[]} args */
async function check(command, args) {
  const { code, output } = await run(bin(command), args);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output };
}

async function typeChecks() {
  const results = [
    await check("tsc", []),
    await check("tsc", ["-p", "demo"]),
    await check("tsc", ["-p", "js/gateway"]),
  ];
  return {
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    failed: results.reduce((sum, { failed }) => sum + failed, 0),
    output: results.map(({ output }) => output).join(""),
  };
}

async function clangFormat() {
  return check("clang-format", ["--dry-run", "-Werror", ...(await cppFiles())]);
}

/** Where the set-up has found a clang, it compiles tests and fuzz targets at once, in half of g++'s time. */
async function sanitized() {
  const clang = findClang();
  return clang ? ctest("fuzz", settingsOf(clang)) : ctest("native-asan");
}

/** @param {string} preset @param {string[]} [settings] for CMake */
async function ctest(preset, settings) {
  await buildPreset(preset, [], settings);
  return countCtest(await run("ctest", ["--preset", preset, "-V", "-j", "2"]));
}

async function fuzzTargets() {
  const { fuzz } = await import("../fuzz.js");
  const outcomes = await fuzz(await findTargets(), {
    seconds: fuzzSeconds,
    seed: Date.now() % 1e9,
  });
  const reportsOf = (/** @type {string} */ wanted) =>
    outcomes
      .filter(({ state }) => state === wanted)
      .map(({ target, report }) => `${wanted}, ${target.name}: ${report}`)
      .join("\n");
  return {
    passed: outcomes.filter(({ state }) => state === "held").length,
    failed: outcomes.filter(({ state }) => state === "failed").length,
    output: reportsOf("failed"),
    note: reportsOf("skipped"),
  };
}

async function nodeTests() {
  const files = (await readdir(join(root, "tests"), { recursive: true }))
    .filter((name) => name.endsWith(".test.js"))
    .map((name) => join("tests", name));
  // TAP, because Node's other reporters print summaries for people only. The limit names a file
  // that hangs; the slowest takes one or two minutes.
  const options = ["--test-concurrency=2", "--test-reporter=tap", "--test-timeout=600000"];
  return countNode(await run("node", ["--test", ...options, ...files]));
}

async function browserTests() {
  const report = join(root, "test-results", "report.json");
  await rm(report, { force: true });
  const result = await run(bin("playwright"), ["test", "--reporter=line,json"], {
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report, FORCE_COLOR: "0" },
  });
  return countPlaywright(result, await readFile(report, "utf8").catch(() => "{}"));
}
