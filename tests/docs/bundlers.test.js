// The code of bundlers.md is that of the fixtures, which `npm run fixtures` builds and drives.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { documents, root } from "./documents.js";

const { text } = documents.find(({ path }) => path.endsWith("/bundlers.md")) ?? { text: "" };
const fixtures = readdirSync(`${root}tests/fixtures`).filter((name) => name !== "app");

test("each file on the page is in its fixture", () => {
  const quoted = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/^```\w+ file=(\S+)\n([\s\S]*?)^```$/gm)].map(([, file, code]) => ({
      path,
      file,
      code,
    })),
  );
  assert.ok(quoted.length >= 15, `${quoted.length}`);
  for (const { path, file, code } of quoted) {
    const whole = readFileSync(root + file, "utf8");
    assert.ok(whole.includes(code), `${path}: ${file} does not contain\n${code}`);
  }
});

for (const [, name, code] of text.matchAll(/^```sh build=(\S+)\n([\s\S]*?)^```$/gm)) {
  test(`the commands for ${name} are those of its fixture`, () => {
    const pack = JSON.parse(readFileSync(`${root}tests/fixtures/${name}/package.json`, "utf8"));
    const lines = code.trim().split("\n");
    assert.equal(lines[0], "npm install apus");
    assert.equal(lines.at(-1)?.replace(/^npx /, ""), pack.scripts.build);
    const installed = lines
      .slice(1, -1)
      .flatMap((line) => line.replace("npm install --save-dev ", "").split(" "));
    for (const it of installed)
      assert.ok(pack.devDependencies?.[it], `${it} is not of the fixture`);
  });
}

test("each fixture is on the page", () => {
  for (const name of fixtures) {
    const told = text.includes(`fixtures/${name}/`) || text.includes(`build=${name}\n`);
    assert.ok(told || /^vite-[67]$/.test(name), `${name} is missing`);
  }
});
