// Memory that JavaScript and C++ share: each layout is declared once, in include/apus/<room>/layout.h,
// and asserted there, so that a moved field breaks the build and not a page.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

const root = new URL("../..", import.meta.url).pathname;
const read = (path) => readFile(join(root, path), "utf8");

/** Layouts, by room. @returns {Promise<[string, string][]>} */
async function layouts() {
  const rooms = (await readdir(join(root, "include/apus"))).filter((room) => room !== "base");
  const found = await Promise.all(
    rooms.map(async (room) => {
      const text = await read(`include/apus/${room}/layout.h`).catch(() => undefined);
      return /** @type {[string, string | undefined]} */ ([room, text]);
    }),
  );
  return found.flatMap(([room, text]) => (text === undefined ? [] : [[room, text]]));
}

/**
 * Reads of memory at an offset written as a number: `u32[at + 3]`, `f64[2]`,
 * `view.getUint32(at + 8)`. Shifts from bytes to elements do not count, nor does 0, the start.
 * @param {string} code
 */
export function typedOffsets(code) {
  const text = code.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
  const reads = [
    ...text.matchAll(/\b[iuf](?:8|16|32|64)\[((?:[^[\]]|\[[^[\]]*\])+)\]/g),
    ...text.matchAll(/\.[gs]et(?:Big)?(?:Uint|Int|Float)(?:8|16|32|64)\(([^,()]+)/g),
  ];
  return reads
    .filter(([, index]) => /(?<![\w.])[1-9]\d*\b/.test(index.replace(/(>>>?|<<) \d+/g, "")))
    .map(([all]) => all);
}

test("every layout is asserted and listed in wasm/layout.cpp", async () => {
  const all = await layouts();
  const table = await read("wasm/layout.cpp");
  const bare = all.filter(([, text]) => !/static_assert\(/.test(text)).map(([room]) => room);
  console.log(`layouts: ${all.length}, without an assertion: ${bare.length}`);
  assert.ok(all.length > 0);
  assert.deepEqual(bare, []);
  for (const [room, text] of all) {
    assert.ok(table.includes(`#include "apus/${room}/layout.h"`), `wasm/layout.cpp: ${room}`);
    const tables = [...text.matchAll(/LayoutEntry (k\w+)\[\]/g)].map(([, name]) => name);
    assert.ok(tables.length > 0, `include/apus/${room}/layout.h has no table`);
    for (const name of tables) assert.match(table, new RegExp(`\\b${name}\\b`), name);
  }
});

test("JavaScript contains no typed offsets", async () => {
  const found = [];
  for (const name of await readdir(join(root, "js"), { recursive: true })) {
    if (!name.endsWith(".js")) continue;
    const path = `js/${name}`;
    const offsets = typedOffsets(await read(path));
    if (offsets.length > 0) found.push(`${path}: ${offsets.join(" ")}`);
  }
  assert.deepEqual(found, []);
});

test("every name that JavaScript imports from the layout exists", async () => {
  const known = await import("../../dist/layout.js");
  for (const name of await readdir(join(root, "js"), { recursive: true })) {
    if (!name.endsWith(".js")) continue;
    const text = await read(`js/${name}`);
    const [, named = ""] = /import \{([^}]*)\} from "[./]*dist\/layout\.js"/.exec(text) ?? [];
    const [, all] = /import \* as (\w+) from "[./]*dist\/layout\.js"/.exec(text) ?? [];
    const names = named.split(",").flatMap((it) => it.trim().split(" as ")[0] || []);
    if (all)
      names.push(
        ...[...text.matchAll(new RegExp(`\\b${all}\\.([A-Z]\\w+)`, "g"))].map(([, it]) => it),
      );
    for (const constant of names) assert.ok(constant in known, `js/${name}: ${constant}`);
  }
});

test("the check tells an offset from a shift", () => {
  assert.equal(
    typedOffsets("u32[at + 3]; f64[(at >>> 3) + 2]; u8[1]; view.getUint32(at + 8)").length,
    4,
  );
  assert.deepEqual(
    typedOffsets("u32[at >>> 2]; f64[at + FRAME_END]; u8[0]; u32[u32[at >>> 2]]"),
    [],
  );
  assert.deepEqual(typedOffsets("// u32[at + 3]\nnames[3]; view.getUint8(at)"), []);
});
