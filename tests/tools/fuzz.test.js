import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { fuzzJs } from "../../tools/fuzz/js.js";
import { Mutator } from "../../tools/fuzz/mutator.js";
import { findTargets } from "../../tools/fuzz/targets.js";
import { root } from "../../tools/run.js";
import { findClang } from "../../tools/setup/clang.js";

/** @type {string} */
let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "apus-fuzz-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** @param {string} run the body of the target's `run(text)` */
function target(run) {
  const file = join(folder, "target.fuzz.js");
  writeFileSync(
    file,
    `export const seeds = () => [new TextEncoder().encode("seed")];
     export async function run(input) { const text = new TextDecoder().decode(input); ${run} }`,
  );
  return { name: "target", kind: /** @type {const} */ ("js"), path: relative(root, file) };
}

/** @param {string} report */
function inputOf(report) {
  const file = join(root, /npm run fuzz -- target (\S+)/.exec(report)?.[1] ?? "none");
  const text = readFileSync(file, "utf8");
  return { file, text };
}

test("an input that throws is saved, with the command to repeat it", async () => {
  const broken = target(`if (text.includes("]")) throw new Error("a bracket");`);
  const { state, report } = await fuzzJs(broken, { seconds: 60, seed: 1 });
  assert.equal(state, "failed");
  assert.match(report, /a bracket[\s\S]*seed 1/);
  const { file, text } = inputOf(report);
  assert.match(text, /\]/);
  const again = await fuzzJs(broken, { file, seed: 2 });
  assert.match(again.report, /a bracket/);
  rmSync(file);
});

test("an input that does not end, or leaves a rejection behind, fails as well", async () => {
  for (const [body, wanted] of [
    // On a busy machine the thread may get less than 2 s of a core.
    ["for (;;);", /took over 2000 ms|did not end within 20000 ms/],
    [`Promise.reject(new Error("left behind"));`, /left behind/],
    ["process.exit(0);", /ended by itself/],
  ]) {
    const { state, report } = await fuzzJs(target(/** @type {string} */ (body)), { seed: 1 });
    assert.equal(state, "failed");
    assert.match(report, /** @type {RegExp} */ (wanted));
    rmSync(inputOf(report).file);
  }
});

test("a target that keeps its promises runs for the requested time and holds", async () => {
  const { state, report } = await fuzzJs(target(""), { seconds: 0.2, seed: 1 });
  assert.equal(state, "held");
  assert.match(report, /^[1-9]\d* inputs$/);
});

test("the same seed gives the same mutations, another seed others", () => {
  const corpus = [new TextEncoder().encode('{"name": [1, 2]}')];
  const take = (/** @type {number} */ seed) => {
    const mutator = new Mutator(corpus, seed);
    return Array.from({ length: 50 }, () => Buffer.from(mutator.next()).toString("hex"));
  };
  assert.deepEqual(take(7), take(7));
  assert.notDeepEqual(take(7), take(8));
});

test("targets are found by name, and clang counts only with its fuzzer runtime", async () => {
  const names = (await findTargets()).map(({ name }) => name);
  assert.ok(names.includes("byte_heap") && names.includes("segment"));
  writeFileSync(join(folder, "clang++"), "#!/bin/sh\necho 19.1.7\n", { mode: 0o755 });
  writeFileSync(join(folder, "clang"), "", { mode: 0o755 });
  assert.equal(findClang({ env: { PATH: folder } }), undefined);
});
