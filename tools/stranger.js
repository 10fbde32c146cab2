// Follows demo/docs/getting-started.md literally: its commands and files in an empty folder, with the packed
// package in place of the published one, and its test in Chromium for each server that it starts.
//
//   npm run stranger [-- --tarball FILE]
//
// --tarball installs a package that is packed already, and builds nothing.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./run.js";
import { setup } from "./setup.js";

const { values } = parseArgs({ options: { tarball: { type: "string" } } });
const compilers = /** @type {const} */ (values.tarball ? [] : ["emscripten", "sources"]);
const { chromium } = await setup({ need: ["npm", ...compilers, "chromium"] });
if (!values.tarball) {
  const { build } = await import("./build.js");
  await build(["wasm", "js", "types", "manifest"]);
}
const { pack } = await import("./fixtures/fixture.js");
const { follow, read } = await import("./fixtures/stranger.js");

const page = read(await readFile(join(root, "demo/docs/getting-started.md"), "utf8"));
const folder = await mkdtemp(join(tmpdir(), "apus-stranger-"));
try {
  const tarball = values.tarball ? resolve(values.tarball) : await pack(folder);
  const begin = performance.now();
  const opened = await follow(page, {
    folder,
    tarball,
    chromium: String(chromium),
    log: console.log,
  });
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  console.log(`${page.steps.length} steps of the page, ${opened} servers tested, ${seconds} s`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
