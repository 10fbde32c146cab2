import { readdirSync } from "node:fs";
import { join } from "node:path";
import { must } from "../run.js";
import { debianArchive } from "./debian/archive.js";
import { settle, unpackEmscripten } from "./debian/emscripten-copy.js";
import {
  describe,
  describeCopy,
  EMSCRIPTEN,
  emscriptenEnv,
  homeOf,
  readVersion,
  writeChoice,
} from "./emscripten-choice.js";
import { installedEmscriptens } from "./emscripten-installed.js";
import { proveEmscripten } from "./emscripten-proof.js";
import { SetupError } from "./setup-error.js";
import { stage } from "./staging.js";
import { isAtLeast } from "./version.js";

export { emscriptenEnv } from "./emscripten-choice.js";

/** @import { Emscripten } from "./emscripten-choice.js" */
/** @import { Step } from "./steps.js" */
/** @import { Archive } from "./debian/archive.js" */

/** The oldest that will do, and Debian's releases that have one, the best first. */
const LEAST = "3.1.69";
export const SUITES = ["forky", "trixie"];

const INSTALL = `install Emscripten 6.0.5 (${LEAST} or later will do), then run this again:
git clone https://github.com/emscripten-core/emsdk
cd emsdk
./emsdk install 6.0.5
./emsdk activate 6.0.5
source ./emsdk_env.sh`;

/**
 * @param {string} folder
 * @returns {Emscripten | undefined} the chosen one, if it is still the one to choose
 */
export function findEmscripten(folder) {
  const chosen = emscriptenEnv(folder);
  const installed = usable(folder);
  return installed && chosen?.root !== installed ? undefined : chosen;
}

/**
 * Chooses the user's Emscripten, or makes a copy of Debian's in the folder.
 *
 * Requires: the lock of the folder is held.
 *
 * @param {string} folder
 * @param {Step} step
 * @param {{ archive?: Archive, suites?: string[] }} [options]
 * @returns {Promise<Emscripten>}
 * @throws {SetupError}
 */
export async function installEmscripten(folder, step, options = {}) {
  const { archive = debianArchive(), suites = SUITES } = options;
  const installed = usable(folder);
  if (installed) return chooseInstalled(folder, installed, step);
  const copy = newestCopy(folder);
  if (copy) return chooseCopy(folder, copy, step);

  const old = installedEmscriptens(folder).map((root) => `${readVersion(root)} in ${root}`);
  const have = old.length > 0 ? `only ${old.join(" and ")}` : "none in $EMSDK, no emcc on PATH";
  if (!archive) {
    throw new SetupError(
      `There is no Emscripten ${LEAST} or later: ${have}, and no Debian archive to take one from.`,
      INSTALL,
    );
  }
  if (old.length > 0) step.note(`older than ${LEAST}, so left alone: Emscripten ${old.join(", ")}`);
  /** @type {string[]} */
  const failures = [];
  for (const suite of suites) {
    try {
      return await chooseCopy(folder, await makeCopy(folder, archive, suite, step), step);
    } catch (error) {
      failures.push(`Debian ${suite}: ${/** @type {Error} */ (error).message}`);
    }
  }
  throw new SetupError(
    `There is no Emscripten ${LEAST} or later (${have}), and none came from Debian's archive.\n` +
      failures.join("\n"),
    `see to it that this machine reaches its Debian archive (apt-get update shows it) and run this again; or ${INSTALL}`,
  );
}

/**
 * @param {string} folder
 * @returns {string | undefined} the first of the user's that is new enough
 */
function usable(folder) {
  return installedEmscriptens(folder).find((root) => isAtLeast(readVersion(root), LEAST));
}

/**
 * @param {string} folder
 * @param {string} root
 * @param {Step} step
 */
async function chooseInstalled(folder, root, step) {
  const found = describe(root, readVersion(root));
  try {
    await step(`try Emscripten ${found.version} in ${root}`, () =>
      proveEmscripten(found, join(folder, "partial-proof"), step.note),
    );
  } catch (error) {
    throw new SetupError(
      `Emscripten ${found.version} in ${root} does not work. ${/** @type {Error} */ (error).message}`,
      "repair it; or take it off PATH and out of $EMSDK, and run this again.",
      error,
    );
  }
  writeChoice(folder, { version: found.version, root });
  return found;
}

/**
 * @param {string} folder
 * @param {string} copy a complete one
 * @param {Step} step
 */
async function chooseCopy(folder, copy, step) {
  const place = join(folder, copy);
  if (homeOf(place) !== place) {
    await step(`adapt ${copy} to its new place`, () => settle(place, place));
  }
  const found = describeCopy(place, readVersion(join(place, EMSCRIPTEN)));
  await step(`start Emscripten ${found.version}`, () =>
    must(found.emcc, ["--version"], { env: found.env }),
  );
  writeChoice(folder, { version: found.version, copy });
  return found;
}

/**
 * @param {string} folder
 * @returns {string | undefined} the name of the newest copy in it
 */
function newestCopy(folder) {
  const copies = readdirSync(folder).filter(
    (name) => name.startsWith("emscripten-") && homeOf(join(folder, name)),
  );
  return copies.sort((a, b) => (isAtLeast(a, b) ? -1 : 1))[0];
}

/**
 * @param {string} folder
 * @param {Archive} archive
 * @param {string} suite
 * @param {Step} step
 * @returns {Promise<string>} its name
 */
function makeCopy(folder, archive, suite, step) {
  return stage(folder, async (staging) => {
    await unpackEmscripten(archive, suite, staging, step);
    const version = readVersion(join(staging, EMSCRIPTEN));
    if (!isAtLeast(version, LEAST)) throw new Error(`it has ${version}, older than ${LEAST}`);
    await step("make its programs run on this system", () => settle(staging, staging));
    await step("build its system libraries and try it (about a minute)", () =>
      proveEmscripten(describeCopy(staging, version), join(staging, "proof"), step.note),
    );
    const name = `emscripten-${version}`;
    await settle(staging, join(folder, name));
    return name;
  });
}
