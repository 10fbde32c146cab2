import { installOptional } from "./optional.js";
import { which } from "./which.js";

/**
 * Servers that the gateway is tested with. The tests start their own; the packages' services are
 * not started.
 *
 * @typedef {object} Servers programs
 * @property {string} valkey valkey-server or redis-server, from version 7
 * @property {string} varnish varnishd, with the module xkey
 */

/**
 * @param {{ env?: Record<string, string | undefined> }} [options]
 * @returns {Servers | undefined}
 */
export function findServers({ env = process.env } = {}) {
  const path = `${env.PATH}:/usr/sbin`; // where Debian keeps varnishd
  const valkey = which("valkey-server", path) ?? which("redis-server", path);
  const varnish = which("varnishd", path);
  return valkey && varnish ? { valkey, varnish } : undefined;
}

/**
 * @param {import("./steps.js").Step} step
 * @returns {Promise<Servers | undefined>} tests with real servers are skipped without them
 */
export function installServers(step) {
  const packages = ["redis-server", "varnish", "varnish-modules"];
  return installOptional(step, "Redis and Varnish", packages, findServers);
}
