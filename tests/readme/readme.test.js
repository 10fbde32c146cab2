import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { blocks, readme, root } from "./readme.js";

const { scripts } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));

/** What a block promises to print: the comments behind its console.log lines. */
function promised(code) {
  return [...code.matchAll(/^console\.log\(.*\);? \/\/ (.*)$/gm)].map(([, text]) => text);
}

for (const [index, code] of blocks("js node").entries()) {
  test(`Node example ${index + 1} prints what its comments say`, () => {
    const output = execFileSync("node", ["--input-type=module", "-e", code], {
      cwd: root,
      encoding: "utf8",
      timeout: 20_000,
    });
    assert.deepEqual(output.split("\n").slice(0, -1), promised(code));
  });
}

test("every npm command in it exists", () => {
  const commands = [...readme.matchAll(/npm (?:run )?([a-z]+)/g)].map(([, name]) => name);
  assert.ok(commands.length >= 2);
  for (const name of commands) {
    assert.ok(name in scripts || ["install", "ci", "pack"].includes(name), `npm ${name}`);
  }
});

test("every file and picture it links to is there", () => {
  const targets = [
    ...readme.matchAll(/\]\(([^)#:]+)\)/g),
    ...readme.matchAll(/(?:src|srcset)="([^"/:]+\/[^":]+)"/g),
  ].map(([, target]) => target);
  assert.ok(targets.includes("demo/atlas.png"));
  for (const target of targets) assert.ok(existsSync(root + target), target);
});

test("every path it names is there", () => {
  const paths = [...readme.matchAll(/`((?:include|src|wasm|js|tests|demo|tools)\/[^`]*)`/g)];
  for (const [, path] of paths) {
    assert.ok(existsSync(root + path.replaceAll("<room>", "cache")), path);
  }
});

test("its table of elements is that of custom-elements.json", () => {
  const { modules } = JSON.parse(readFileSync(`${root}dist/custom-elements.json`, "utf8"));
  const elements = modules
    .flatMap(({ declarations }) => declarations ?? [])
    .filter(({ tagName }) => tagName);
  assert.ok(elements.length >= 4, "custom-elements.json names the four elements by @tagname");
  for (const { tagName, attributes = [], events = [] } of elements) {
    const row = readme.split("\n").find((line) => line.startsWith(`| \`<${tagName}>\``));
    assert.ok(row, `<${tagName}> has no row`);
    for (const { name } of [...attributes, ...events]) {
      if (name) assert.ok(row.includes(`\`${name}\``), `<${tagName}>: ${name} is missing`);
    }
  }
});
