// Node only: what the plugins for bundlers share.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/**
 * @typedef {object} Built
 * @property {string} path relative to the manifest, with slashes
 * @property {string} [name] the same in all builds
 * @property {string[]} imports static ones, paths like `path`
 * @property {string | Uint8Array} content
 */

/** Builds back that a file names what it replaces. */
const OLDER = 20;

/**
 * The manifest that an option `previous` names.
 * @param {string | object} [previous] a path, or the content
 * @returns {Promise<any>} `undefined` without one, and before there is a file at the path
 */
export async function previousOf(previous) {
  if (typeof previous !== "string") return previous;
  const text = await readFile(previous, "utf8").catch((error) => {
    if (error.code !== "ENOENT") throw error;
  });
  return text && JSON.parse(text);
}

/**
 * The manifest of a build, as js/lazy/manifest.js reads it. The same files
 * give the same text.
 * @param {Built[]} built
 * @param {any} [previous] the manifest of the build before: its files are replaced by those of the
 *   same names, so that pages which know only their URLs find the new ones
 * @returns {string} JSON
 */
export function manifestOf(built, previous) {
  /** @type {Record<string, { name?: string, imports?: string[], integrity: string, replaces?: string[] }>} */
  const files = {};
  const older = Object.entries(previous?.files ?? {});
  const build = createHash("sha256");
  for (const { path, name, imports, content } of [...built].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  )) {
    const integrity = `sha384-${createHash("sha384").update(content).digest("base64")}`;
    build.update(`${path} ${integrity}\n`);
    const replaces = older
      .filter(([, file]) => name && file.name === name)
      .flatMap(([old, file]) => [old, ...(file.replaces ?? [])])
      .filter((old) => old !== path)
      .slice(0, OLDER);
    files[path] = {
      ...(name && { name }),
      ...(imports.length && { imports }),
      integrity,
      ...(replaces.length && { replaces }),
    };
  }
  return `${JSON.stringify({ apus: 1, build: build.digest("hex").slice(0, 16), files }, undefined, 2)}\n`;
}

/** @param {string} path of this machine's kind @returns {string} with slashes */
export const slashed = (path) => path.replaceAll("\\", "/");
