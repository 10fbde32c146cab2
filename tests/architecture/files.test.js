// The length of files. A file holds one concept and aims at 120 lines.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

const root = new URL("../..", import.meta.url).pathname;
const longest = 300;
const medianBelow = 110;

/** Tests that one model and its helpers hold together; apart, they would repeat it. */
const allowed = [
  "tests/list/list_view_test.cpp",
  "tests/list/masonry_test.cpp",
  "tests/list/size_index_test.cpp",
];

/** Lines by path. @param {string[]} folders */
async function lengths(folders) {
  const found = new Map();
  for (const folder of folders) {
    for (const name of await readdir(join(root, folder), { recursive: true })) {
      if (!/\.(js|cpp|h|d\.ts)$/.test(name) || name.includes("node_modules/")) continue;
      const path = `${folder}/${name}`;
      found.set(path, (await readFile(join(root, path), "utf8")).trimEnd().split("\n").length);
    }
  }
  return found;
}

/** All that ships or builds. */
const sources = () => lengths(["js", "include", "src", "wasm", "tools"]);

test("no file is longer than 300 lines", async () => {
  const long = [...(await sources())].filter(([, lines]) => lines > longest);
  console.log(`files over ${longest} lines: ${long.length}`);
  assert.deepEqual(long, []);
});

test("no test file is longer than 300 lines", async () => {
  const long = [...(await lengths(["tests"]))].filter(([, lines]) => lines > longest);
  assert.deepEqual(
    long.filter(([path]) => !allowed.includes(path)),
    [],
  );
});

test("half of the files are shorter than 110 lines", async () => {
  const sorted = [...(await sources()).values()].sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1];
  console.log(`files: ${sorted.length}, median of lines: ${median}`);
  assert.ok(sorted.length > 200);
  assert.ok(median < medianBelow, `${median}`);
});
