import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

const root = new URL("../..", import.meta.url).pathname;

test("a TypeScript user gets correct declarations, with nothing skipped", () => {
  const { status, stdout } = spawnSync(
    `${root}node_modules/.bin/tsc`,
    ["-p", "tests/package/consumer"],
    { cwd: root, encoding: "utf8" },
  );
  assert.equal(stdout, "");
  assert.equal(status, 0);
});
