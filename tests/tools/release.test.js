import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { problems } from "../../tools/release.js";
import { root } from "../../tools/run.js";

const good = {
  status: "",
  version: "1.2.3",
  lock: '{ "version": "1.2.3" }',
  cmake: "project(apus VERSION 1.2.3 LANGUAGES C CXX)",
  changelog: "# Changelog\n\n## Unreleased\n\n## 1.2.3 (2026-11-28)\n\n- All.\n",
};

test("a clean tree with one version and a dated section can be released", () => {
  assert.deepEqual(problems(good), []);
});

test("a release is refused with its reason", () => {
  for (const [change, reason] of [
    [{ status: " M js/index.js\n" }, /uncommitted changes:\n M js\/index\.js/],
    [{ lock: '{ "version": "1.2.2" }' }, /package-lock\.json has version 1\.2\.2/],
    [{ cmake: "project(apus VERSION 1.2.4)" }, /CMakeLists\.txt has version 1\.2\.4/],
    [{ changelog: "## 1.2.3\n" }, /no section "## 1\.2\.3/],
    [{ changelog: "## Unreleased\n\n- New.\n\n## 1.2.3 (2026-11-28)\n" }, /under "Unreleased"/],
    [{ changelog: "## 1.2.3 (2026-11-28)\n\n## Unreleased\n\n- New.\n" }, /under "Unreleased"/],
  ]) {
    const found = problems({ ...good, .../** @type {object} */ (change) });
    assert.equal(found.length, 1);
    assert.match(found[0], /** @type {RegExp} */ (reason));
  }
});

test("the changelog has its unreleased changes first, then dated versions", () => {
  const text = readFileSync(join(root, "CHANGELOG.md"), "utf8");
  const headings = text.match(/^## .*$/gm) ?? [];
  assert.ok(headings.length > 0);
  headings.forEach((heading, i) => {
    assert.match(heading, i === 0 ? /^## (Unreleased|\d.*\))$/ : /^## [\d.]+ \(\d{4}-\d\d-\d\d\)$/);
  });
});
