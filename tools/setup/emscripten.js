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

/** The oldest version that works, and the Debian releases that have one, the best first. */
const LEAST = "3.1.69";
export const SUITES = ["forky", "trixie"];

const INSTALL = `install Emscripten 6.0.5 (${LEAST} or later works) with emsdk, then run this again:
git clone https://github.com/emscripten-core/emsdk
cd emsdk
./emsdk install 6.0.5
./emsdk activate 6.0.5
source ./emsdk_env.sh`;

/**
 * @param {string} folder
 * @returns {Emscripten | undefined} the chosen one, if it is still the best choice
 */
export function findEmscripten(folder) {
  const chosen = emscriptenEnv(folder);
  const installed = usable(folder);
  return installed && chosen?.root !== installed ? undefined : chosen;
}

/**
 * Chooses the user's Emscripten (emsdk, Homebrew, a system package). Without one, unpacks Debian's
 * into the folder.
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
      `There is no Emscripten ${LEAST} or later: ${have}, and this machine has no Debian archive.`,
      INSTALL,
    );
  }
  if (old.length > 0)
    step.note(`too old (${LEAST} or later is needed): Emscripten ${old.join(", ")}`);
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
    `There is no Emscripten ${LEAST} or later (${have}), and Debian's archive provided none.\n` +
      failures.join("\n"),
    `${INSTALL}
Or check that this machine reaches its Debian archive (apt-get update) and run this again.`,
  );
}

/**
 * @param {string} folder
 * @returns {string | undefined} the user's first installation that is new enough
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
    await step(`test Emscripten ${found.version} in ${root}`, () =>
      proveEmscripten(found, join(folder, "partial-proof"), step.note),
    );
  } catch (error) {
    throw new SetupError(
      `Emscripten ${found.version} in ${root} does not work. ${/** @type {Error} */ (error).message}`,
      "repair it, or remove it from PATH and $EMSDK, and run this again.",
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
    await step(`adapt ${copy} to its new folder`, () => settle(place, place));
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
    if (!isAtLeast(version, LEAST))
      throw new Error(`its version ${version} is older than ${LEAST}`);
    await step("make its programs run on this system", () => settle(staging, staging));
    await step("build its system libraries and test it (about a minute)", () =>
      proveEmscripten(describeCopy(staging, version), join(staging, "proof"), step.note),
    );
    const name = `emscripten-${version}`;
    await settle(staging, join(folder, name));
    return name;
  });
}
