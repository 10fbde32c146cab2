// A picture through real builds and Vite's development server, shown by <apus-image>.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { build as esbuild } from "esbuild";
import { rolldown } from "rolldown";
import sharp from "sharp";
import { createServer, build as vite } from "vite";
import { imageVariants as forEsbuild } from "../../js/image/build/esbuild.node.js";
import { imageVariants as forVite } from "../../js/image/build/vite.node.js";
import { serve } from "../../tools/serve.js";
import { test as base, expect } from "../browser.js";

const types = { ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml" };
const main = `
  import { bird } from "@bird";
  import drawing from "./drawing.svg?apus";
  export const shown = [bird, drawing];
  if (globalThis.document) {
    await import(/* @vite-ignore */ new URL("/apus/define/image.js", globalThis.apusServer ?? location.href).href);
    for (const [index, image] of shown.entries()) {
      const element = Object.assign(document.createElement("apus-image"), image, { alt: "Image " + index });
      document.body.append(element);
    }
  }`;

const test = base.extend({
  /** A project with pictures. */
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), "apus-"));
    await mkdir(join(folder, "src/bird"), { recursive: true });
    const create = { width: 500, height: 300, channels: 3, background: "teal" };
    await sharp({ create }).jpeg().toFile(join(folder, "src/bird/Ein Spatz.jpg"));
    const files = {
      "src/drawing.svg":
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"><path d="M0 0h9v9"/></svg>',
      "src/bird/index.js":
        'export { default as bird } from "./Ein Spatz.jpg?widths=160,320,640&apus";',
      "src/main.js": main,
      "index.html":
        '<!doctype html><html lang="en"><title>Pictures</title><link rel="icon" href="data:,"><script type="module" src="/src/main.js"></script></html>',
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    await use(folder);
    await rm(folder, { recursive: true, maxRetries: 9 }); // a server may still write
  },
});

const viteConfig = (folder, more = {}) => ({
  root: folder,
  configFile: false,
  logLevel: "silent",
  resolve: { alias: { "@bird": join(folder, "src/bird/index.js") } },
  plugins: [forVite()],
  ...more,
});

/** Serves a built page next to Apus, below a path. */
async function site(folder, below) {
  return serve({
    async handle(_, response, { pathname }) {
      if (!pathname.startsWith(below)) return false;
      const file = join(folder, pathname.slice(below.length) || "index.html");
      const body = await readFile(file).catch(() => undefined);
      const type = types[extname(file)] ?? `image/${extname(file).slice(1)}`;
      response.writeHead(body ? 200 : 404, { "content-type": type });
      response.end(body);
      return true;
    },
  });
}

/** Both pictures are loaded. @returns the files that the browser chose */
async function shown(page) {
  const elements = page.locator("apus-image");
  await expect
    .poll(() => elements.evaluateAll((all) => all.map(({ state }) => state)))
    .toEqual(["loaded", "loaded"]);
  const box = await elements.first().boundingBox();
  expect(box.width / box.height).toBeCloseTo(500 / 300, 1);
  return elements.evaluateAll((all) => all.map(({ currentSrc }) => currentSrc));
}

for (const base of ["/built/", "./"]) {
  test(`Vite builds for base ${base}`, async ({ page, folder, problems }) => {
    const config = viteConfig(folder, { base, build: { outDir: "out", target: "es2022" } });
    await vite(config);
    const files = await readdir(join(folder, "out/assets"));
    const made = files.filter((name) => name.startsWith("Ein-Spatz-"));
    expect(made.map((name) => name.split("-")[3]).sort()).toEqual(
      ["160", "320", "500"].flatMap((width) => [`${width}.avif`, `${width}.jpg`, `${width}.webp`]),
    );
    const server = await site(join(folder, "out"), "/built/");
    await page.setViewportSize({ width: 300, height: 600 });
    await page.goto(`${server.url}/built/`);
    const [bird, drawing] = await shown(page);
    expect(bird).toMatch(/\/built\/assets\/Ein-Spatz-\w{16}-320\.avif$/);
    expect(drawing).toMatch(/\/built\/assets\/drawing-\w{16}\.svg$/);
    expect(problems).toEqual([]);
    await server.close();
  });
}

test("Vite's development server makes the file that the page asks for, and follows a change", async ({
  page,
  folder,
  server,
  problems,
}) => {
  const development = await createServer(
    viteConfig(folder, { base: "/site/", server: { host: "127.0.0.1", port: 0 } }),
  );
  await development.listen();
  await page.addInitScript((url) => {
    globalThis.apusServer = url;
  }, server.url);
  // Apus is served by another origin here, which allows no other.
  await page.route("**/apus/**", async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), "access-control-allow-origin": "*" };
    await route.fulfill({ response, headers });
  });
  await page.setViewportSize({ width: 300, height: 600 });
  await page.goto(development.resolvedUrls.local[0]);
  const [bird] = await shown(page);
  expect(bird).toMatch(/\/site\/@apus-image\/Ein-Spatz-\w{16}-320\.avif$/);
  const cache = join(folder, "node_modules/.cache/apus-image");
  const kept = await readdir(cache);
  expect(kept.filter((name) => name.endsWith("avif")).length).toBe(1);
  expect(kept.filter((name) => name.endsWith("webp")).length).toBe(0);

  const create = { width: 500, height: 300, channels: 3, background: "gold" };
  await sharp({ create }).jpeg().toFile(join(folder, "src/bird/Ein Spatz.jpg"));
  // Vite reloads the page.
  const now = () => page.evaluate(() => document.querySelector("apus-image").currentSrc);
  await expect.poll(() => now().catch(() => bird)).not.toBe(bird);
  expect((await shown(page))[0]).toMatch(/\w{16}-320\.avif$/);
  const gone = await page.request.get(bird.replace(/-\w{16}-/, "-0000000000000000-"));
  expect(await gone.text()).not.toMatch(/^.{4}ftyp/);
  await development.close();
  expect(problems).toEqual([]);
});

test("esbuild builds with splitting, to disk and to memory", async ({ page, folder, problems }) => {
  const config = {
    absWorkingDir: folder,
    entryPoints: ["src/main.js"],
    alias: { "@bird": join(folder, "src/bird/index.js") },
    outdir: "out",
    publicPath: "/built",
    format: "esm",
    bundle: true,
    minify: true,
    splitting: true,
    plugins: [forEsbuild({ folder: "img", formats: ["webp", "jpg"] })],
  };
  await esbuild(config);
  const html = await readFile(join(folder, "index.html"), "utf8");
  await writeFile(join(folder, "out/index.html"), html.replace("/src/main.js", "main.js"));
  const server = await site(join(folder, "out"), "/built/");
  await page.setViewportSize({ width: 300, height: 600 });
  await page.goto(`${server.url}/built/`);
  const [bird, drawing] = await shown(page);
  expect(bird).toMatch(/\/built\/img\/Ein-Spatz-\w{16}-320\.webp$/);
  expect(drawing).toMatch(/\/built\/img\/drawing-\w{16}\.svg$/);
  await server.close();

  const { outputFiles } = await esbuild({ ...config, write: false });
  const onDisk = await readdir(join(folder, "out/img"));
  const inMemory = outputFiles.filter(({ path }) => path.includes("/out/img/"));
  expect(inMemory.map(({ path }) => path.split("/").at(-1)).sort()).toEqual(onDisk.sort());
  for (const { path, contents } of inMemory) {
    expect(Buffer.from(contents).equals(await readFile(path))).toBe(true);
  }
  expect(problems).toEqual([]);
});

test("Rolldown without Vite names the files relative to the module", async ({ folder }) => {
  const bundle = await rolldown({
    input: join(folder, "src/bird/index.js"),
    plugins: [forVite({ cache: join(folder, "cache"), formats: ["webp"] })],
  });
  await bundle.write({ dir: join(folder, "out"), format: "esm", entryFileNames: "[name].mjs" });
  const { bird } = await import(join(folder, "out/index.mjs"));
  expect(bird.src).toMatch(/\/out\/assets\/Ein-Spatz-\w{16}-\{width\}\.\{format\}$/);
  expect(await readdir(join(folder, "out/assets"))).toHaveLength(3);
  await bundle.close();
});

test("builds fail with the file or the option that is wrong", async ({ folder }) => {
  await writeFile(join(folder, "src/drawing.svg"), "no drawing");
  const message = /drawing\.svg: Input buffer contains unsupported image format/;
  await expect(vite(viteConfig(folder))).rejects.toThrow(message);
  const config = { entryPoints: [join(folder, "src/main.js")], bundle: true, write: false };
  const alias = { "@bird": join(folder, "src/bird/index.js") };
  const plugins = [forEsbuild({ cache: false })];
  const format = "esm";
  const build = () =>
    esbuild({ ...config, alias, plugins, format, logLevel: "silent", outdir: "o" });
  await expect(build()).rejects.toThrow(message);
  await writeFile(join(folder, "src/main.js"), 'import "./drawing.svg?widths=none&apus"');
  await expect(build()).rejects.toThrow(/widths must be between 1 and 16383, got NaN/);
  await writeFile(join(folder, "src/main.js"), 'import "./none.svg?apus"');
  await expect(build()).rejects.toThrow(/none\.svg/);
  await expect(vite(viteConfig(folder))).rejects.toThrow(/none\.svg/);
  for (const plugin of [forVite, forEsbuild]) {
    expect(() => plugin({ formats: ["bmp"] })).toThrow(/imageVariants: formats must be of avif/);
    expect(() => plugin({ with: 3 })).toThrow(/unknown option "with"/);
  }
});
