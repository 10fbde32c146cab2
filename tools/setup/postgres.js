import { existsSync, readdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { installOptional } from "./optional.js";
import { which } from "./which.js";

/** Where Debian keeps the programs of each version, outside of PATH. */
const DEBIAN = "/usr/lib/postgresql";

/**
 * PostgreSQL, which the gateway's source is tested with. The tests start their own server.
 *
 * @param {{ env?: Record<string, string | undefined> }} [options]
 * @returns {string | undefined} the folder of its programs, of the newest version
 */
export function findPostgres({ env = process.env } = {}) {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const folders = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN, version, "bin"));
  const program = which("initdb", [...folders, env.PATH].join(delimiter));
  return program && dirname(program);
}

/**
 * @param {import("./steps.js").Step} step
 * @returns {Promise<string | undefined>} its tests are skipped without it
 */
export function installPostgres(step) {
  return installOptional(step, "PostgreSQL", ["postgresql"], findPostgres);
}
