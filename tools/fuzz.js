// Fuzzes the code that parses foreign bytes, and the code that a page can re-enter.
//
//   npm run fuzz                        lists the targets
//   npm run fuzz -- <target> <seconds>  runs one of them; `all` runs each, two at a time
//   npm run fuzz -- <target> <file>     runs one input, for example one that failed before
//
// --seed=<number> repeats a run. Targets are tests/<room>/<target>_fuzz.cpp (libFuzzer under ASan
// and UBSan) and tests/<room>/<target>.fuzz.js (seeded mutations of its own seeds). Inputs in
// tests/<room>/corpus/<target>/ are seeds of both kinds. An input that fails is written to
// test-results/fuzz/.
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { buildFuzzers, fuzzCpp } from "./fuzz/cpp.js";
import { fuzzJs } from "./fuzz/js.js";
import { findTargets } from "./fuzz/targets.js";

/**
 * @typedef {import("./fuzz/targets.js").Target} Target
 * @typedef {object} Outcome
 * @property {Target} target
 * @property {"held" | "failed" | "skipped"} state
 * @property {string} report the number of inputs, or the failure and how to repeat it
 */

/**
 * @param {Target[]} targets
 * @param {{ seconds?: number, file?: string, seed: number, report?: (outcome: Outcome) => void }} options
 *   with `file` only that input runs; otherwise each target is fuzzed for `seconds`; `report` gets each
 *   outcome
 * @returns {Promise<Outcome[]>}
 */
export async function fuzz(targets, { report = () => {}, ...options }) {
  const cpp = targets.filter(({ kind }) => kind === "cpp");
  const skip = cpp.length > 0 ? await buildFuzzers(cpp) : undefined;
  const queue = [...targets];
  /** @type {Outcome[]} */
  const outcomes = [];
  const work = async () => {
    for (let target = queue.shift(); target; target = queue.shift()) {
      const outcome =
        target.kind === "js"
          ? await fuzzJs(target, options)
          : skip
            ? { state: /** @type {const} */ ("skipped"), report: skip }
            : await fuzzCpp(target, options);
      outcomes.push({ target, ...outcome });
      report({ target, ...outcome });
    }
  };
  await Promise.all([work(), work()]);
  return outcomes;
}

/** @param {string[]} args */
async function main(args) {
  const targets = await findTargets();
  const seed = Number(args.find((arg) => arg.startsWith("--seed="))?.slice(7) ?? Date.now() % 1e9);
  const [name, what = "60"] = args.filter((arg) => !arg.startsWith("--"));
  if (!name) {
    for (const target of targets) console.log(`${target.name.padEnd(24)} ${target.path}`);
    return 0;
  }
  const chosen = targets.filter((target) => name === "all" || target.name === name);
  if (chosen.length === 0) {
    console.error(`no target "${name}"; npm run fuzz lists them`);
    return 2;
  }
  const file = existsSync(what) ? what : undefined;
  if (!file && !(Number(what) > 0)) {
    console.error(`not a number of seconds and not a file: ${what}`);
    return 2;
  }
  const print = (/** @type {Outcome} */ { target, state, report }) =>
    console.log(
      `${state.padEnd(8)} ${target.name}\n         ${report.replaceAll("\n", "\n         ")}`,
    );
  const outcomes = await fuzz(chosen, { seconds: Number(what), file, seed, report: print });
  return outcomes.some(({ state }) => state === "failed") ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  process.exitCode = await main(process.argv.slice(2));
}
