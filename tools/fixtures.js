// Tries the packed package in real projects, as their users would: installs it from the tarball of
// `npm pack`, builds, serves and opens it in Chromium, then the same with the development server.
//
//   npm run fixtures [-- name ...] [--record]
//
// Names are folders of tests/fixtures; without any, all are tried. --record writes
// demo/docs/figures/fixtures.json: what the built pages download, and what each entry of the package costs.
// `npm test` tries those that need no other packages than the repository's (tests/package/bundlers.spec.js).
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./run.js";
import { setup } from "./setup.js";

const args = process.argv.slice(2);
const record = args.includes("--record");
const all = (await readdir(join(root, "tests/fixtures"), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory() && entry.name !== "app")
  .map(({ name }) => name);
const chosen = args.filter((arg) => arg !== "--record");
const unknown = chosen.filter((name) => !all.includes(name));
if (unknown.length) {
  console.error(`no fixture "${unknown[0]}"; there are ${all.join(", ")}`);
  process.exit(2);
}

const { chromium } = await setup({ need: ["npm", "emscripten", "sources", "chromium"] });
const { build } = await import("./build.js");
await build(["wasm", "js", "types", "manifest"]);
const { tryFixtures } = await import("./fixtures/fixtures.js");
// Outside of the repository, whose packages and settings a fixture would find.
const work = await mkdtemp(join(tmpdir(), "apus-fixtures-"));
const names = chosen.length ? chosen : all;
const failed = await tryFixtures(names, { work, chromium: String(chromium), record });
console.log(`${names.length - failed} passed, ${failed} failed`);
if (failed) console.log(`the projects that failed are in ${work}`);
else await rm(work, { recursive: true, force: true });
process.exitCode = failed ? 1 : 0;
