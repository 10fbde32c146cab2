// The packages of the set-up's Emscripten when they were last reviewed, with their hashes
// (emscripten-pins.json). To record the packages that Debian has now:
//
//   node tools/setup/debian/emscripten-pins.js
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

const FILE = new URL("emscripten-pins.json", import.meta.url);

/** SHA-256 by the file name of a package. @typedef {Record<string, string>} Pins */

/** @param {string} suite @returns {Pins} empty for a release without a record */
export function pinsOf(suite) {
  return JSON.parse(readFileSync(FILE, "utf8"))[suite] ?? {};
}

/**
 * Compares downloaded packages with the recorded ones. apt has checked Debian's signatures; this
 * checks that they are also the packages that were reviewed.
 * @param {string[]} files @param {Pins} pins
 * @returns {string | undefined} the changes since, for people
 * @throws {Error} if a file has a recorded name and other bytes
 */
export function comparePins(files, pins) {
  /** @type {string[]} */
  const fresh = [];
  for (const file of files) {
    const name = decodeURIComponent(basename(file));
    const hash = createHash("sha256").update(readFileSync(file)).digest("hex");
    if (pins[name] === undefined) fresh.push(name);
    else if (pins[name] !== hash) {
      throw new Error(`${name} has the SHA-256 ${hash}; the recorded one is ${pins[name]}`);
    }
  }
  if (fresh.length === 0) return undefined;
  const some = fresh.slice(0, 3).join(", ") + (fresh.length > 3 ? ", …" : "");
  return `Debian's archive has moved on: ${fresh.length} of ${files.length} packages are newer than the recorded ones (${some})`;
}

/** @param {string[]} suites */
async function record(suites) {
  const { debianArchive, Release } = await import("./archive.js");
  const { PACKAGES, UNUSED } = await import("./emscripten-copy.js");
  const archive = debianArchive();
  if (!archive) throw new Error("this machine has no Debian archive");
  /** @type {Record<string, Pins>} */
  const all = {};
  for (const suite of suites) {
    const folder = mkdtempSync(join(tmpdir(), "apus-pins-"));
    const release = new Release(archive, suite, folder);
    await release.update();
    const hashes = await release.hashes(await release.resolve(PACKAGES, UNUSED));
    all[suite] = Object.fromEntries(Object.entries(hashes).sort());
    rmSync(folder, { recursive: true });
  }
  writeFileSync(FILE, `${JSON.stringify(all, null, 2)}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  // Not awaited, because that module imports this one.
  import("../emscripten.js").then(({ SUITES }) => record(SUITES));
}
