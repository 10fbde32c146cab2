// Node only: shared by the bundler plugins.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/**
 * @typedef {object} Built
 * @property {string} path relative to the manifest, with slashes
 * @property {string} [name] the same in every build
 * @property {string[]} imports static ones, paths like `path`
 * @property {string | Uint8Array} content
 */

/** Older files that a file lists under `replaces`. */
const OLDER = 20;

/**
 * The manifest that an option `previous` names.
 * @param {string | object} [previous] a path, or the content
 * @returns {Promise<any>} `undefined` without one, or when there is no file at the path yet
 */
export async function previousOf(previous) {
  if (typeof previous !== "string") return previous;
  const text = await readFile(previous, "utf8").catch((error) => {
    if (error.code !== "ENOENT") throw error;
  });
  return text && JSON.parse(text);
}

/**
 * The manifest of a build, as js/lazy/build/manifest.js reads it. Equal files give
 * equal text.
 * @param {Built[]} built
 * @param {any} [previous] the manifest of the previous build: a new file replaces the old one of the
 *   same name, so pages that know only the old URL find the new one
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

/** @param {string} path in this system's form @returns {string} with slashes */
export const slashed = (path) => path.replaceAll("\\", "/");
