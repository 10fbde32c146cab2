// Follows demo/docs/getting-started.md literally: its commands and files in an empty folder, with the packed
// package in place of the published one, and its test in Chromium for each server that it starts.
//
//   npm run stranger
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./run.js";
import { setup } from "./setup.js";

const { chromium } = await setup({ need: ["npm", "emscripten", "sources", "chromium"] });
const { build } = await import("./build.js");
await build(["wasm", "js", "types", "manifest"]);
const { pack } = await import("./fixtures/fixture.js");
const { follow, read } = await import("./fixtures/stranger.js");

const page = read(await readFile(join(root, "demo/docs/getting-started.md"), "utf8"));
const folder = await mkdtemp(join(tmpdir(), "apus-stranger-"));
const begin = performance.now();
try {
  const opened = await follow(page, {
    folder,
    tarball: await pack(),
    chromium: String(chromium),
    log: console.log,
  });
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  console.log(`${page.steps.length} steps of the page, ${opened} servers tested, ${seconds} s`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
