// Phrases that a reader has to read twice stay out of comments, messages, names of tests and documents.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

const root = new URL("../..", import.meta.url).pathname;
const here = "tests/architecture/words.test.js";

/** Each with the usual words. @type {[RegExp, string][]} */
const phrases = [
  [/\banew\b/i, "again"],
  [/\bbeside (?:a|an|each|it|its|the|their|theirs)\b/i, "next to"],
  [/\bbears (?:a|an|it|no|the)\b/i, "has"],
  [/(?<!\bthere )\b(?:is|are) none\b/i, "is not one"],
  [/\bone (?:looks|sees)\b/i, "you see"],
  [/\b(?:has|have) to go\b/i, "is evicted"],
  [/\bneither[.;]/i, "not … either"],
  [/\bas of (?:now\b|`)/i, "from now on, as for"],
  [/\bnobody (?:asks|asked|disposed|listens|reads|waits)\b/i, "no caller, no listener"],
  [/\bfor want of\b/i, "without"],
  [/\bof theirs\b/i, "their"],
  [/\b(?:his|him)\b/i, "its, their"],
  [/\bthis place has\b/i, "is (not) available here"],
];

/** Text of all files that people read, by path. @returns {Promise<[path: string, text: string][]>} */
async function texts() {
  const paths = ["README.md", "CONTRIBUTING.md", "SECURITY.md"];
  for (const folder of ["js", "include", "src", "wasm", "tests", "tools", "demo"]) {
    for (const name of await readdir(join(root, folder), { recursive: true })) {
      const path = `${folder}/${name}`;
      if (/\.(?:js|d\.ts|h|cpp|md|html)$/.test(name) && path !== here) paths.push(path);
    }
  }
  const ours = paths.filter((path) => !/^demo\/data\/|\/node_modules\//.test(path));
  return Promise.all(ours.map(async (path) => [path, await readFile(join(root, path), "utf8")]));
}

/** @param {string} path @param {string} text @returns {string[]} "path:line: phrase -> usual words" */
function found(path, text) {
  // Comments wrap: the marks at the start of a line are not part of the phrase.
  const lines = text.split("\n").map((line) => line.replace(/^\s*(?:\/\/|\*|-) ?/, ""));
  return lines.flatMap((line, at) => {
    const two = `${line} ${lines[at + 1] ?? ""}`;
    return phrases.flatMap(([phrase, usual]) => {
      const match = phrase.exec(two);
      return match && match.index < line.length
        ? [`${path}:${at + 1}: "${match[0]}" -> ${usual}`]
        : [];
    });
  });
}

test("the texts use the usual words", async () => {
  const all = await texts();
  assert.ok(all.length > 500, `${all.length}`);
  assert.deepEqual(
    all.flatMap(([path, text]) => found(path, text)),
    [],
  );
});

test("the check finds a phrase, also across lines", () => {
  assert.equal(found("a.js", "// It lies beside\n// the others.").length, 1);
  assert.equal(found("a.js", "const beside = rows[1];\n// false if there is none").length, 0);
});
