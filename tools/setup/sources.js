import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "./command.js";
import { debianArchive, fetchFile } from "./debian/archive.js";
import { stage } from "./staging.js";
import { CHECKOUT, toolchainFolder } from "./toolchain-folder.js";

/**
 * @typedef {object} Source
 * @property {string} name the folder it gets
 * @property {string} override the name that CMake's FetchContent knows it by
 * @property {string} path in Debian's archive
 * @property {string} sha256
 * @property {string} proof a file that it must have
 * @property {string} [system] where the machine may have it already
 */

/** Upstream's sources as Debian ships them; zstd's without a few documents that are not free. */
export const SOURCES = [
  {
    name: "zstd-1.5.7",
    override: "ZSTD",
    path: "pool/main/libz/libzstd/libzstd_1.5.7+dfsg.orig.tar.xz",
    sha256: "0c092ef267edce57ba7f3f2645c861f72eaf5e76273c6c3632869423464b90a5",
    proof: "lib/zstd.h",
  },
  {
    name: "googletest-1.16.0",
    override: "GOOGLETEST",
    path: "pool/main/g/googletest/googletest_1.16.0.orig.tar.gz",
    sha256: "2f54382b5d13d6cd0be2afc524f1e510d37f8ba78c2d439c5bea64ef37e30d01",
    proof: "googletest/src/gtest-all.cc",
    system: "/usr/src/googletest",
  },
];

/**
 * @param {string | undefined} [folder]
 * @returns {string[]} arguments for CMake that spare it fetching what is there already
 */
export function sourceOverrides(folder = toolchainFolder()) {
  return SOURCES.flatMap((source) => {
    const place = placeOf(source, folder);
    return place ? [`-DFETCHCONTENT_SOURCE_DIR_${source.override}=${place}`] : [];
  });
}

/**
 * @param {string} override CMake's name of a source
 * @returns {string} its folder: the set-up's, or else where CMake has fetched it
 */
export function sourceFolder(override) {
  const source = SOURCES.find((source) => source.override === override);
  const place = source && placeOf(source, toolchainFolder());
  return place ?? join(CHECKOUT, `build/wasm/_deps/${override.toLowerCase()}-src`);
}

/**
 * @param {string} folder
 * @returns {string[] | undefined} the overrides, if there is one for every source
 */
export function findSources(folder) {
  const overrides = sourceOverrides(folder);
  return overrides.length === SOURCES.length ? overrides : undefined;
}

/**
 * Fetches the missing sources from Debian's archive. Where there is none, or it no longer has
 * them, CMake fetches them itself.
 *
 * Requires: the lock of the folder is held.
 *
 * @param {string} folder
 * @param {import("./steps.js").Step} step
 * @param {{ archive?: import("./debian/archive.js").Archive }} [options]
 * @returns {Promise<string[]>} the overrides
 */
export async function installSources(folder, step, { archive = debianArchive() } = {}) {
  for (const source of SOURCES.filter((source) => !placeOf(source, folder))) {
    if (!archive) break;
    try {
      await step(`fetch ${source.name} from Debian's archive`, () =>
        install(folder, source, archive),
      );
    } catch (error) {
      step.note(/** @type {Error} */ (error).message);
      step.note("CMake will fetch it from the project that makes it.");
    }
  }
  return sourceOverrides(folder);
}

/**
 * @param {string} folder
 * @param {Source} source
 * @param {import("./debian/archive.js").Archive} archive
 */
async function install(folder, { name, path, sha256, proof }, archive) {
  await stage(folder, async (staging) => {
    const tarball = await fetchFile(archive, path, sha256, staging);
    await run("tar", ["-xf", tarball, "-C", staging, "--strip-components=1"]);
    rmSync(tarball);
    if (!existsSync(join(staging, proof))) throw new Error(`${path} has no ${proof}`);
    return name;
  });
}

/**
 * @param {Source} source
 * @param {string | undefined} folder
 * @returns {string | undefined}
 */
function placeOf({ name, proof, system }, folder) {
  const places = [system, folder && join(folder, name)];
  return places.find((place) => place && existsSync(join(place, proof)));
}
