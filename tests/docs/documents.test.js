import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fill, readFigures } from "../../tools/docs/figures.js";
import { topics } from "../../tools/docs/page.js";
import { anchor } from "../../tools/docs/render.js";
import { blocks, documents, root } from "./documents.js";

const [readme] = documents;
const { scripts } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));

test("the README has at most 1,500 words", () => {
  const words = readme.text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  console.log(`README: ${words} words`);
  assert.ok(words <= 1500, `${words} words`);
});

test("the README's examples have at most ten lines", () => {
  const examples = ["js browser", "js page", "js playwright", "js node"].flatMap((info) =>
    blocks(readme, info),
  );
  assert.ok(examples.length >= 5);
  for (const code of examples) assert.ok(code.trimEnd().split("\n").length <= 10, code);
});

test("every document is a topic of the site, and every topic a document", () => {
  const names = documents.slice(1).map(({ path }) => path.replace(/^demo\/docs\/|\.md$/g, ""));
  assert.deepEqual(names.sort(), topics.map(([name]) => name).sort());
});

test("figures equal those in demo/docs/figures", async () => {
  const figures = await readFigures();
  let count = 0;
  for (const { path, text } of documents) {
    assert.equal(fill(text, figures), text, `${path}: run node tools/docs/figures.js`);
    for (const [, name, body] of text.matchAll(
      /<!-- figures ([\w/-]+) -->([\s\S]*?)<!-- \/figures -->/g,
    )) {
      count++;
      assert.ok(body.includes("|"), `${path}: no figures for "${name}"`);
    }
  }
  assert.ok(count >= 10);
});

/** The output that a block promises: the comments after its console.log lines. */
function promised(code) {
  return [...code.matchAll(/^console\.log\(.*\);? \/\/ (.*)$/gm)].map(([, text]) => text);
}

for (const document of documents) {
  for (const [index, code] of blocks(document, "js node").entries()) {
    test(`${document.path}: Node example ${index + 1} prints what its comments say`, () => {
      const output = execFileSync("node", ["--input-type=module", "-e", code], {
        cwd: root,
        encoding: "utf8",
        timeout: 120_000,
      });
      assert.deepEqual(output.split("\n").slice(0, -1), promised(code));
    });
  }
}

test("every npm command in the documents exists", () => {
  const commands = documents.flatMap(({ text }) =>
    [...text.matchAll(/npm (?:run )?([a-z]+)/g)].map(([, name]) => name),
  );
  assert.ok(commands.length >= 2);
  for (const name of commands) {
    assert.ok(name in scripts || ["install", "init", "ci", "pack"].includes(name), `npm ${name}`);
  }
});

test("every file, picture and section that the documents link to exists", () => {
  const sections = new Map(
    documents.map(({ path, text }) => [
      path,
      [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchor(heading)),
    ]),
  );
  let links = 0;
  for (const { path, text } of documents) {
    const targets = [
      ...text.matchAll(/\]\(([^):]+)\)/g),
      ...text.matchAll(/(?:src|srcset)="([^"/:]+\/[^":]+)"/g),
    ].map(([, target]) => target);
    for (const target of targets) {
      const [file, hash] = target.split("#");
      const name = file ? join(dirname(path), file) : path;
      assert.ok(existsSync(root + name), `${path}: ${target}`);
      if (hash) assert.ok(sections.get(name)?.includes(hash), `${path}: ${target}`);
      links++;
    }
  }
  assert.ok(links >= 20);
});

test("every path that the documents name exists", () => {
  for (const { path, text } of documents) {
    for (const [, name] of text.matchAll(
      /`((?:include|src|wasm|js|tests|demo|tools)\/[^`\s]*)`/g,
    )) {
      assert.ok(existsSync(root + name.replaceAll("<room>", "cache")), `${path}: ${name}`);
    }
  }
});

test("the table of elements is that of custom-elements.json", () => {
  const page = documents.find(({ path }) => path.endsWith("/elements.md"));
  const { modules } = JSON.parse(readFileSync(`${root}dist/custom-elements.json`, "utf8"));
  const elements = modules
    .flatMap(({ declarations }) => declarations ?? [])
    .filter(({ tagName }) => tagName);
  assert.ok(elements.length >= 4, "custom-elements.json names the four elements by @tagname");
  for (const { tagName, attributes = [], events = [] } of elements) {
    const row = page?.text.split("\n").find((line) => line.startsWith(`| \`<${tagName}>\``));
    assert.ok(row, `<${tagName}> has no row`);
    for (const { name } of [...attributes, ...events]) {
      if (name) assert.ok(row.includes(`\`${name}\``), `<${tagName}>: ${name} is missing`);
    }
  }
});
