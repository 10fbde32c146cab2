// Which headers a C++ file may include, by its room.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

const root = new URL("../..", import.meta.url).pathname;

async function includes() {
  const found = [];
  for (const folder of ["include", "src", "wasm"]) {
    for (const name of await readdir(join(root, folder), { recursive: true })) {
      if (!/\.(cpp|h)$/.test(name)) continue;
      const file = join(folder, name);
      const text = await readFile(join(root, file), "utf8");
      for (const [, header] of text.matchAll(/^#include\s+[<"]([^>"]+)[>"]/gm)) {
        found.push({ file, header });
      }
    }
  }
  return found;
}

/** The room of a file under include/apus/ or src/, or undefined for a door. */
function roomOf(file) {
  return /^(?:include\/apus|src)\/([^/]+)\//.exec(file)?.[1];
}

/** What is wrong with this include, or undefined. */
function wrong({ file, header }) {
  const room = roomOf(file);
  const target = /^apus\/([^/]+)\//.exec(header)?.[1];
  if (/^emscripten/.test(header) && room)
    return "only doors (wasm/*.cpp) include Emscripten's headers";
  if (
    target &&
    room &&
    target !== room &&
    target !== "base" &&
    !(room === "store" && target === "cache")
  ) {
    return `${room} must not include ${target}`;
  }
  if (
    /^(iostream|fstream|thread|mutex|chrono|random|ctime|time\.h|cstdio|stdio\.h)$/.test(header)
  ) {
    return "the core has no clock, no randomness, no threads and no I/O";
  }
  return undefined;
}

test("every include stays in its room", async () => {
  const found = await includes();
  assert.ok(found.length > 10, "the headers were not found");
  const broken = found.flatMap((include) => {
    const reason = wrong(include);
    return reason ? [`${include.file}: <${include.header}>: ${reason}`] : [];
  });
  assert.deepEqual(broken, []);
});

test("only one file includes zstd.h", async () => {
  const files = (await includes()).filter(({ header }) => /^zstd|^zdict/.test(header));
  assert.ok(new Set(files.map(({ file }) => file)).size <= 1, JSON.stringify(files));
});

test("the check finds a wrong include", () => {
  assert.ok(wrong({ file: "src/list/a.cpp", header: "apus/cache/lru.h" }));
  assert.ok(wrong({ file: "include/apus/lazy/a.h", header: "emscripten/bind.h" }));
  assert.ok(wrong({ file: "src/cache/a.cpp", header: "chrono" }));
  assert.equal(wrong({ file: "src/store/a.cpp", header: "apus/cache/entry.h" }), undefined);
  assert.equal(wrong({ file: "wasm/list.cpp", header: "emscripten/bind.h" }), undefined);
});
