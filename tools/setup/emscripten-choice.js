import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { bin } from "../run.js";
import { toolchainFolder } from "./toolchain-folder.js";
import { parseVersion } from "./version.js";

/** Emscripten's folder within a copy of Debian's packages. */
export const EMSCRIPTEN = "usr/share/emscripten";

/** CMake's toolchain file within Emscripten's folder. */
export const TOOLCHAIN_FILE = "cmake/Modules/Platform/Emscripten.cmake";

/** Marks a complete copy and names the folder that its programs are adapted to. */
const ORIGIN_FILE = "origin.json";

/** Names the Emscripten that the set-up has chosen. */
const CHOICE_FILE = "env.json";

/**
 * @typedef {object} Emscripten
 * @property {string} version
 * @property {string} root the folder of emcc and of its cmake/
 * @property {string} emcc
 * @property {string} toolchainFile for CMake
 * @property {Record<string, string>} env environment variables of its programs
 */

/**
 * @typedef {object} Choice
 * @property {string} version
 * @property {string} [copy] the name of our copy
 * @property {string} [root] or the folder of the user's
 */

/**
 * The Emscripten that the set-up has chosen. Only reads two small files.
 *
 * @param {string | undefined} [folder]
 * @returns {Emscripten | undefined} undefined before the set-up has run
 */
export function emscriptenEnv(folder = toolchainFolder()) {
  if (!folder) return undefined;
  try {
    /** @type {Choice} */
    const { version, copy, root } = JSON.parse(readFileSync(join(folder, CHOICE_FILE), "utf8"));
    if (copy && homeOf(join(folder, copy)) !== join(folder, copy)) return undefined;
    const found = copy ? describeCopy(join(folder, copy), version) : describe(root ?? "", version);
    return existsSync(found.toolchainFile) ? found : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} folder
 * @param {Choice} choice
 */
export function writeChoice(folder, choice) {
  const file = join(folder, CHOICE_FILE);
  writeFileSync(`${file}-${process.pid}`, `${JSON.stringify(choice)}\n`);
  renameSync(`${file}-${process.pid}`, file);
}

/**
 * @param {string} root
 * @param {string} version
 * @param {Record<string, string>} [env]
 * @returns {Emscripten}
 */
export function describe(root, version, env = {}) {
  return {
    version,
    root,
    emcc: join(root, "emcc"),
    toolchainFile: join(root, TOOLCHAIN_FILE),
    env: { EMSCRIPTEN: root, PATH: `${root}${delimiter}${process.env.PATH}`, ...env },
  };
}

/**
 * @param {string} copy
 * @param {string} version
 */
export function describeCopy(copy, version) {
  const root = join(copy, EMSCRIPTEN);
  const closure = bin("google-closure-compiler");
  return describe(root, version, {
    EM_CONFIG: join(root, ".emscripten"),
    ...(existsSync(closure) ? { EM_CLOSURE_COMPILER: closure } : {}),
  });
}

/**
 * @param {string} root Emscripten's folder
 * @returns {string} such as 6.0.5; "unknown" counts as older than any
 */
export function readVersion(root) {
  try {
    const text = readFileSync(join(root, "emscripten-version.txt"), "utf8");
    return parseVersion(text)?.join(".") ?? "unknown";
  } catch {
    return "unknown";
  }
}

/**
 * @param {string} copy
 * @returns {string | undefined} the folder that its programs are adapted to; undefined if it is not a copy
 */
export function homeOf(copy) {
  try {
    return JSON.parse(readFileSync(join(copy, ORIGIN_FILE), "utf8")).home;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} copy
 * @param {string} home
 */
export function writeHome(copy, home) {
  writeFileSync(join(copy, ORIGIN_FILE), `${JSON.stringify({ home })}\n`);
}
