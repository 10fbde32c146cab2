import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { bin, root } from "../../tools/run.js";

test("the declarations type-check for a TypeScript user, without skipLibCheck", () => {
  const { status, stdout } = spawnSync(bin("tsc"), ["-p", "tests/package/consumer"], {
    cwd: root,
    encoding: "utf8",
  });
  assert.equal(stdout, "");
  assert.equal(status, 0);
});
