import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { must, root } from "../run.js";
import { debianArchive, fetchFile } from "./debian/archive.js";
import { stage } from "./staging.js";
import { toolchainFolder } from "./toolchain-folder.js";

/**
 * @typedef {object} Source
 * @property {string} version
 * @property {string} url of the project's own release, for CMake
 * @property {string} sha256 of that
 * @property {{ path: string, sha256: string }} debian the same release in Debian's archive
 * @property {string} proof a file that every copy has
 */

/**
 * The versions we build with, by the name CMake's FetchContent uses. CMakeLists.txt reads the same
 * file. Debian's zstd lacks a few documents that are not free.
 *
 * @type {Record<string, Source>}
 */
export const SOURCES = JSON.parse(readFileSync(new URL("sources.json", import.meta.url), "utf8"));

/** @param {string} name @returns {string} the folder of its copy, such as "zstd-1.5.7" */
export function folderName(name) {
  return `${name}-${SOURCES[name].version}`;
}

/**
 * @param {string | undefined} [folder]
 * @returns {string[]} arguments that make CMake use the copies that are there
 */
export function sourceOverrides(folder = toolchainFolder()) {
  return Object.keys(SOURCES).flatMap((name) => {
    const copy = findCopy(name, folder);
    return copy ? [`-DFETCHCONTENT_SOURCE_DIR_${name.toUpperCase()}=${copy}`] : [];
  });
}

/**
 * @param {string} name
 * @returns {string} its folder: the set-up's copy, or else where CMake has fetched it
 */
export function sourceFolder(name) {
  return findCopy(name, toolchainFolder()) ?? join(root, `build/wasm/_deps/${name}-src`);
}

/**
 * @param {string} folder
 * @returns {string[] | undefined} the arguments for CMake, if there is a copy of every source
 */
export function findSources(folder) {
  const overrides = sourceOverrides(folder);
  return overrides.length === Object.keys(SOURCES).length ? overrides : undefined;
}

/**
 * Fetches the missing sources from Debian's archive. Without one, or if it no longer has them,
 * CMake fetches the projects' own releases.
 *
 * Requires: the lock of the folder is held.
 *
 * @param {string} folder
 * @param {import("./steps.js").Step} step
 * @param {{ archive?: import("./debian/archive.js").Archive }} [options]
 * @returns {Promise<string[]>} the arguments for CMake
 */
export async function installSources(folder, step, { archive = debianArchive() } = {}) {
  for (const name of Object.keys(SOURCES)) {
    if (!archive) break;
    if (findCopy(name, folder)) continue;
    try {
      await step(`fetch ${folderName(name)} from Debian's archive`, () =>
        install(folder, name, archive),
      );
    } catch (error) {
      step.note(/** @type {Error} */ (error).message);
      step.note("CMake will fetch the project's own release.");
    }
  }
  return sourceOverrides(folder);
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {import("./debian/archive.js").Archive} archive
 */
async function install(folder, name, archive) {
  const { debian, proof } = SOURCES[name];
  await stage(folder, async (staging) => {
    const tarball = await fetchFile(archive, debian.path, debian.sha256, staging);
    await must("tar", ["-xf", tarball, "-C", staging, "--strip-components=1"]);
    rmSync(tarball);
    if (!existsSync(join(staging, proof))) throw new Error(`${debian.path} has no ${proof}`);
    return folderName(name);
  });
}

/**
 * @param {string} name
 * @param {string | undefined} folder
 * @returns {string | undefined} the set-up's copy
 */
function findCopy(name, folder) {
  const copy = folder && join(folder, folderName(name));
  return copy && existsSync(join(copy, SOURCES[name].proof)) ? copy : undefined;
}
