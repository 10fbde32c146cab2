// The reader that version 0.1.0 shipped, word for word but for its imports: pages that visitors
// opened then still read the manifests of today's builds. Never change it.
class ApusError extends Error {
  constructor(code, message, options) {
    super(message, options);
    this.code = code;
  }
}

/**
 * The file of a build that stands for `url`, which may be of an older build:
 * the one with the same name, or the only one that differs in its hash alone.
 * @param {Manifest} manifest @param {string} url @param {string} [name] where it is known
 * @returns {string | undefined} its URL
 */
export function successor(manifest, url, name) {
  const named = name !== undefined ? manifest.names.get(name) : undefined;
  if (named) return named;
  const alike = [...manifest.files.keys()].filter((other) => stem(other) === stem(url));
  return alike.length === 1 ? alike[0] : undefined;
}

/** A URL without the hash in its file name. @param {string} url */
function stem(url) {
  return url.replace(/[?#].*/, "").replace(/[-.][\w-]{6,}(?=\.\w+$)/, "");
}

/**
 * @param {unknown} json @param {string} url where it comes from
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
    at: (base) => (url.startsWith(base) ? manifest : parseManifest(json, base)),
  };
  for (const [path, file] of Object.entries(files)) {
    const { name, imports = [], integrity } = file ?? {};
    if (!(name === undefined || typeof name === "string")) throw invalid(`${path}: bad "name"`);
    if (!Array.isArray(imports)) throw invalid(`${path}: bad "imports"`);
    if (!(integrity === undefined || /^(sha(256|384|512)-\S+\s*)+$/.test(integrity))) {
      throw invalid(`${path}: bad "integrity"`);
    }
    try {
      const href = new URL(path, url).href;
      const urls = imports.map((next) => new URL(next, url).href);
      manifest.files.set(href, { name, imports: urls, integrity });
      if (name !== undefined) manifest.names.set(name, href);
    } catch (cause) {
      throw invalid(`${path}: bad path`, cause);
    }
  }
  return manifest;
}
