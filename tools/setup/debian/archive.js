import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { must } from "../../run.js";
import { which } from "../which.js";
import { findDebianArchive, readSources } from "./apt-sources.js";

/**
 * @typedef {object} Archive
 * @property {string} uri
 * @property {string} [signedBy] key files
 */

/** @returns {Archive | undefined} Debian's archive, if this machine has an entry for it and apt */
export function debianArchive() {
  if (!which("apt-get") || !which("dpkg")) return undefined;
  return findDebianArchive(readSources());
}

/**
 * A release of Debian other than the machine's. apt keeps its state in our folder, reads only the
 * system's configuration (proxies and logins keep working) and writes nothing to the system.
 */
export class Release {
  #config;
  #folder;

  /**
   * @param {Archive} archive
   * @param {string} suite such as "trixie"
   * @param {string} folder an empty one; the caller removes it
   */
  constructor(archive, suite, folder) {
    this.#folder = folder;
    this.#config = join(folder, "apt.conf");
    for (const name of ["state/lists/partial", "cache/archives/partial", "packages"]) {
      mkdirSync(join(folder, name), { recursive: true });
    }
    writeFileSync(join(folder, "status"), "");
    writeFileSync(join(folder, "release.sources"), formatSource(archive, suite));
    writeFileSync(this.#config, formatConfig(folder));
  }

  /** Fetches the list of its packages. */
  async update() {
    // Without Error-Mode, apt only warns if the archive is unreachable.
    await this.#apt("update", "-o", "APT::Update::Error-Mode=any");
  }

  /**
   * @param {string[]} names
   * @param {RegExp} without names of packages that are not needed
   * @returns {Promise<Package[]>} the packages and their dependencies
   */
  async resolve(names, without) {
    const text = await this.#apt(
      "install",
      "--print-uris",
      "-y",
      "--no-install-recommends",
      ...names,
    );
    return parseUris(text).filter(({ name }) => !without.test(name));
  }

  /**
   * @param {Package[]} packages
   * @returns {Promise<string[]>} their files; apt has checked the hashes
   */
  async download(packages) {
    const folder = join(this.#folder, "packages");
    await this.#apt("download", ...packages.map(({ name, version }) => `${name}=${version}`));
    return readdirSync(folder).map((name) => join(folder, name));
  }

  /**
   * @param {Package[]} packages
   * @returns {Promise<Record<string, string>>} SHA-256 by file name
   */
  async hashes(packages) {
    const wanted = packages.map(({ name, version }) => `${name}=${version}`);
    const text = await must("apt-cache", ["-c", this.#config, "show", ...wanted]);
    return Object.fromEntries(
      text.split(/\n\n+/).flatMap((stanza) => {
        const field = (/** @type {string} */ name) =>
          new RegExp(`^${name}: (.*)$`, "m").exec(stanza)?.[1];
        const hash = field("SHA256");
        const file = ["Package", "Version", "Architecture"].map(field).join("_");
        return hash ? [[`${file}.deb`, hash]] : [];
      }),
    );
  }

  /** @param {...string} args */
  #apt(...args) {
    const options = { cwd: join(this.#folder, "packages"), env: { LC_ALL: "C.UTF-8" } };
    return must("apt-get", ["-q", "-c", this.#config, ...args], options);
  }
}

/** @typedef {{ name: string, version: string, bytes: number }} Package */

/**
 * @param {string} text the output of `apt-get --print-uris`: 'uri' file bytes hash
 * @returns {Package[]}
 */
export function parseUris(text) {
  return [...text.matchAll(/^'[^']+' (\S+)_(\S+)_[^_\s]+\.deb (\d+) /gm)].map(
    ([, name, version, bytes]) => ({
      name,
      version: decodeURIComponent(version),
      bytes: Number(bytes),
    }),
  );
}

/**
 * @param {string[]} files packages
 * @param {string} root the folder to unpack them into
 */
export async function unpack(files, root) {
  for (const file of files) await must("dpkg", ["-x", file, root]);
}

/**
 * Fetches one file of the archive through the machine's apt.
 *
 * @param {Archive} archive
 * @param {string} path in the archive
 * @param {string} sha256
 * @param {string} folder the target folder
 * @returns {Promise<string>} the file; apt has checked its hash
 */
export async function fetchFile(archive, path, sha256, folder) {
  const file = join(folder, basename(path));
  const uri = `${archive.uri.replace(/\/$/, "")}/${path}`;
  await must("/usr/lib/apt/apt-helper", ["download-file", uri, file, `SHA256:${sha256}`]);
  return file;
}

/**
 * @param {Archive} archive
 * @param {string} suite
 */
function formatSource({ uri, signedBy }, suite) {
  const fields = ["Types: deb", `URIs: ${uri}`, `Suites: ${suite}`, "Components: main"];
  if (signedBy) fields.push(`Signed-By: ${signedBy}`);
  return `${fields.join("\n")}\n`;
}

/**
 * apt reads it after the machine's configuration, so it switches the machine's hooks off.
 *
 * @param {string} folder
 */
function formatConfig(folder) {
  return `
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Install-Pkgs;
#clear APT::Default-Release;
Dir::State "${folder}/state";
Dir::State::lists "${folder}/state/lists";
Dir::State::status "${folder}/status";
Dir::Cache "${folder}/cache";
Dir::Cache::archives "${folder}/cache/archives";
Dir::Etc::SourceList "${folder}/release.sources";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Acquire::Languages "none";
Acquire::Retries "3";
Debug::NoLocking "true";
`;
}
