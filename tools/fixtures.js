// Tries the packed package in real projects, as their users would: installs it from the tarball of
// `npm pack`, builds, serves and opens it in Chromium, then the same with the development server.
//
//   npm run fixtures [-- name ...] [--record] [--tarball FILE]
//
// Names are folders of tests/fixtures; without any, all are tried. --record writes
// demo/docs/figures/fixtures.json: what the built pages download, and what each entry of the package costs. --tarball tries
// a package that is packed already, and builds nothing.
// `npm test` tries those that need no other packages than the repository's (tests/package/bundlers.spec.js).
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./run.js";
import { setup } from "./setup.js";

const { values, positionals: chosen } = parseArgs({
  options: { record: { type: "boolean", default: false }, tarball: { type: "string" } },
  allowPositionals: true,
});
const all = (await readdir(join(root, "tests/fixtures"), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory() && entry.name !== "app")
  .map(({ name }) => name);
const unknown = chosen.filter((name) => !all.includes(name));
if (unknown.length) {
  console.error(`no fixture "${unknown[0]}"; there are ${all.join(", ")}`);
  process.exit(2);
}

const compilers = /** @type {const} */ (values.tarball ? [] : ["emscripten", "sources"]);
const { chromium } = await setup({ need: ["npm", ...compilers, "chromium"] });
if (!values.tarball) {
  const { build } = await import("./build.js");
  await build(["wasm", "js", "types", "manifest"]);
}
const { pack } = await import("./fixtures/fixture.js");
const { tryFixtures } = await import("./fixtures/fixtures.js");
// Outside of the repository, whose packages and settings a fixture would find.
const work = await mkdtemp(join(tmpdir(), "apus-fixtures-"));
const tarball = values.tarball ? resolve(values.tarball) : await pack(work);
const names = chosen.length ? chosen : all;
const failed = await tryFixtures(names, {
  work,
  tarball,
  chromium: String(chromium),
  record: values.record,
});
console.log(`${names.length - failed} passed, ${failed} failed`);
if (failed) console.log(`the projects that failed are in ${work}`);
else await rm(work, { recursive: true, force: true });
process.exitCode = failed ? 1 : 0;
