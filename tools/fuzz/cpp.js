import { mkdir, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { buildPreset } from "../build.js";
import { root, run } from "../run.js";
import { findClang, settingsOf } from "../setup/clang.js";
import { advice, results } from "./targets.js";

/**
 * @typedef {import("./targets.js").Target} Target
 * @typedef {{ state: "held" | "failed" | "skipped", report: string }} Outcome
 */

/**
 * @param {Target[]} targets in C++
 * @returns {Promise<string | undefined>} the reason if they cannot be built
 */
export async function buildFuzzers(targets) {
  const clang = findClang();
  if (!clang)
    return "clang 19 with libFuzzer is not installed (Debian's clang-19 and libclang-rt-19-dev)";
  await buildPreset(
    "fuzz",
    targets.map(({ name }) => `apus_${name}_fuzz`),
    settingsOf(clang),
  );
  return undefined;
}

/**
 * @param {Target} target built already
 * @param {{ seconds?: number, file?: string, seed: number }} options
 * @returns {Promise<Outcome>}
 */
export async function fuzzCpp(target, { seconds = 60, file, seed }) {
  const program = join(root, `build/fuzz/apus_${target.name}_fuzz`);
  // The next run starts with the inputs that this one finds.
  const found = join(root, "build/fuzz/corpus", target.name);
  await mkdir(found, { recursive: true });
  await mkdir(results, { recursive: true });
  const before = new Set(await readdir(results));
  // Hostile bytes may only cost memory and time in proportion to their number.
  const limits = ["-timeout=10", "-rss_limit_mb=1024"];
  const { code, output } = await run(
    program,
    file
      ? [...limits, file]
      : [
          ...limits,
          `-max_total_time=${Math.ceil(seconds)}`,
          `-seed=${seed}`,
          "-max_len=262144",
          "-print_final_stats=1",
          `-artifact_prefix=${join(results, `${target.name}-`)}`,
          found,
          ...(target.corpus ? [target.corpus] : []),
        ],
    { env: { ASAN_OPTIONS: "quarantine_size_mb=32:allocator_may_return_null=1" } },
  );
  if (code === 0) {
    const runs = /number_of_executed_units:\s*(\d+)/.exec(output)?.[1] ?? "1";
    const covered = [...output.matchAll(/ cov: (\d+) ft: (\d+)/g)].at(-1);
    const more = covered ? `, ${covered[1]} edges, ${covered[2]} features` : "";
    return { state: "held", report: `${runs} inputs${more}` };
  }
  const fresh = (await readdir(results)).find(
    (name) => name.startsWith(`${target.name}-`) && !before.has(name),
  );
  const input = file ?? (fresh && relative(root, join(results, fresh)));
  const tail = output.trim().split("\n").slice(-60).join("\n");
  return { state: "failed", report: `${tail}\n${advice(target, seed, input)}` };
}
