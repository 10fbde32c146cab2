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
