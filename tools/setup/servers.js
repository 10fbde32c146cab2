import { existsSync, readdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { installOptional } from "./optional.js";
import { which } from "./which.js";

const DEBIAN = "/usr/lib/postgresql";

/**
 * Servers that the gateway is tested with. The tests start their own; the packages' services are
 * not started.
 *
 * @typedef {object} Servers programs
 * @property {string} valkey valkey-server or redis-server, from version 7
 * @property {string} varnish varnishd, with the module xkey
 * @property {string} postgres folder of PostgreSQL's programs, from version 14
 */

/**
 * @param {{ env?: Record<string, string | undefined> }} [options]
 * @returns {Servers | undefined}
 */
export function findServers({ env = process.env } = {}) {
  const path = `${env.PATH}:/usr/sbin`; // where Debian keeps varnishd
  const valkey = which("valkey-server", path) ?? which("redis-server", path);
  const varnish = which("varnishd", path);
  const postgres = findPostgres(env.PATH);
  return valkey && varnish && postgres ? { valkey, varnish, postgres } : undefined;
}

/** @param {string | undefined} path Debian keeps the programs of each version outside of it */
function findPostgres(path) {
  const own = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = own.map((version) => join(DEBIAN, version, "bin"));
  const program = which("initdb", [...folders, path].join(delimiter));
  return program && dirname(program);
}

/**
 * @param {import("./steps.js").Step} step
 * @returns {Promise<Servers | undefined>} tests with real servers are skipped without them
 */
export function installServers(step) {
  const packages = ["redis-server", "varnish", "varnish-modules", "postgresql"];
  return installOptional(step, "Redis, Varnish and PostgreSQL", packages, findServers);
}
