import { ApusError } from "../../core/errors.js";
import { hashesOf } from "../net/hashes.js";

/**
 * A build plugin writes it next to the files of a build. Paths are relative to
 * the manifest's own URL.
 *
 *     {
 *       "apus": 1,
 *       "build": "4f1c09",
 *       "files": {
 *         "assets/chart-3fd1.js": {
 *           "name": "src/chart.js",
 *           "imports": ["assets/shared-99ab.js"],
 *           "integrity": "sha384-…",
 *           "replaces": ["assets/chart-77c0.js"]
 *         }
 *       }
 *     }
 *
 * `apus` is the version of the format, `build` differs from build to build.
 * `name` stays the same in all builds; `lazy` accepts it instead of a URL.
 * `imports` lists static imports, `replaces` lists the older files that this
 * file replaces. All fields of a file are optional.
 *
 * @typedef {object} Manifest
 * @property {string} url
 * @property {string} build
 * @property {Map<string, { name?: string, imports: string[], integrity?: string }>} files by URL; imports are URLs
 * @property {Map<string, string>} names name -> URL
 * @property {Map<string, string>} replaced URL of an older build -> URL
 * @property {(base: string) => Manifest} at the same build, served by another endpoint
 */

/**
 * The file of a build that replaces `url`, which may belong to an older build:
 * the file with the same name, `url` itself, or the file that lists it under
 * `replaces`. Similar file names mean nothing.
 * @param {Manifest} manifest @param {string} url @param {string} [name] if known
 * @returns {string | undefined} its URL
 */
export function successor({ files, names, replaced }, url, name) {
  const named = name !== undefined ? names.get(name) : undefined;
  return named ?? (files.has(url) ? url : replaced.get(url));
}

/**
 * @param {unknown} json @param {string} url of the manifest
 * @returns {Manifest}
 * @throws {ApusError} `MANIFEST_INVALID`
 */
export function parseManifest(json, url) {
  const invalid = (/** @type {string} */ why, /** @type {unknown} */ cause = undefined) =>
    new ApusError("MANIFEST_INVALID", `${url}: ${why}`, { cause });
  const { apus, build, files } = /** @type {any} */ (json ?? {});
  if (apus !== 1) throw invalid(`"apus" must be 1, the version of the format`);
  if (typeof build !== "string") throw invalid(`"build" must be a string`);
  if (files === null || typeof files !== "object" || Array.isArray(files)) {
    throw invalid(`"files" must be an object`);
  }
  /** @type {Manifest} */
  const manifest = {
    url,
    build,
    files: new Map(),
    names: new Map(),
    replaced: new Map(),
    at: (base) => (url.startsWith(base) ? manifest : parseManifest(json, base)),
  };
  for (const [path, file] of Object.entries(files)) {
    const { name, imports = [], integrity, replaces = [] } = file ?? {};
    if (!(name === undefined || typeof name === "string")) throw invalid(`${path}: bad "name"`);
    if (!strings(imports)) throw invalid(`${path}: bad "imports"`);
    if (!strings(replaces)) throw invalid(`${path}: bad "replaces"`);
    if (!(integrity === undefined || hashesOf(integrity))) {
      throw invalid(`${path}: bad "integrity"`);
    }
    try {
      const href = new URL(path, url).href;
      const urls = imports.map((next) => new URL(next, url).href);
      manifest.files.set(href, { name, imports: urls, integrity });
      if (name !== undefined) manifest.names.set(name, href);
      for (const old of replaces) manifest.replaced.set(new URL(old, url).href, href);
    } catch (cause) {
      throw invalid(`${path}: bad path`, cause);
    }
  }
  return manifest;
}

/** @param {unknown} value @returns {value is string[]} */
const strings = (value) => Array.isArray(value) && value.every((it) => typeof it === "string");
