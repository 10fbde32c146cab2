// Tries the packed package in real projects, as their users would: installs it from the tarball of
// `npm pack`, builds, serves and opens it in Chromium, then the same with the development server.
//
//   npm run fixtures [-- name ...] [--record]
//
// Names are folders of tests/fixtures; without any, all are tried. --record writes
// demo/docs/figures/fixtures.json.
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./run.js";
import { setup } from "./setup.js";

const args = process.argv.slice(2);
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
const { pack, tryFixture } = await import("./fixtures/fixture.js");
const tarball = await pack();
const rows = [];
for (const name of chosen.length ? chosen : all) {
  const row = await tryFixture(name, { tarball, chromium: String(chromium) });
  rows.push(row);
  const { title, seconds, kilobytes } = row;
  const size = kilobytes ? `, ${kilobytes} KB gzipped` : "";
  console.log(`${row.problems.length ? "FAILED" : "ok    "} ${title} (${seconds} s${size})`);
  for (const problem of row.problems) console.log(`       ${problem}`);
}
if (args.includes("--record")) {
  const figures = rows.map(({ title, kilobytes, problems }) => ({ title, kilobytes, problems }));
  const file = join(root, "demo/docs/figures/fixtures.json");
  await writeFile(
    file,
    `${JSON.stringify({ command: "npm run fixtures", rows: figures }, null, 2)}\n`,
  );
}
const failed = rows.filter(({ problems }) => problems.length).length;
console.log(`${rows.length - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
