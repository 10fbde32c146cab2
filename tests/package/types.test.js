import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { checkPackage, Package } from "@arethetypeswrong/core";
import { bin, root } from "../../tools/run.js";

const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8"));

/** @param {string} project @param {string} [cwd] */
function typeCheck(project, cwd = root) {
  const { status, stdout } = spawnSync(bin("tsc"), ["-p", project], { cwd, encoding: "utf8" });
  assert.equal(stdout, "");
  assert.equal(status, 0);
}

test("the declarations type-check for a TypeScript user, without skipLibCheck", () => {
  typeCheck("tests/package/consumer");
});

test("they need nothing but the package's dependencies, not even @types/node", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "apus-types-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const modules = join(folder, "node_modules");
  cpSync(`${root}dist/types`, join(modules, "apus/dist/types"), { recursive: true });
  for (const file of readdirSync(`${root}dist`).filter((name) => name.endsWith(".d.ts"))) {
    cpSync(join(root, "dist", file), join(modules, "apus/dist", file));
  }
  cpSync(`${root}package.json`, join(modules, "apus/package.json"));
  for (const name of Object.keys(manifest.dependencies)) {
    cpSync(join(root, "node_modules", name), join(modules, name), { recursive: true });
  }
  for (const file of ["app.ts", "elements.ts"]) {
    cpSync(`${root}tests/package/consumer/${file}`, join(folder, file));
  }
  const { compilerOptions } = JSON.parse(
    readFileSync(`${root}tests/package/consumer/tsconfig.json`, "utf8"),
  );
  const own = { compilerOptions, files: ["app.ts", "elements.ts"] };
  cpSync(`${root}package.json`, join(folder, "package.json"));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(own));
  typeCheck(".", folder);
});

test("the plug-ins have the types that their bundlers want", () => {
  typeCheck("tests/package/consumer/tsconfig.build.json");
});

test("attw finds no problem in an entry that is no asset", async () => {
  /** @type {Record<string, string | Uint8Array>} */
  const files = {};
  const wanted = /^(js|dist)\/.*\.js$|\.d\.(svelte\.)?ts$/;
  for (const folder of ["js", "dist"]) {
    for (const name of readdirSync(join(root, folder), { recursive: true })) {
      const path = `${folder}/${name}`;
      if (wanted.test(path)) files[`/node_modules/apus/${path}`] = readFileSync(join(root, path));
    }
  }
  files["/node_modules/apus/package.json"] = readFileSync(`${root}package.json`);
  const asset = /\.(wasm|json)$|worker\.js$|^\.\/boot\.js$/;
  const entrypoints = Object.keys(manifest.exports).filter((it) => !asset.test(it));
  assert.ok(entrypoints.includes("./lazy/vite"));
  const { problems } = await checkPackage(new Package(files, "apus", manifest.version), {
    entrypoints,
  });
  // The package is ESM with `exports`, as attw's own profile "esm-only" expects it.
  const old = ["node10", "node16-cjs"];
  assert.deepEqual(
    problems.filter(({ resolutionKind }) => !old.includes(resolutionKind)),
    [],
  );
});
