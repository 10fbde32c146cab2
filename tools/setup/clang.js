import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { installOptional } from "./optional.js";
import { isAtLeast } from "./version.js";
import { which } from "./which.js";

/**
 * A clang that can fuzz: its runtime has libFuzzer and the sanitizers.
 *
 * @typedef {{ c: string, cxx: string }} Clang programs
 */

/** Older versions lack `<expected>` with GCC's library. */
const LEAST = "19.0";
const NAMES = ["clang++-19", "clang++-20", "clang++-21", "clang++-22", "clang++"];

/**
 * @param {{ env?: Record<string, string | undefined> }} [options]
 * @returns {Clang | undefined}
 */
export function findClang({ env = process.env } = {}) {
  for (const name of NAMES) {
    const cxx = which(name, env.PATH);
    const c = cxx && join(dirname(cxx), name.replace("++", ""));
    if (c && existsSync(c) && fuzzes(cxx)) return { c, cxx };
  }
  return undefined;
}

/** Arguments for CMake. @param {Clang} clang */
export const settingsOf = ({ c, cxx }) => [
  `-DCMAKE_C_COMPILER=${c}`,
  `-DCMAKE_CXX_COMPILER=${cxx}`,
];

/** @param {string} cxx */
function fuzzes(cxx) {
  const ask = (/** @type {string} */ option) =>
    spawnSync(cxx, [option], { encoding: "utf8" }).stdout?.trim() ?? "";
  if (!isAtLeast(ask("-dumpversion"), LEAST)) return false;
  const runtime = ask("-print-file-name=libclang_rt.fuzzer-x86_64.a");
  return existsSync(runtime) || existsSync(join(ask("-print-runtime-dir"), "libclang_rt.fuzzer.a"));
}

/**
 * @param {import("./steps.js").Step} step
 * @returns {Promise<Clang | undefined>} without it the fuzz targets in C++ are skipped
 */
export function installClang(step) {
  return installOptional(step, "clang 19", ["clang-19", "libclang-rt-19-dev"], findClang);
}
