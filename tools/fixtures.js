// Tries the packed package in real projects, as their users would: installs it from the tarball of
// `npm pack`, builds, serves and opens it in Chromium, then the same with the development server.
//
//   npm run fixtures [-- name ...] [--record]
//
// Names are folders of tests/fixtures; without any, all are tried. --record writes
// demo/docs/figures/fixtures.json: what the built pages download, and what each entry of the package costs. With
// names, the other rows stay.
// `npm test` tries those that need no other packages than the repository's (tests/package/bundlers.spec.js).
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Report } from "./bench/report.js";
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
const { attempt, copy, install, pack } = await import("./fixtures/fixture.js");
const { launch } = await import("./fixtures/drive.js");
const browser = await launch(String(chromium));
// Outside of the repository, whose packages and settings a fixture would find.
const work = await mkdtemp(join(tmpdir(), "apus-fixtures-"));
const report = new Report();
/** @type {import("./bench/report.js").Cell[][]} */
const rows = [];
let failed = 0;
try {
  const tarball = await pack(work);
  for (const name of chosen.length ? chosen : all) {
    const begin = performance.now();
    const project = await copy(name, work);
    const { title } = project.manifest.fixture;
    const { problems, scripts, wasm } = await install(project, tarball).then(
      () => attempt(project, browser),
      ({ message }) => ({ problems: [message], scripts: undefined, wasm: undefined }),
    );
    const seconds = ((performance.now() - begin) / 1000).toFixed(0);
    console.log(`${problems.length ? "FAILED" : "ok    "} ${title} (${seconds} s)`);
    for (const problem of problems) console.log(`       ${problem}`);
    failed += Number(problems.length > 0);
    const modes = project.manifest.scripts?.dev ? "build, dev" : "build";
    rows.push([title, modes, problems.length, KB(scripts), KB(wasm)]);
    if (!problems.length) await rm(project.folder, { recursive: true, force: true });
  }
} finally {
  await browser.close();
}
report.table("projects", {
  caption: "A page that uses every room, in projects of each tool. Scripts and WebAssembly, gzip",
  columns: ["", "tried", "warnings and errors", "scripts, KB", "WebAssembly, KB"],
  rows,
});
console.log(`\n${rows.length - failed} passed, ${failed} failed`);
if (failed) console.log(`the projects that failed are in ${work}`);
else await rm(work, { recursive: true, force: true });
process.exitCode = failed ? 1 : 0;
if (record && !failed) await writeRecord();

async function writeRecord() {
  const file = join(root, "demo/docs/figures/fixtures.json");
  const last = await readFile(file, "utf8").catch(() => '{"tables":{}}');
  const { projects } = JSON.parse(last).tables;
  const kept = (projects?.rows ?? []).filter(([title]) => !rows.some(([it]) => it === title));
  report.tables.projects.rows = [...kept, ...report.tables.projects.rows].sort(([a], [b]) =>
    String(a).localeCompare(String(b)),
  );
  const { entrySizes } = await import("./fixtures/entries.js");
  const { peerDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  report.table("entries", {
    caption: "Scripts of each entry, bundled by esbuild, gzip",
    columns: ["", "to import it, KB", "with all parts that load later, KB"],
    rows: (await entrySizes(peerDependencies)).map(({ name, first, all }) => [
      `\`${name}\``,
      KB(first),
      KB(all),
    ]),
  });
  const figures = {
    room: "fixtures",
    date: new Date().toISOString().slice(0, 10),
    machine: `Chromium ${browser.version()}, Node ${process.versions.node}`,
    command: "npm run fixtures",
    tables: report.tables,
    claims: [],
    metrics: {},
  };
  await writeFile(file, `${JSON.stringify(figures, null, 2)}\n`);
  const { writeFigures } = await import("./docs/figures.js");
  await writeFigures();
}

/** @param {number | undefined} bytes */
function KB(bytes) {
  return bytes === undefined ? "" : (bytes / 1024).toFixed(1);
}
