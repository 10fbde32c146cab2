import { join } from "node:path";
import { root, run } from "../run.js";
import { advice } from "./targets.js";

/**
 * Runs a target in its own process, so that a crash ends only that target.
 * @param {import("./targets.js").Target} target
 * @param {{ seconds?: number, file?: string, seed: number }} options
 * @returns {Promise<{ state: "held" | "failed", report: string }>}
 */
export async function fuzzJs(target, options) {
  const task = JSON.stringify({ target, ...options });
  const { code, output } = await run("node", [join(root, "tools/fuzz/js-process.js"), task]);
  const last = output.trimEnd().split("\n").at(-1) ?? "";
  if (code === 0) return { state: "held", report: last };
  // The process wrote the input and printed its file, unless it crashed.
  const known = output.includes("repeat it with");
  const tail = output.trim().split("\n").slice(-60).join("\n");
  return {
    state: "failed",
    report: known ? tail : `${tail}\n${advice(target, options.seed, undefined)}`,
  };
}
