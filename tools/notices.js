// Third-party software in dist/: its licences (THIRD-PARTY-NOTICES.txt) and a bill of materials for
// programs (sbom.cdx.json, CycloneDX). To print the bill with everything that builds and tests the
// package:
//
//   node tools/notices.js
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./run.js";
import { emscriptenEnv } from "./setup/emscripten.js";
import { SOURCES, sourceFolder } from "./setup/sources.js";

const json = async (/** @type {string} */ path) =>
  JSON.parse(await readFile(join(root, path), "utf8"));

/** @returns {Promise<string>} the text of THIRD-PARTY-NOTICES.txt */
export async function notices() {
  const { dependencies } = await json("package.json");
  const parts = [];
  for (const name of Object.keys(dependencies).sort()) {
    const { version, license } = await json(`node_modules/${name}/package.json`);
    const text = await readFile(join(root, "node_modules", name, "LICENSE"), "utf8");
    parts.push([`${name} ${version}`, license, text]);
  }
  const zstd = await readFile(join(sourceFolder("zstd"), "LICENSE"), "utf8");
  parts.push([`zstd ${SOURCES.zstd.version}`, "BSD-3-Clause, in apus-store.wasm", zstd]);
  const musl = join(emscriptenEnv()?.root ?? "", "system/lib/libc/musl/COPYRIGHT");
  parts.push(["musl", "MIT, in the .wasm files", await readFile(musl, "utf8").catch(() => MIT)]);
  parts.push(["Emscripten", "MIT, in the .wasm files", EMSCRIPTEN]);
  const line = "-".repeat(80);
  return [
    "Apus contains the following third-party software under these licences.\n",
    ...parts.map(
      ([what, licence, text]) => `${line}\n${what} (${licence})\n${line}\n\n${text.trim()}\n`,
    ),
  ].join("\n");
}

/**
 * @param {{ all?: boolean }} [options] `all`: with the packages that only build and test it, marked as excluded
 * @returns {Promise<string>} CycloneDX 1.5; the same for the same lock file
 */
export async function sbom({ all = false } = {}) {
  const { name, version, packages } = await json("package-lock.json");
  const components = [];
  for (const [place, entry] of Object.entries(packages)) {
    if (place === "" || entry.link || (entry.dev && !all)) continue;
    const name = place.replace(/^.*node_modules\//, "");
    components.push({
      type: "library",
      "bom-ref": place.replace(/^node_modules\//, ""),
      name,
      version: entry.version,
      scope: entry.dev ? "excluded" : "required",
      purl: `pkg:npm/${name.replace("@", "%40")}@${entry.version}`,
      ...(entry.license ? { licenses: [{ expression: entry.license }] } : {}),
      ...(entry.integrity ? { hashes: [sha512(entry.integrity)] } : {}),
      ...(entry.dev
        ? { properties: [{ name: "cdx:npm:package:development", value: "true" }] }
        : {}),
    });
  }
  for (const [library, { version, debian }] of Object.entries(SOURCES)) {
    const shipped = library === "zstd";
    if (!shipped && !all) continue;
    components.push({
      type: "library",
      "bom-ref": `${library}-${version}`,
      name: library,
      version,
      scope: shipped ? "required" : "excluded",
      licenses: [{ expression: "BSD-3-Clause" }],
      hashes: [{ alg: "SHA-256", content: debian.sha256 }],
    });
  }
  const component = { type: "library", "bom-ref": name, name, version };
  const bom = { bomFormat: "CycloneDX", specVersion: "1.5", version: 1 };
  return `${JSON.stringify({ ...bom, metadata: { component }, components }, null, 2)}\n`;
}

/** @param {string} integrity as in a lock file */
function sha512(integrity) {
  const [, base64] = /^sha512-(\S+)$/.exec(integrity) ?? [];
  return { alg: "SHA-512", content: Buffer.from(base64 ?? "", "base64").toString("hex") };
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this
software and associated documentation files (the "Software"), to deal in the Software without
restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

const EMSCRIPTEN = `Copyright (c) 2010-2014 Emscripten authors, see AUTHORS file.\n\n${MIT}`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  process.stdout.write(await sbom({ all: true }));
}
