// Node only: shared by the bundler plugins.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { belongings } from "./belongings.node.js";

/**
 * A file of a build as its bundler describes it. Paths are relative to the manifest, with slashes.
 *
 * @typedef {object} Built
 * @property {string} path
 * @property {string | Uint8Array} content
 * @property {string} [name] the same in every build
 * @property {string} [kind] `script` or `worker`
 * @property {boolean} [entry] the bundler starts here
 * @property {string[]} [imports] fetched before it runs
 * @property {string[]} [dynamic] loaded with `import()`
 * @property {string[]} [css] sheets; where the bundler does not say, those that its text names
 * @property {string[]} [assets] that the bundler knows of; more are found in its text
 */

/** The plugins' option `fileName`. */
export const FILE_NAME = "apus-manifest.json";

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
 * The manifest of a build, in the format of demo/docs/manifest.md. Equal files give equal text.
 * @param {Built[]} built
 * @param {any} [previous] the manifest of the previous build: a new file replaces the old one of the
 *   same name, so pages that know only the old URL find the new one
 * @returns {string} JSON
 */
export function manifestOf(built, previous) {
  /** @type {Record<string, object>} */
  const files = {};
  const older = Object.entries(previous?.files ?? {});
  const build = createHash("sha256");
  for (const file of belongings(built)) {
    const { path, name, kind, content, entry, singleton } = file;
    const integrity = integrityOf(content);
    build.update(`${path} ${integrity}\n`);
    const replaces = older
      .filter(([, file]) => name && file.name === name)
      .flatMap(([old, file]) => [old, ...(file.replaces ?? [])])
      .filter((old) => old !== path)
      .slice(0, OLDER);
    const { imports, dynamic, css, assets } = file;
    const lists = Object.entries({ imports, dynamic, css, assets, replaces });
    files[path] = {
      ...(name && { name }),
      ...(kind && { kind }),
      ...(entry && { entry }),
      ...(singleton && { singleton }),
      size: Buffer.byteLength(content),
      integrity,
      ...Object.fromEntries(lists.filter(([, paths]) => paths.length)),
    };
  }
  const id = build.digest("hex").slice(0, 16);
  return `${JSON.stringify({ apus: 1, build: id, files }, undefined, 2)}\n`;
}

/** @param {string | Uint8Array} content @returns {string} as in HTML */
const integrityOf = (content) => `sha384-${createHash("sha384").update(content).digest("base64")}`;

/** @param {string} path in this system's form @returns {string} with slashes */
export const slashed = (path) => path.replaceAll("\\", "/");
