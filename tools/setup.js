// Installs the tools and sources that the build and the tests need, and keeps those it finds.
// Uses only Node and the shell, so it works in a fresh clone.
//
//   node tools/setup.js [npm] [emscripten] [sources] [chromium] [shell] [firefox] [webkit] [clang] [servers] [postgres]
import { pathToFileURL } from "node:url";
import { CommandError } from "./run.js";
import {
  findChromium,
  findHeadlessShell,
  installChromium,
  installHeadlessShell,
} from "./setup/chromium.js";
import { findClang, installClang } from "./setup/clang.js";
import { findEmscripten, installEmscripten } from "./setup/emscripten.js";
import { findFirefox, installFirefox } from "./setup/firefox.js";
import { withLock } from "./setup/lock.js";
import { findPackages, installPackages } from "./setup/npm.js";
import { findPostgres, installPostgres } from "./setup/postgres.js";
import { findServers, installServers } from "./setup/servers.js";
import { SetupError } from "./setup/setup-error.js";
import { findSources, installSources } from "./setup/sources.js";
import { sweep } from "./setup/staging.js";
import { makeStep } from "./setup/steps.js";
import { makeToolchainFolder } from "./setup/toolchain-folder.js";
import { findWebKit, installWebKit } from "./setup/webkit.js";

/**
 * @typedef {object} Found
 * @property {string} [npm] node_modules
 * @property {import("./setup/emscripten-choice.js").Emscripten} [emscripten]
 * @property {string[]} [sources] arguments for CMake
 * @property {string} [chromium] the browser's program
 * @property {string} [shell] Chromium without windows, for tests; undefined if it cannot be installed here
 * @property {string} [firefox] the browser's program; undefined if it cannot be installed here
 * @property {import("./setup/webkit.js").WebKit} [webkit] undefined if it cannot be installed here
 * @property {import("./setup/clang.js").Clang} [clang] for fuzzing; undefined if it cannot be installed here
 * @property {import("./setup/servers.js").Servers} [servers] for the gateway's tests; undefined if they cannot be installed here
 * @property {string} [postgres] folder of PostgreSQL's programs; undefined if it cannot be installed here
 */

/**
 * @typedef {object} Part
 * @property {(folder: string) => any} find the usable one that is installed; undefined if there is none
 * @property {(folder: string, step: import("./setup/steps.js").Step) => Promise<any>} install
 */

/** In the order of their dependencies. @type {Record<keyof Found, Part>} */
const PARTS = {
  npm: { find: () => findPackages(), install: (_, step) => installPackages(step) },
  emscripten: { find: findEmscripten, install: installEmscripten },
  sources: { find: findSources, install: installSources },
  chromium: { find: () => findChromium(), install: (_, step) => installChromium(step) },
  shell: { find: () => findHeadlessShell(), install: (_, step) => installHeadlessShell(step) },
  firefox: { find: () => findFirefox(), install: (_, step) => installFirefox(step) },
  webkit: { find: () => findWebKit(), install: (_, step) => installWebKit(step) },
  clang: { find: () => findClang(), install: (_, step) => installClang(step) },
  servers: { find: () => findServers(), install: (_, step) => installServers(step) },
  postgres: { find: () => findPostgres(), install: (_, step) => installPostgres(step) },
};

const ALL = /** @type {(keyof Found)[]} */ (Object.keys(PARTS));

/**
 * Idempotent, and safe to interrupt: each folder appears when it is complete. If several processes
 * run it at once, one works and the others wait.
 *
 * @param {{ log?: (line: string) => void, need?: (keyof Found)[] }} [options]
 * @returns {Promise<Found>}
 * @throws {SetupError} with the missing part and a remedy
 */
export async function setup({ log = (line) => console.log(line), need = ALL } = {}) {
  const unknown = need.filter((name) => !ALL.includes(name));
  if (unknown.length > 0) {
    throw new TypeError(
      `setup: no part "${unknown.join('", "')}"; the parts are ${ALL.join(", ")}`,
    );
  }
  const folder = makeToolchainFolder();
  const wanted = ALL.filter((name) => need.includes(name));
  /** @type {Found} */
  const found = {};
  for (const name of wanted) found[name] = PARTS[name].find(folder);
  if (wanted.every((name) => found[name])) return found;

  return withLock(folder, log, async () => {
    sweep(folder);
    const step = makeStep(log);
    for (const name of wanted) {
      // Another process may have installed it while we waited for the lock.
      found[name] = PARTS[name].find(folder) ?? (await PARTS[name].install(folder, step));
    }
    return found;
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const names = /** @type {(keyof Found)[]} */ (process.argv.slice(2));
  try {
    const found = await setup(names.length > 0 ? { need: names } : {});
    const { npm, emscripten, sources, chromium, shell, firefox } = found;
    const { webkit, clang, servers, postgres } = found;
    if (npm) console.log(`packages    ${npm}`);
    if (emscripten) console.log(`Emscripten  ${emscripten.version}, ${emscripten.root}`);
    if (sources) console.log(`sources     ${sources.join(" ") || "CMake fetches them"}`);
    if (chromium) console.log(`Chromium    ${chromium}`);
    if (shell) console.log(`  its shell ${shell}`);
    if (firefox) console.log(`Firefox     ${firefox}`);
    if (webkit) console.log(`WebKit      ${webkit.driver}`);
    if (clang) console.log(`clang       ${clang.cxx}`);
    if (servers) console.log(`servers     ${servers.valkey}, ${servers.varnish}`);
    if (postgres) console.log(`PostgreSQL  ${postgres}`);
  } catch (error) {
    const known = [SetupError, CommandError, TypeError].some((type) => error instanceof type);
    console.error(known ? /** @type {Error} */ (error).message : error);
    process.exitCode = 1;
  }
}
