// How long the files are. A file holds one concept and aims at 120 lines.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

const root = new URL("../..", import.meta.url).pathname;
const longest = 300;
const medianBelow = 110;

/** Files over 300 lines, each with the reason why it is still one file. */
const excused = new Map([
  ["js/cache/cache.js", "the facade; its parts are on their way to files of their own"],
  ["js/cache/js-heap.js", "as cache.js"],
  ["js/list/virtual-list.js", "the facade; options and motion are on their way out"],
  ["js/store/segments.js", "as store.js"],
  ["js/store/store.js", "the facade; its parts are on their way to files of their own"],
  ["js/store/writer.js", "as store.js"],
  ["src/list/masonry.cpp", "one algorithm, 2 lines too many"],
  ["src/store/segment_log.cpp", "one structure, 10 lines too many"],
]);

/** Lines by path of all that ships or builds. */
async function lengths() {
  const found = new Map();
  for (const folder of ["js", "include", "src", "wasm", "tools"]) {
    for (const name of await readdir(join(root, folder), { recursive: true })) {
      if (!/\.(js|cpp|h|d\.ts)$/.test(name)) continue;
      const path = `${folder}/${name}`;
      found.set(path, (await readFile(join(root, path), "utf8")).trimEnd().split("\n").length);
    }
  }
  return found;
}

test("no file is longer than 300 lines, unless this test says why", async () => {
  const long = [...(await lengths())].filter(([, lines]) => lines > longest);
  console.log(`files over ${longest} lines: ${long.length}`);
  for (const [path, lines] of long) console.log(`  ${path}: ${lines} (${excused.get(path)})`);
  assert.deepEqual(
    long.map(([path]) => path).filter((path) => !excused.has(path)),
    [],
  );
});

test("half of the files are shorter than 110 lines", async () => {
  const sorted = [...(await lengths()).values()].sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1];
  console.log(`files: ${sorted.length}, median of lines: ${median}`);
  assert.ok(sorted.length > 200);
  assert.ok(median < medianBelow, `${median}`);
});
