// Each promise of SECURITY.md names the test that proves it.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../..", import.meta.url).pathname;
const text = readFileSync(`${root}SECURITY.md`, "utf8").replaceAll(/\s+/g, " ");
const proofs = [...text.matchAll(/\*([^*]+)\*(?: and \*([^*]+)\*)* \(`(tests\/[^`]+)`\)/g)];

test("SECURITY.md names tests", () => {
  assert.ok(proofs.length > 30, `${proofs.length}`);
});

for (const [, title, , file] of proofs) {
  test(`SECURITY.md: "${title}" is a test of ${file}`, () => {
    assert.ok(existsSync(root + file), `there is no ${file}`);
    const source = readFileSync(root + file, "utf8").replaceAll(/\s+/g, " ");
    assert.ok(source.includes(title), `${file} has no such test`);
  });
}

test("files that SECURITY.md names exist", () => {
  for (const [, file] of text.matchAll(/\(`(tests\/[^`]+)`\)/g)) {
    assert.ok(existsSync(root + file), file);
  }
});
