import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { build } from "esbuild";
import { build as viteBuild } from "vite";
import { parseManifest, successor } from "../../js/lazy/build/manifest.js";
import { lazyManifest as forEsbuild } from "../../js/lazy/build/plugins/esbuild.node.js";
import { withIntegrity } from "../../js/lazy/build/plugins/import-map.node.js";
import { lazyManifest as forVite } from "../../js/lazy/build/plugins/vite.node.js";

const folder = await mkdtemp(join(tmpdir(), "apus-"));
after(() => rm(folder, { recursive: true }));

async function project(text) {
  const files = {
    "src/main.js": 'import "./shared.js"; import("./chart.js"); import("./map.js");',
    "src/chart.js": `import { shared } from "./shared.js"; export const chart = shared + "${text}";`,
    "src/map.js": 'import { shared } from "./shared.js"; export const map = shared;',
    "src/shared.js": "export const shared = Math.random();",
  };
  await mkdir(join(folder, "src"), { recursive: true });
  for (const [path, body] of Object.entries(files)) await writeFile(join(folder, path), body);
}

const options = {
  absWorkingDir: folder,
  entryPoints: ["src/main.js"],
  outdir: "out",
  bundle: true,
  splitting: true,
  format: "esm",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  plugins: [forEsbuild()],
};

const read = async (path) => JSON.parse(await readFile(join(folder, path), "utf8"));

test("the esbuild plugin writes graph, names and hashes", async () => {
  await project("one");
  await build(options);
  const manifest = parseManifest(await read("out/apus-manifest.json"), "https://x.test/out/m.json");
  const chart = manifest.names.get("src/chart.js");
  assert.match(chart ?? "", /^https:\/\/x\.test\/out\/chart-\w{8}\.js$/);
  const { imports, integrity } = manifest.files.get(chart ?? "") ?? {};
  assert.equal(imports?.length, 1);
  assert.ok(manifest.files.has(imports?.[0] ?? ""));
  const content = await readFile(join(folder, "out", new URL(chart ?? "").pathname.slice(5)));
  assert.equal(integrity, `sha384-${createHash("sha384").update(content).digest("base64")}`);
});

test("a script that esbuild copies belongs to the file that names it", async () => {
  await project("one");
  await writeFile(join(folder, "src/task.worker.js"), "postMessage(1);");
  const contents = `import url from "./src/task.worker.js"; new Worker(url);`;
  const { outputFiles } = await build({
    ...options,
    entryPoints: [],
    stdin: { contents, resolveDir: folder },
    loader: { ".worker.js": "file" },
    assetNames: "[name]-[hash]",
    write: false,
  });
  const file = outputFiles.find(({ path }) => path.endsWith("apus-manifest.json"));
  const { files } = JSON.parse(file?.text ?? "");
  const [[, { assets }]] = Object.entries(files).filter(([path]) => path.startsWith("stdin"));
  assert.equal(assets.length, 1);
  assert.match(assets[0], /^task\.worker-\w+\.js$/);
  assert.ok(Object.hasOwn(files, assets[0]));
});

test("a new build has another id, and the same names lead to new files", async () => {
  const url = "https://x.test/out/m.json";
  const builds = [];
  for (const text of ["one", "one", "two"]) {
    await project(text);
    const { outputFiles } = await build({ ...options, write: false });
    const file = outputFiles.find(({ path }) => path.endsWith("apus-manifest.json"));
    builds.push(parseManifest(JSON.parse(file?.text ?? ""), url));
  }
  assert.equal(builds[0].build, builds[1].build);
  assert.notEqual(builds[0].build, builds[2].build);
  const old = builds[0].names.get("src/chart.js") ?? "";
  const fresh = builds[2].names.get("src/chart.js");
  assert.notEqual(old, fresh);
  assert.equal(successor(builds[2], old, "src/chart.js"), fresh);
  assert.equal(successor(builds[2], old), undefined, "a similar file name is no successor");
});

test("a build that knows earlier builds lists the files it replaces", async () => {
  const url = "https://x.test/out/m.json";
  const previous = join(folder, "out/apus-manifest.json");
  await rm(previous, { force: true });
  const olds = [];
  for (const text of ["one", "two", "three"]) {
    await project(text);
    await build({ ...options, plugins: [forEsbuild({ previous })] });
    const manifest = parseManifest(await read("out/apus-manifest.json"), url);
    const chart = manifest.names.get("src/chart.js") ?? "";
    for (const old of olds) assert.equal(successor(manifest, old), chart);
    olds.push(chart);
  }
  assert.equal(new Set(olds).size, 3);
});

test("the same for Vite, which empties its output folder", async () => {
  const previous = join(folder, "vite/apus-manifest.json");
  const manifests = [];
  for (const text of ["one", "two"]) {
    await project(text);
    await viteBuild({
      root: folder,
      configFile: false,
      logLevel: "silent",
      build: { outDir: "vite", rollupOptions: { input: join(folder, "src/main.js") } },
      plugins: [forVite({ previous })],
    });
    manifests.push(parseManifest(await read("vite/apus-manifest.json"), "https://x.test/m.json"));
  }
  const [old, fresh] = manifests.map(({ names }) => names.get("src/chart.js") ?? "");
  assert.notEqual(old, fresh);
  assert.equal(successor(manifests[1], old), fresh);
});

test("the Vite plugin writes the manifest of the files that Vite wrote", async () => {
  await project("one");
  await viteBuild({
    root: folder,
    configFile: false,
    logLevel: "silent",
    build: { outDir: "vite", minify: true, rollupOptions: { input: join(folder, "src/main.js") } },
    plugins: [forVite()],
  });
  const url = "https://x.test/m.json";
  const manifest = parseManifest(await read("vite/apus-manifest.json"), url);
  assert.deepEqual([...manifest.names.keys()].sort(), [
    "src/chart.js",
    "src/main.js",
    "src/map.js",
  ]);
  for (const [href, { imports, integrity }] of manifest.files) {
    const content = await readFile(join(folder, "vite", new URL(href).pathname));
    assert.equal(integrity, `sha384-${createHash("sha384").update(content).digest("base64")}`);
    for (const next of imports) assert.ok(manifest.files.has(next), next);
  }
  const { imports } = manifest.files.get(manifest.names.get("src/map.js") ?? "") ?? {};
  assert.ok(imports?.length, "the chunk shared with the chart");
});

test("the Vite plugin skips files of other sites, and virtual names", async () => {
  const out = join(folder, "rollup");
  await mkdir(out, { recursive: true });
  const chunk = { type: "chunk", facadeModuleId: null, imports: [] };
  const imports = ["b-2.js", "https://elsewhere.test/x.js"];
  const bundle = {
    "a-1.js": { ...chunk, fileName: "a-1.js", facadeModuleId: "\0virtual", imports },
    "b-2.js": { ...chunk, fileName: "b-2.js" },
    "c.css": { type: "asset", fileName: "c.css" },
  };
  for (const path of Object.keys(bundle)) await writeFile(join(out, path), path);
  await forVite().writeBundle({ dir: out }, bundle);
  const { files } = await read("rollup/apus-manifest.json");
  assert.deepEqual(Object.keys(files), ["a-1.js", "b-2.js"]);
  assert.deepEqual(files["a-1.js"].imports, ["b-2.js"]);
  assert.equal(files["a-1.js"].name, undefined);
});

test("a page gets an import map before its first script, or its own is completed", () => {
  const files = {
    "a-1.js": { integrity: "sha384-a" },
    "worker.js": { kind: "worker", integrity: "sha384-w" },
    "a.css": { integrity: "sha384-c" },
  };
  const mapOf = (html) =>
    JSON.parse(/<script type="importmap"[^>]*>(.*?)<\/script>/.exec(html)?.[1] ?? "");
  const page = `<head><meta><script src="x.js"></script></head>`;
  const plain = withIntegrity(page, { files, path: "index.html", base: "/app/", nonce: "n" });
  assert.deepEqual(mapOf(plain), { integrity: { "/app/a-1.js": "sha384-a" } });
  assert.match(plain, /<meta><script type="importmap" nonce="n">.*<\/script>\s*<script src/);
  const nested = withIntegrity(page, { files, path: "en/index.html", base: "./" });
  assert.deepEqual(mapOf(nested), { integrity: { "../a-1.js": "sha384-a" } });
  const own = `<script type="importmap">{"imports":{"x":"</b>/y.js"}}</script><script></script>`;
  const completed = withIntegrity(own, { files, path: "index.html", base: "" });
  assert.deepEqual(mapOf(completed), {
    imports: { x: "</b>/y.js" },
    integrity: { "./a-1.js": "sha384-a" },
  });
  assert.ok(!completed.includes("</b>"), "nothing in it ends the script");
});
