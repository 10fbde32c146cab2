// Server-side rendering imports everything. That must not throw and must not start anything.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../..", import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));

const entries = Object.keys(exports)
  .filter((name) => exports[name].default)
  .flatMap((name) =>
    name.includes("*")
      ? readdirSync(new URL("js/define/", root)).map((file) => name.replace("*.js", file))
      : [name],
  )
  .map((name) => name.replace(".", "apus"));

for (const entry of entries) {
  test(`import "${entry}" in Node has no effect`, () => {
    // In its own process, which must end by itself, print nothing and define nothing.
    // Lit and Vue note themselves in globals of their own.
    const script = `const count = () => Object.keys(globalThis).filter((key) => !/^(lit|__VUE)/.test(key)).length;
      const before = count(); await import(${JSON.stringify(entry)});
      if (count() !== before) throw new Error("it defines a global");`;
    const output = execFileSync("node", ["--input-type=module", "-e", script], {
      cwd: new URL(".", root),
      encoding: "utf8",
      timeout: 120_000,
    });
    assert.equal(output, "");
  });
}

test("the package exports what the documentation names", async () => {
  const names = Object.keys(await import("apus"));
  for (const name of [
    "init",
    "ApusError",
    "Cache",
    "VirtualList",
    "lazy",
    "lazyImport",
    "Sampler",
  ]) {
    assert.ok(names.includes(name), `${name} is missing`);
  }
  assert.deepEqual(Object.keys(await import("apus/store")), ["Store", "hasher"]);
  const query = ["createClientPersister", "createPersister", "createStorage"];
  assert.deepEqual(Object.keys(await import("apus/query")), query);
});

test("classes of dist/ keep their names, which consoles show", async () => {
  const dist = new URL("dist/", root);
  const names = [];
  for (const file of ["index.js", "quantum.js", "store.js", "sync.js"]) {
    for (const [name, value] of Object.entries(await import(new URL(file, dist).href))) {
      if (!/^class\b/.test(value)) continue;
      assert.equal(value.name, name);
      names.push(name);
    }
  }
  assert.ok(names.includes("Cache") && names.includes("ApusError"));
  for (const file of readdirSync(dist).filter((name) => /^apus-\w+-\w+\.js$/.test(name))) {
    assert.match(readFileSync(new URL(file, dist), "utf8"), /class Apus[A-Z]|\bApus[A-Z]\w+=class/);
  }
});
