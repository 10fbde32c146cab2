// The packed package, unpacked as an install would, through bundlers into Chromium.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { rspack } from "@rspack/core";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import webpack from "webpack";
import { serve } from "../../tools/serve.js";
import { expect, test } from "../browser.js";

const root = new URL("../..", import.meta.url).pathname;

/** A project with the package installed. @param {string} name */
function project(name) {
  const folder = join(root, "build/bundlers", name);
  rmSync(folder, { recursive: true, force: true });
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "apus"), { recursive: true });
  cpSync(join(root, "tests/package/app"), folder, { recursive: true });
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], {
    cwd: root,
    stdio: "ignore",
  });
  const { version, dependencies } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  execFileSync("tar", [
    ...["-xzf", join(folder, `apus-${version}.tgz`)],
    ...["-C", join(modules, "apus"), "--strip-components=1"],
  ]);
  for (const dependency of Object.keys(dependencies)) {
    symlinkSync(join(root, "node_modules", dependency), join(modules, dependency));
  }
  return folder;
}

/** Serves a built page under the policy of a careful site and returns its result. */
async function titleOf(page, folder) {
  const types = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
  const server = await serve({
    handle: async (_request, response, { pathname }) => {
      const file = join(folder, pathname === "/" ? "index.html" : pathname);
      const body = await readFile(file).catch(() => undefined);
      response.writeHead(body ? 200 : 404, {
        "content-type": types[extname(file)] ?? "text/plain",
        "content-security-policy":
          "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'; trusted-types apus bundler",
      });
      response.end(body);
      return true;
    },
  });
  await page.goto(server.url);
  await expect(page).not.toHaveTitle("A user's page");
  const title = `${await page.title()}, ${page.workers().length} worker`;
  await server.close();
  return title;
}

test("Vite bundles it", async ({ page }) => {
  const folder = project("vite");
  await vite({ root: folder, logLevel: "error", build: { target: "es2022" } });
  expect(await titleOf(page, join(folder, "dist"))).toBe("hello list, 1 worker");
});

test("esbuild bundles it, with the .wasm files and the worker copied next to the scripts", async ({
  page,
}) => {
  const folder = project("esbuild");
  const out = join(folder, "dist");
  const { warnings } = await esbuild({
    entryPoints: [join(folder, "main.js")],
    outdir: out,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    logLevel: "silent",
  });
  expect(warnings).toEqual([]);
  for (const name of ["apus-cache.wasm", "apus-list.wasm", "apus-store.wasm", "pack-worker.js"]) {
    cpSync(join(folder, "node_modules/apus/dist", name), join(out, name));
  }
  cpSync(join(folder, "index.html"), join(out, "index.html"));
  expect(await titleOf(page, out)).toBe("hello list, 1 worker");
});

for (const [name, bundler] of Object.entries({ webpack, Rspack: rspack })) {
  test(`${name} bundles it without a warning`, async ({ page }) => {
    const folder = project(name);
    const out = join(folder, "dist");
    const compiler = bundler({
      mode: "production",
      context: folder,
      entry: "./main.js",
      // Their own chunk loader makes script URLs.
      output: { path: out, trustedTypes: "bundler" },
    });
    const stats = await new Promise((resolve, reject) => {
      compiler.run((error, stats) => (error ? reject(error) : resolve(stats)));
    });
    await new Promise((resolve) => compiler.close(resolve));
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    expect([...errors, ...warnings].map(({ message }) => message)).toEqual([]);
    cpSync(join(folder, "index.html"), join(out, "index.html"));
    expect(await titleOf(page, out)).toBe("hello list, 1 worker");
  });
}
