import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { sbom } from "../../tools/notices.js";

const root = new URL("../..", import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8"));

/** The files that `npm pack` would put into the package. */
function packed() {
  const json = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const answer = JSON.parse(json);
  const [{ files }] = Array.isArray(answer) ? answer : Object.values(answer);
  return files.map(({ path }) => path);
}

test("publint finds no problem", async () => {
  const { messages } = await publint({ pkgDir: root, level: "warning" });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, manifest)),
    [],
  );
});

test("the package holds what a user needs", () => {
  const files = packed();
  for (const needed of [
    "js/index.js",
    "js/define.js",
    "dist/wasm.js",
    "dist/apus-bytes.wasm",
    "dist/apus-cache.wasm",
    "dist/apus-image.wasm",
    "dist/apus-lazy.wasm",
    "dist/apus-list.wasm",
    "dist/apus-quantum.wasm",
    "dist/apus-sampler.wasm",
    "dist/apus-store.wasm",
    "dist/apus-sync.wasm",
    "dist/pack-worker.js",
    "dist/quantum-worker.js",
    "dist/worker.js",
    "dist/worker-page.js",
    "dist/define.js",
    "dist/define/list.js",
    "dist/types/index.d.ts",
    "dist/types/elements/types/react.d.ts",
    "dist/custom-elements.json",
    "dist/vscode.html-custom-data.json",
    "dist/web-types.json",
    "dist/THIRD-PARTY-NOTICES.txt",
    "dist/sbom.cdx.json",
    "README.md",
    "LICENSE",
  ]) {
    assert.ok(files.includes(needed), `${needed} is missing`);
  }
});

test("the package holds nothing else", () => {
  const strange = packed().filter(
    (path) =>
      !/^(js\/|dist\/|demo\/atlas(-dark)?\.png$|package\.json$|README\.md$|LICENSE$|SECURITY\.md$|CHANGELOG\.md$)/.test(
        path,
      ),
  );
  assert.deepEqual(strange, []);
});

test("the README's pictures are in the package", () => {
  const files = packed();
  const readme = readFileSync(`${root}README.md`, "utf8");
  const pictures = [...readme.matchAll(/(?:src|srcset)="([^":]+\.(?:png|svg))"/g)].map(
    ([, name]) => name,
  );
  assert.ok(pictures.length >= 2);
  for (const name of pictures) assert.ok(files.includes(name), `${name} is missing`);
});

test("the entry for service workers is one file", () => {
  const imports = readFileSync(`${root}dist/worker.js`, "utf8").match(/\bimport\s*\([^)]*\)/g);
  assert.equal(imports, null);
});

test("third-party software in it is named, with its licence", async () => {
  const { dependencies } = manifest;
  const text = readFileSync(`${root}dist/THIRD-PARTY-NOTICES.txt`, "utf8");
  const { components } = JSON.parse(readFileSync(`${root}dist/sbom.cdx.json`, "utf8"));
  const names = [...Object.keys(dependencies), "zstd"];
  assert.deepEqual(components.map(({ name }) => name).sort(), names.sort());
  for (const name of [...names, "musl", "Emscripten"])
    assert.match(text, new RegExp(`^${name}`, "m"));
  for (const { scope, hashes } of components) {
    assert.equal(scope, "required");
    assert.match(hashes[0].content, /^[0-9a-f]{64,128}$/);
  }
  const all = JSON.parse(await sbom({ all: true })).components;
  assert.ok(all.some(({ name, scope }) => name === "esbuild" && scope === "excluded"));
});

test("the lock file names no download addresses", () => {
  assert.doesNotMatch(readFileSync(`${root}package-lock.json`, "utf8"), /"resolved"/);
});
