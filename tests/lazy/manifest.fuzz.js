// Any bytes as a manifest, as text and as a structure: the result is a valid
// manifest or MANIFEST_INVALID, in a short time.
import assert from "node:assert/strict";
import { ApusError } from "../../js/core/errors.js";
import { parseManifest, reachable, successor } from "../../js/lazy/build/manifest.js";
import { hashesOf } from "../../js/lazy/net/hashes.js";

const url = "https://x.test/build/manifest.json";
const hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

export function seeds() {
  const files = {
    "assets/chart-3fd1.js": {
      name: "src/chart.js",
      imports: ["assets/shared-99ab.js"],
      integrity: `${hash} sha384-abc_-`,
      replaces: ["assets/chart-77c0.js", "/chart.js", "https://y.test/chart.js"],
    },
    "assets/shared-99ab.js": { imports: ["../build/assets/chart-3fd1.js"] },
  };
  const texts = [
    { apus: 1, build: "4f1c09", files },
    { apus: 1, build: "", files: {} },
    { apus: 1, build: "1", files: { "a.js": { integrity: Array(9).fill(hash).join(" ") } } },
    { apus: 1, build: "1", files: { "": {}, __proto__: {}, constructor: { name: "__proto__" } } },
    {
      apus: 1,
      build: "1",
      files: {
        "a.js": {
          entry: true,
          singleton: false,
          dynamic: ["a.js"],
          css: ["a.css"],
          assets: ["w.js"],
        },
        "w.js": { kind: "worker", size: 7, assets: ["a.js"] },
      },
    },
    { apus: 2 },
  ].map((json) => JSON.stringify(json));
  texts.push(
    `{"apus":1,"build":"1","files":{"__proto__":{"name":"toString","imports":["\\u0000"]}}}`,
  );
  // A structure: each line names a field and its value.
  texts.push(`:f/a.js\nn x\ni b.js\nh ${hash}\nr old.js\nf b.js\nn y\nr a.js`);
  return texts.map((text) => new TextEncoder().encode(text));
}

/** @param {Uint8Array} input */
export function run(input) {
  const text = new TextDecoder().decode(input);
  let json;
  if (text[0] === ":") json = built(text);
  else {
    try {
      json = JSON.parse(text);
    } catch {
      return; // the loader reports it
    }
  }
  const before = JSON.stringify(json);
  let manifest;
  try {
    manifest = parseManifest(json, url);
  } catch (error) {
    assert.ok(error instanceof ApusError && error.code === "MANIFEST_INVALID", String(error));
    return;
  } finally {
    assert.equal(JSON.stringify(json), before, "the input is not modified");
  }
  const { files, names, replaced } = manifest;
  for (const [href, { imports, dynamic, css, assets, integrity }] of files) {
    assert.equal(new URL(href).href, href);
    for (const next of [...imports, ...dynamic, ...css, ...assets])
      assert.equal(new URL(next).href, next);
    if (integrity === undefined) continue;
    const hashes = hashesOf(integrity) ?? [];
    assert.ok(hashes.length > 0, "a hash that cannot be checked");
    assert.ok(hashes.every(({ algorithm }) => algorithm === hashes[0].algorithm));
  }
  for (const [name, href] of names) {
    assert.ok(files.has(href));
    assert.equal(successor(manifest, "https://x.test/nothing.js", name), href);
  }
  for (const [old, href] of replaced) {
    assert.ok(files.has(href));
    assert.equal(successor(manifest, old), files.has(old) ? old : href);
  }
  assert.ok(reachable(manifest, files.keys(), true).size >= files.size);
  assert.equal(successor(manifest, "https://nowhere.test/user-settings.js"), undefined);
  assert.equal(manifest.at(url), manifest);
  assert.equal(manifest.at("https://y.test/").names.size, names.size);
}

/** @param {string} text */
function built(text) {
  /** @type {Record<string, any>} */
  const files = Object.create(null);
  /** @type {any} */
  let file = {};
  for (const line of text.slice(1).split("\n")) {
    const value = line.slice(2);
    if (line[0] === "f") {
      file = {};
      files[value] = file;
    } else if (line[0] === "n") file.name = value;
    else if (line[0] === "i") file.imports = [...(file.imports ?? []), value];
    else if (line[0] === "h") file.integrity = value;
    else if (line[0] === "r") file.replaces = [...(file.replaces ?? []), value];
    else file[line[0] ?? ""] = value;
  }
  return { apus: 1, build: "1", files };
}
