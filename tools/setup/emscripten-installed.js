import { existsSync, realpathSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { TOOLCHAIN_FILE } from "./emscripten-choice.js";
import { isExecutable, which } from "./which.js";

/**
 * @param {string} folder ours: a copy in it is not the user's, even if it is on PATH
 * @param {Record<string, string | undefined>} [env]
 * @returns {string[]} Emscripten's folder of each installation of the user, that of $EMSDK first
 */
export function installedEmscriptens(folder, env = process.env) {
  const programs = [
    env.EMSDK && join(env.EMSDK, "upstream/emscripten/emcc"),
    which("emcc", env.PATH ?? ""),
  ];
  const roots = programs.flatMap((emcc) => (emcc && isExecutable(emcc) ? rootOf(emcc) : []));
  return [...new Set(roots)].filter(
    (root) => existsSync(join(root, TOOLCHAIN_FILE)) && !root.startsWith(folder + sep),
  );
}

/**
 * @param {string} emcc
 * @returns {string} its folder; Homebrew's bin/emcc calls the one in libexec/
 */
function rootOf(emcc) {
  const folder = dirname(realpathSync(emcc));
  const behind = join(dirname(folder), "libexec");
  return existsSync(join(behind, TOOLCHAIN_FILE)) ? behind : folder;
}
