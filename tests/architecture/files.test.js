// How long the files are. A file holds one concept and aims at 120 lines.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

const root = new URL("../..", import.meta.url).pathname;
const longest = 300;
const medianBelow = 110;

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

test("no file is longer than 300 lines", async () => {
  const long = [...(await lengths())].filter(([, lines]) => lines > longest);
  console.log(`files over ${longest} lines: ${long.length}`);
  assert.deepEqual(long, []);
});

test("half of the files are shorter than 110 lines", async () => {
  const sorted = [...(await lengths()).values()].sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1];
  console.log(`files: ${sorted.length}, median of lines: ${median}`);
  assert.ok(sorted.length > 200);
  assert.ok(median < medianBelow, `${median}`);
});
