import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {object} AptSource
 * @property {string[]} types deb, deb-src
 * @property {string[]} uris
 * @property {string[]} suites
 * @property {string[]} components
 * @property {string} [signedBy] key files, or a key itself on several lines
 */

/** The names of Debian's releases; derivatives use others. */
const RELEASE =
  /^(stable|oldstable|testing|unstable|sid|buster|bullseye|bookworm|trixie|forky|duke)\/?$/;

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** Matches a `Signed-By` that names only files of Debian's keys. */
const DEBIANS_KEYS = /^(\s*\/[\w./-]*\/debian-archive-[\w-]+\.(gpg|asc|pgp))+\s*$/;

/**
 * @param {string} text of a `.sources` file (deb822 stanzas)
 * @returns {AptSource[]} without disabled ones
 */
export function parseStanzas(text) {
  const lines = text.split("\n").filter((line) => !line.startsWith("#"));
  return lines
    .join("\n")
    .split(/\n\s*\n/)
    .map(parseFields)
    .filter((fields) => fields.size > 0 && !/^(no|false|off|0)$/i.test(fields.get("enabled") ?? ""))
    .map((fields) => {
      const words = (/** @type {string} */ name) =>
        (fields.get(name) ?? "").split(/\s+/).filter((word) => word !== "");
      return {
        types: words("types"),
        uris: words("uris"),
        suites: words("suites"),
        components: words("components"),
        signedBy: fields.get("signed-by"),
      };
    });
}

/**
 * @param {string} stanza
 * @returns {Map<string, string>} by lower-case name; values keep their line breaks
 */
function parseFields(stanza) {
  const fields = new Map();
  let name = "";
  for (const line of stanza.split("\n")) {
    const field = /^([A-Za-z][\w-]*):\s*(.*?)\s*$/.exec(line);
    if (field) {
      name = field[1].toLowerCase();
      fields.set(name, field[2]);
    } else if (/^\s+\S/.test(line) && name !== "") {
      fields.set(name, `${fields.get(name)}\n${line.trim()}`);
    }
  }
  return fields;
}

/**
 * @param {string} text of a `.list` file: `deb [option=value ...] uri suite component...`
 * @returns {AptSource[]}
 */
export function parseLines(text) {
  const sources = [];
  for (const line of text.split("\n")) {
    const match = /^\s*(deb|deb-src)\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)([^#]*)/.exec(line);
    if (!match) continue;
    const [, type, options = "", uri, suite, components] = match;
    const option = (/** @type {string} */ name) =>
      new RegExp(`(?:^|\\s)${name}=(\\S+)`, "i").exec(options)?.[1];
    sources.push({
      types: [type],
      uris: [uri],
      suites: [suite],
      components: components.split(/\s+/).filter((word) => word !== ""),
      signedBy: option("signed-by")?.replaceAll(",", " "),
    });
  }
  return sources;
}

/**
 * @param {string} [folder] of apt's configuration
 * @returns {AptSource[]}
 */
export function readSources(folder = "/etc/apt") {
  const read = (/** @type {string} */ file) => (existsSync(file) ? readFileSync(file, "utf8") : "");
  const parts = join(folder, "sources.list.d");
  const names = existsSync(parts) ? readdirSync(parts).sort() : [];
  return [
    ...parseLines(read(join(folder, "sources.list"))),
    ...names
      .filter((name) => name.endsWith(".list"))
      .flatMap((name) => parseLines(read(join(parts, name)))),
    ...names
      .filter((name) => name.endsWith(".sources"))
      .flatMap((name) => parseStanzas(read(join(parts, name)))),
  ];
}

/**
 * Debian's archive as this machine reaches it: a mirror, a proxy or the original. Other repositories
 * use the names of Debian's releases too. An entry that names its own key is therefore never
 * used, and the archive must be signed with Debian's keys: `trusted=yes` of an entry is ignored.
 *
 * @param {AptSource[]} sources
 * @param {{ keyring?: string }} [options] Debian's keys, including those of newer releases
 * @returns {{ uri: string, signedBy: string } | undefined}
 */
export function findDebianArchive(sources, { keyring = KEYRING } = {}) {
  const ours = existsSync(keyring) ? keyring : undefined;
  const found = sources.flatMap(({ types, uris, suites, components, signedBy }) => {
    const uri = uris.find((uri) => !uri.startsWith("cdrom:"));
    if (!uri || !types.includes("deb") || !components.includes("main")) return [];
    if (!suites.some((suite) => RELEASE.test(suite))) return [];
    const debians = signedBy !== undefined && DEBIANS_KEYS.test(signedBy);
    if (signedBy !== undefined && !debians) return [];
    const key = ours ?? signedBy;
    // Among entries without a key, prefer one whose address ends like the archive's.
    const rank = debians ? 0 : /\/debian\/?$/.test(uri) ? 1 : 2;
    return key ? [{ rank, archive: { uri, signedBy: key } }] : [];
  });
  return found.sort((a, b) => a.rank - b.rank)[0]?.archive;
}
