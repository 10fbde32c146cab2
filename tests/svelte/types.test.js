import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { bin, root } from "../../tools/run.js";

test("the components type-check as Svelte's tools use them, without skipLibCheck", () => {
  const args = ["-p", "tests/svelte/types"];
  const { status, stdout } = spawnSync(bin("tsc"), args, { cwd: root, encoding: "utf8" });
  assert.equal(stdout, "");
  assert.equal(status, 0);
});
