// demo/docs/figures/engines.json: what works in Firefox and WebKit, from a run of the tests in these engines.
//
//   node tools/docs/engines.js
import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, run } from "../run.js";

/**
 * @param {string} tap the output of `node --test`
 * @param {string[]} names of the engines
 * @returns {string[][]} what is tested, and by engine: yes, no, or not tested
 */
export function rowsOf(tap, names) {
  /** @type {Map<string, Record<string, string>>} */
  const found = new Map();
  for (const [, not, name, what, skipped] of tap.matchAll(
    /^ *(not )?ok \d+ - (\w+): (.*?)( # SKIP.*)?$/gm,
  )) {
    if (!names.includes(name)) continue;
    const row = found.get(what) ?? {};
    row[name] = skipped ? "not tested" : not ? "no" : "yes";
    found.set(what, row);
  }
  return [...found].map(([what, row]) => [what, ...names.map((it) => row[it] ?? "not tested")]);
}

/** @param {string} agent `navigator.userAgent`; WebKitGTK's names no real version @returns {string} */
export function versionOf(agent) {
  const [, version] = /Firefox\/([\d.]+)/.exec(agent) ?? [];
  return version ? `Firefox ${version}` : "WebKitGTK";
}

async function record() {
  const files = readdirSync(join(root, "tests"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith("engines.test.js"))
    .map((name) => join("tests", name));
  const { openFirefox } = await import("../../tests/engines/firefox.js");
  const { openWebKit } = await import("../../tests/engines/webkit.js");
  const open = { Firefox: openFirefox, WebKit: openWebKit };
  const names = Object.keys(open);
  const titles = [];
  for (const start of Object.values(open)) {
    const page = await start();
    titles.push(versionOf(await page.evaluate(() => navigator.userAgent)));
    await page.close();
  }
  const args = ["--test", "--test-concurrency=1", "--test-reporter=tap", ...files];
  const { output } = await run(process.execPath, args);
  const table = {
    columns: ["", ...titles],
    rows: rowsOf(output, names),
    caption: "Tests in engines other than Chromium",
  };
  if (table.rows.length === 0) throw new Error(`no test ran:\n${output.slice(-2000)}`);
  const figures = {
    room: "engines",
    date: new Date().toISOString().slice(0, 10),
    machine: `Linux, Node ${process.version.slice(1)}`,
    command: "node tools/docs/engines.js",
    tables: { runs: table },
    claims: [],
    metrics: {},
  };
  const file = join(root, "demo/docs/figures/engines.json");
  await writeFile(file, `${JSON.stringify(figures, null, 2)}\n`);
  console.log(`${table.rows.length} tests in ${titles.join(", ")}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await record();
