// The packed package in the fixtures that need no other packages than the repository's, each built and opened as
// `npm run fixtures` does it with all of them.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rspack } from "@rspack/core";
import webpack from "webpack";
import { attempt, copy, link, pack } from "../../tools/fixtures/fixture.js";
import { expect, test } from "../browser.js";

// One worker packs once, and builds one project after the other.
test.describe.configure({ mode: "default", timeout: 300_000 });

/** @type {string} outside of the repository */
let work;
/** @type {string} */
let tarball;
test.beforeAll(async () => {
  test.setTimeout(300_000);
  work = await mkdtemp(join(tmpdir(), "apus-bundlers-"));
  tarball = await pack(work);
});
test.afterAll(() => rm(work, { recursive: true, force: true }));

/** Their command-line programs are packages of their own. @type {Record<string, Function>} */
const compilers = { webpack, rspack };

/** @param {string} name @param {string} folder @returns {Promise<string[]>} what it warns of */
async function compile(name, folder) {
  const { default: config } = await import(pathToFileURL(join(folder, `${name}.config.js`)).href);
  const output = { path: join(folder, "dist"), ...config.output };
  const compiler = compilers[name]({ ...config, output, mode: "production", context: folder });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, stats) => (error ? reject(error) : resolve(stats)));
  });
  await new Promise((resolve) => compiler.close(resolve));
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  return [...errors, ...warnings].map(({ message }) => message);
}

for (const name of ["esbuild", "esbuild-iife", "import-map", "rspack", "vite-8", "webpack"]) {
  test(`${name}: every room works in a user's page, without a warning`, async ({ browser }) => {
    const project = await copy(name, work);
    await link(project, tarball);
    const build = compilers[name] && (() => compile(name, project.folder));
    const { problems } = await attempt(project, browser, { build });
    expect(problems).toEqual([]);
  });
}
