// The manifests of all builds, for ever: tests/lazy/manifests holds one of each set of fields that a
// build has written. None of them may change.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { parseManifest, reachable, successor } from "../../js/lazy/build/manifest.js";
import * as first from "./manifests/reader-0.1.js";

const folder = new URL("manifests/", import.meta.url);
const fixtures = (await readdir(folder)).filter((name) => name.endsWith(".json"));
const read = async (name) => JSON.parse(await readFile(new URL(name, folder), "utf8"));
const url = "https://x.test/app/apus-manifest.json";
const at = (path) => new URL(path, url).href;

for (const name of fixtures) {
  test(`today's code reads the manifest ${name}`, async () => {
    const manifest = parseManifest(await read(name), url);
    const chart = manifest.names.get("src/chart.js") ?? "";
    const { imports, singleton } = manifest.files.get(chart) ?? {};
    assert.deepEqual([imports, singleton], [[at("assets/shared-99ab0c1d.js")], false]);
    assert.ok(reachable(manifest, [chart]).has(at("assets/shared-99ab0c1d.js")));
    if (name > "0.1.json") {
      assert.equal(successor(manifest, at("assets/chart-3fd1a0b2.js")), chart);
    }
  });

  test(`a page of 0.1.0 reads the manifest ${name}`, async () => {
    const manifest = first.parseManifest(await read(name), url);
    const chart = first.successor(manifest, at("assets/chart-00000000.js"), "src/chart.js");
    assert.equal(chart, manifest.names.get("src/chart.js"));
    assert.deepEqual(manifest.files.get(chart ?? "")?.imports, [at("assets/shared-99ab0c1d.js")]);
    // Sheets in the list do not disturb its search by similar names.
    assert.equal(first.successor(manifest, at("assets/chart-00000000.js")), chart);
  });
}

test("a later build's fields are ignored", async () => {
  const json = await read("0.2.json");
  for (const file of Object.values(json.files)) file.later = { of: ["any", "form"] };
  assert.deepEqual(
    [...parseManifest({ ...json, later: 1 }, url).files],
    [...parseManifest(await read("0.2.json"), url).files],
  );
});

test("everything that a route needs is reachable, and what it may ask for when wanted", async () => {
  const manifest = parseManifest(await read("0.2.json"), url);
  const paths = (urls, dynamic) =>
    [...reachable(manifest, urls.map(at), dynamic)].map((it) => it.slice(at("assets/").length));
  const route = [
    "chart-7c41d5e6.js",
    "shared-99ab0c1d.js",
    "chart-0a1b2c3d.css",
    "solver-8c7b6a59.wasm",
    "worker-0f1e2d3c.js",
    "sans-5e4d3c2b.woff2",
  ];
  assert.deepEqual(paths(["assets/chart-7c41d5e6.js"]), route);
  const main = ["main-1a2b3c4d.js", "shared-99ab0c1d.js"];
  assert.deepEqual(paths(["assets/main-1a2b3c4d.js"]), main);
  assert.equal(paths(["assets/main-1a2b3c4d.js"], true).length, 7);
  assert.deepEqual(paths(["assets/unknown.js"]), ["unknown.js"]);
});

test("a field of a wrong form is named", () => {
  const wrong = { name: 1, kind: 1, size: -1, entry: 1, singleton: "", integrity: "md5-x" };
  const lists = { imports: "a", dynamic: [1], css: {}, assets: [null], replaces: 0 };
  for (const [field, value] of Object.entries({ ...wrong, ...lists })) {
    const json = { apus: 1, build: "1", files: { "a.js": { [field]: value } } };
    assert.throws(() => parseManifest(json, url), {
      code: "MANIFEST_INVALID",
      message: `${url}: a.js: bad "${field}"`,
    });
  }
});
