import {
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join, sep } from "node:path";
import { isExecutable, run, which } from "./command.js";
import { debianArchive } from "./debian.js";
import { EMSCRIPTEN, ORIGIN_FILE, settle, unpackEmscripten } from "./emscripten-copy.js";
import { proveEmscripten } from "./emscripten-proof.js";
import { SetupError } from "./setup-error.js";
import { stage } from "./staging.js";
import { CHECKOUT, toolchainFolder } from "./toolchain-folder.js";
import { isAtLeast, parseVersion } from "./version.js";

const LEAST = "3.1.69";
const SUITES = ["forky", "trixie"];
const ENV_FILE = "env.json";
const TOOLCHAIN_FILE = "cmake/Modules/Platform/Emscripten.cmake";
const INSTALL = `install Emscripten 6.0.5 (${LEAST} or later will do), then run this again:
git clone https://github.com/emscripten-core/emsdk
cd emsdk
./emsdk install 6.0.5
./emsdk activate 6.0.5
source ./emsdk_env.sh`;

/**
 * @typedef {object} Emscripten
 * @property {string} version
 * @property {string} emcc
 * @property {string} root the folder of emcc and of its cmake/
 * @property {string} toolchainFile for CMake
 * @property {Record<string, string>} env what its programs need in their environment
 */

/**
 * The Emscripten that the set-up has chosen. Does no work but to read one small file.
 *
 * @param {string | undefined} [folder]
 * @returns {Emscripten | undefined} undefined when the set-up has to run first
 */
export function emscriptenEnv(folder = toolchainFolder()) {
  if (!folder) return undefined;
  try {
    const { version, copy, root } = JSON.parse(readFileSync(join(folder, ENV_FILE), "utf8"));
    const place = join(folder, copy ?? "");
    const found = copy ? describeCopy(place, version) : describe(root, version, {});
    if (copy && homeOf(place) !== place) return undefined;
    return existsSync(found.toolchainFile) ? found : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} folder
 * @returns {Emscripten | undefined} the chosen one, if it is still the one to choose
 */
export function findEmscripten(folder) {
  const chosen = emscriptenEnv(folder);
  const installed = installedFolders(folder).find((root) => isAtLeast(readVersion(root), LEAST));
  return installed && chosen?.root !== installed ? undefined : chosen;
}

/**
 * Chooses the user's Emscripten, or makes a copy of Debian's in the folder.
 *
 * Requires: the lock of the folder is held.
 *
 * @param {string} folder
 * @param {import("./steps.js").Step} step
 * @param {{ archive?: import("./debian.js").Archive, suites?: string[] }} [options]
 * @returns {Promise<Emscripten>}
 * @throws {SetupError}
 */
export async function installEmscripten(
  folder,
  step,
  { archive = debianArchive(), suites = SUITES } = {},
) {
  for (const root of installedFolders(folder)) {
    const version = readVersion(root);
    if (!isAtLeast(version, LEAST)) {
      await step(`leave Emscripten ${version} in ${root} alone: older than ${LEAST}`, () => {});
      continue;
    }
    const found = describe(root, version, {});
    await step(`try Emscripten ${version} in ${root}`, () =>
      prove(found, join(folder, "partial-proof")),
    );
    writeChoice(folder, { version, root });
    return found;
  }
  const copy = newestCopy(folder);
  if (copy) return choose(folder, copy, step);
  if (!archive) {
    throw new SetupError(
      `There is no Emscripten ${LEAST} or later: none in $EMSDK, no emcc on PATH, and no Debian archive to take one from.`,
      INSTALL,
    );
  }
  /** @type {string[]} */
  const failures = [];
  for (const suite of suites) {
    try {
      return await installCopy(folder, step, archive, suite);
    } catch (error) {
      failures.push(`Debian ${suite}: ${/** @type {Error} */ (error).message}`);
    }
  }
  throw new SetupError(
    `Could not get Emscripten from Debian's archive.\n${failures.join("\n")}`,
    `see to it that this machine reaches its Debian archive (apt-get update shows it) and run this again; or ${INSTALL}`,
  );
}

/**
 * @param {string} folder
 * @param {import("./steps.js").Step} step
 * @param {import("./debian.js").Archive} archive
 * @param {string} suite
 */
async function installCopy(folder, step, archive, suite) {
  const name = await stage(folder, async (staging) => {
    await unpackEmscripten(archive, suite, staging, step);
    const version = readVersion(join(staging, EMSCRIPTEN));
    if (!isAtLeast(version, LEAST)) throw new Error(`it has ${version}, older than ${LEAST}`);
    await step("make its programs run on this system", () => settle(staging, staging));
    await step("build its system libraries and try it (about a minute)", () =>
      prove(describeCopy(staging, version), join(staging, "proof")),
    );
    await settle(staging, join(folder, `emscripten-${version}`));
    return `emscripten-${version}`;
  });
  return choose(folder, name, step);
}

/**
 * @param {string} folder
 * @returns {string | undefined} the name of the newest copy in it
 */
function newestCopy(folder) {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, ORIGIN_FILE)) && name.startsWith("emscripten-"))
    .reduce(
      (best, name) => (best && isAtLeast(best, name) ? best : name),
      /** @type {string | undefined} */ (undefined),
    );
}

/**
 * @param {string} folder
 * @param {string} copy a complete one
 * @param {import("./steps.js").Step} step
 */
async function choose(folder, copy, step) {
  const root = join(folder, copy);
  if (homeOf(root) !== root) {
    await step(`adapt ${copy} to its new place`, () => settle(root, root));
  }
  const found = describeCopy(root, readVersion(join(root, EMSCRIPTEN)));
  await step(`start emcc of Emscripten ${found.version}`, () =>
    run(found.emcc, ["--version"], { env: found.env }),
  );
  writeChoice(folder, { version: found.version, copy });
  return found;
}

/**
 * @param {Emscripten} found
 * @param {string} folder
 */
async function prove(found, folder) {
  await proveEmscripten(found.emcc, found.env, folder);
}

/**
 * @param {string} folder
 * @param {{ version: string, root?: string, copy?: string }} choice
 */
function writeChoice(folder, choice) {
  const file = join(folder, ENV_FILE);
  writeFileSync(`${file}-${process.pid}`, `${JSON.stringify(choice)}\n`);
  renameSync(`${file}-${process.pid}`, file);
}

/**
 * @param {string} root
 * @param {string} version
 * @param {Record<string, string>} env
 * @returns {Emscripten}
 */
function describe(root, version, env) {
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
function describeCopy(copy, version) {
  const root = join(copy, EMSCRIPTEN);
  const closure = join(CHECKOUT, "node_modules/.bin/google-closure-compiler");
  return describe(root, version, {
    EM_CONFIG: join(root, ".emscripten"),
    ...(existsSync(closure) ? { EM_CLOSURE_COMPILER: closure } : {}),
  });
}

/** @param {string} copy */
function homeOf(copy) {
  return JSON.parse(readFileSync(join(copy, ORIGIN_FILE), "utf8")).home;
}

/**
 * @param {string} folder ours; a copy in it is not the user's
 * @returns {string[]} the roots of what the user has installed, $EMSDK's first
 */
function installedFolders(folder) {
  const places = [
    process.env.EMSDK && join(process.env.EMSDK, "upstream/emscripten/emcc"),
    which("emcc"),
  ];
  return places
    .filter((emcc) => emcc && isExecutable(emcc))
    .map((emcc) => emscriptenRoot(realpathSync(/** @type {string} */ (emcc))))
    .filter((root, i, all) => existsSync(join(root, TOOLCHAIN_FILE)) && all.indexOf(root) === i)
    .filter((root) => !root.startsWith(folder + sep));
}

/**
 * @param {string} emcc without links
 * @returns {string} Emscripten's own folder; Homebrew has a script in bin/ that calls libexec/
 */
function emscriptenRoot(emcc) {
  const beside = dirname(emcc);
  const behind = join(dirname(beside), "libexec");
  return existsSync(join(behind, TOOLCHAIN_FILE)) ? behind : beside;
}

/**
 * @param {string} root
 * @returns {string} such as 6.0.5; "unknown" is no version and older than any
 */
function readVersion(root) {
  try {
    const text = readFileSync(join(root, "emscripten-version.txt"), "utf8");
    return parseVersion(text)?.join(".") ?? "unknown";
  } catch {
    return "unknown";
  }
}
