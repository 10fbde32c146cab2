// Node only: what the plugins for bundlers share.
import { createHash } from "node:crypto";

/**
 * @typedef {object} Built
 * @property {string} path relative to the manifest, with slashes
 * @property {string} [name] the same in all builds
 * @property {string[]} imports static ones, paths like `path`
 * @property {string | Uint8Array} content
 */

/**
 * The manifest of a build, as js/lazy/manifest.js reads it. The same files
 * give the same text.
 * @param {Built[]} built
 * @returns {string} JSON
 */
export function manifestOf(built) {
  /** @type {Record<string, { name?: string, imports?: string[], integrity: string }>} */
  const files = {};
  const build = createHash("sha256");
  for (const { path, name, imports, content } of [...built].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  )) {
    const integrity = `sha384-${createHash("sha384").update(content).digest("base64")}`;
    build.update(`${path} ${integrity}\n`);
    files[path] = { ...(name && { name }), ...(imports.length && { imports }), integrity };
  }
  return `${JSON.stringify({ apus: 1, build: build.digest("hex").slice(0, 16), files }, undefined, 2)}\n`;
}

/** @param {string} path of this machine's kind @returns {string} with slashes */
export const slashed = (path) => path.replaceAll("\\", "/");
