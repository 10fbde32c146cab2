import { ApusError } from "../../core/errors.js";
import { hashesOf } from "../net/hashes.js";

/**
 * A file of a build. URLs are absolute.
 *
 * @typedef {object} BuildFile
 * @property {string} [name] the same in every build
 * @property {string} [kind] what it is where the extension does not tell: `script`, a classic script, or
 *   `worker`, which runs in a place of its own
 * @property {boolean} entry runs when the page starts
 * @property {boolean} singleton its state is shared by the page: one build's file of this name a page
 * @property {number} [size] bytes, uncompressed
 * @property {string[]} imports fetched before it can run: URLs
 * @property {string[]} dynamic fetched when it asks for them: URLs
 * @property {string[]} css sheets that apply before it is shown: URLs
 * @property {string[]} assets workers, WebAssembly, JSON, fonts and images that it names: URLs
 * @property {string} [integrity] as in HTML
 */

/**
 * A build's manifest, which a build plugin writes next to its files; the format is described in
 * demo/docs/manifest.md.
 *
 * @typedef {object} Manifest
 * @property {string} url
 * @property {string} build
 * @property {Map<string, BuildFile>} files by URL
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
 * Everything that files need: themselves, their imports, sheets and assets, and what those need.
 * @param {Manifest} manifest @param {Iterable<string>} urls
 * @param {boolean} [dynamic] and everything that they may ask for later
 * @returns {Set<string>} URLs, in the order in which a page needs them; O(files + edges)
 */
export function reachable({ files }, urls, dynamic) {
  const found = new Set(urls);
  for (const url of found) {
    const file = files.get(url);
    if (!file) continue;
    const next = [...file.imports, ...file.css, ...file.assets, ...(dynamic ? file.dynamic : [])];
    for (const it of next) found.add(it);
  }
  return found;
}

/** Fields that are lists of paths. */
const LISTS = /** @type {const} */ (["imports", "dynamic", "css", "assets", "replaces"]);

/**
 * Fields that it does not know are ignored, so that a page reads the manifests of later builds.
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
    const { name, kind, size, integrity, entry = false, singleton = entry } = file ?? {};
    const wrong = [
      !(name === undefined || typeof name === "string") && "name",
      !(kind === undefined || typeof kind === "string") && "kind",
      !(size === undefined || (Number.isSafeInteger(size) && size >= 0)) && "size",
      typeof entry !== "boolean" && "entry",
      typeof singleton !== "boolean" && "singleton",
      !(integrity === undefined || hashesOf(integrity)) && "integrity",
      ...LISTS.map((list) => !strings(file?.[list] ?? []) && list),
    ].find(Boolean);
    if (wrong) throw invalid(`${path}: bad "${wrong}"`);
    try {
      const href = new URL(path, url).href;
      const [imports, dynamic, css, assets, replaces] = LISTS.map((list) =>
        (file?.[list] ?? []).map((/** @type {string} */ next) => new URL(next, url).href),
      );
      const edges = { imports, dynamic, css, assets };
      manifest.files.set(href, { name, kind, size, integrity, entry, singleton, ...edges });
      if (name !== undefined) manifest.names.set(name, href);
      for (const old of replaces) manifest.replaced.set(old, href);
    } catch (cause) {
      throw invalid(`${path}: bad path`, cause);
    }
  }
  return manifest;
}

/** @param {unknown} value @returns {value is string[]} */
const strings = (value) => Array.isArray(value) && value.every((it) => typeof it === "string");
