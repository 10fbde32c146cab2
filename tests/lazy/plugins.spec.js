// Real builds by each bundler, driven in Chromium: the manifest lists what the page asks for.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { parseManifest, reachable } from "../../js/lazy/build/manifest.js";
import { serve } from "../../tools/serve.js";
import { expect, test } from "../browser.js";
import { writeApp } from "../deploys/builds/app.js";
import * as bundlers from "../deploys/builds/bundlers.js";

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** Serves a folder; `asked` are the paths of the requests. @param {string} folder @param {object} [headers] */
async function site(folder, headers = {}) {
  /** @type {string[]} */
  const asked = [];
  const { url, close } = await serve({
    handle: async (_request, response, { pathname }) => {
      const path = pathname === "/" ? "index.html" : pathname.slice(1);
      asked.push(path);
      const body = await readFile(join(folder, path)).catch(() => undefined);
      const type = types[extname(path)] ?? "application/octet-stream";
      response.writeHead(body ? 200 : 404, { "content-type": type, ...headers }).end(body);
      return true;
    },
  });
  return { url, asked, close };
}

/** esbuild knows no workers: the page starts them through the gate, by their name. */
const gated = `
import { lazy } from "apus/lazy";
export const leaving = () => false;
export const wrap = (load) => load;
export const compile = async (url) => WebAssembly.compileStreaming(fetch(url));
export const json = async (url) => (await fetch(url)).json();
export const start = (name) => lazy(name, { as: "worker", manifest: "/apus-manifest.json" });
`;

/** @type {[name: string, bundler: import("../deploys/builds/app.js").Bundler, build: (task: any) => Promise<unknown>, ways?: string][]} */
const cases = [
  ["Vite", "vite", bundlers.withVite],
  ["Vite with chunkImportMap", "vite", bundlers.withImportMap],
  ["esbuild", "esbuild", bundlers.withEsbuild, gated],
  ["webpack", "webpack", bundlers.withWebpack],
  ["Rspack", "rspack", bundlers.withRspack],
];

for (const [name, bundler, build, ways] of cases) {
  test(`${name}: the manifest lists what each route asks for`, async ({ page }) => {
    const folder = await writeApp(`plugin-${name.replaceAll(" ", "-")}`, bundler, 1, ways);
    const out = join(folder, "dist");
    await build({ folder, out });
    const server = await site(out);
    const json = JSON.parse(await readFile(join(out, "apus-manifest.json"), "utf8"));
    const manifest = parseManifest(json, `${server.url}/apus-manifest.json`);
    const inBuild = (/** @type {Iterable<string>} */ urls) =>
      [...urls].map((url) => url.slice(server.url.length + 1));

    await page.goto(server.url);
    await expect.poll(() => page.evaluate(() => globalThis.app?.build)).toBe(1);
    const entries = [...manifest.files].filter(([, { entry }]) => entry).map(([url]) => url);
    expect(entries).toHaveLength(1);
    const here = new Set(inBuild(reachable(manifest, entries)));
    // esbuild puts the sheets of all routes into that of the entry as well, and asks for no other.
    const own = (/** @type {string} */ path) =>
      path in json.files && (bundler !== "esbuild" || !/\.(css|woff2)$/.test(path));
    expect(server.asked.filter(own).sort()).toEqual([...here].filter(own).sort());

    for (const route of ["chart", "solver", "work"]) {
      const before = server.asked.length;
      const shown = await page.evaluate((route) => globalThis.app.open(route), route);
      expect(new Set(Object.values(shown)), JSON.stringify(shown)).toEqual(new Set([1]));
      const start = manifest.names.get(`src/${route}.js`);
      const needed = inBuild(reachable(manifest, [start ?? ""]));
      const missing = needed.filter((path) => !here.has(path));
      for (const path of missing) here.add(path);
      // The loader brings its own parts.
      const parts = ways ? inBuild(reachable(manifest, entries, true)) : [];
      const asked = new Set(server.asked.slice(before).filter(own));
      for (const path of parts) if (!needed.includes(path)) asked.delete(path);
      expect([...asked].sort(), route).toEqual(missing.filter(own).sort());
    }
    await server.close();
  });
}

test("an import map with hashes stops a chunk that was changed, whoever imports it", async ({
  page,
}) => {
  for (const build of [bundlers.withVite, bundlers.withImportMap]) {
    const folder = await writeApp("integrity", "vite", 1);
    const out = join(folder, "dist");
    await build({ folder, out, plugin: { integrity: true }, nonce: "n0nce" });
    const policy = "script-src 'nonce-n0nce' 'strict-dynamic' 'wasm-unsafe-eval'";
    const server = await site(out, { "content-security-policy": policy });
    await page.goto(server.url);
    await expect.poll(() => page.evaluate(() => globalThis.app?.build)).toBe(1);
    expect(await page.evaluate(() => globalThis.app.open("work"))).toMatchObject({ work: 1 });
    const { files } = JSON.parse(await readFile(join(out, "apus-manifest.json"), "utf8"));
    const [path] = Object.entries(files).find(([, { name }]) => name === "src/chart.js") ?? [""];
    await writeFile(
      join(out, path),
      `${await readFile(join(out, path), "utf8")};globalThis.evil = 1;`,
    );
    await page.reload();
    await expect.poll(() => page.evaluate(() => globalThis.app?.build)).toBe(1);
    const opened = page.evaluate(() => globalThis.app.open("chart"));
    await expect(opened).rejects.toThrow(/dynamically imported module/);
    expect(await page.evaluate(() => globalThis.evil)).toBe(undefined);
    await server.close();
  }
});

test("Rolldown, with the interface of Rollup", async () => {
  const folder = await writeApp("plugin-rolldown", "webpack", 1);
  const out = join(folder, "dist");
  await mkdir(out, { recursive: true });
  await bundlers.withRolldown({ folder, out });
  const json = JSON.parse(await readFile(join(out, "apus-manifest.json"), "utf8"));
  const { names, files } = parseManifest(json, "https://x.test/apus-manifest.json");
  expect([...names.keys()].sort()).toEqual([
    "src/chart.js",
    "src/main.js",
    "src/solver.js",
    "src/work.js",
  ]);
  expect(files.get(names.get("src/main.js") ?? "")).toMatchObject({ entry: true, singleton: true });
  expect(files.get(names.get("src/main.js") ?? "")?.dynamic).toHaveLength(3);
});
