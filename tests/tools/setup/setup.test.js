// The command, and rules for all of the set-up.
import assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { must } from "../../../tools/run.js";
import { isAtLeast, parseVersion } from "../../../tools/setup/version.js";
import { folder, TOOLS } from "./fixture.js";

test("versions compare by number, and a missing version is the oldest", () => {
  assert.deepEqual(parseVersion('"3.1.70-git"\n'), [3, 1, 70]);
  assert.equal(parseVersion("none"), undefined);
  assert.ok(isAtLeast("3.1.69", "3.1.69"));
  assert.ok(isAtLeast("3.1.100", "3.1.69"));
  assert.ok(isAtLeast("6.0", "3.1.69"));
  assert.ok(!isAtLeast("3.1.6", "3.1.69"));
  assert.ok(!isAtLeast("2.9.99", "3.1.69"));
  assert.ok(!isAtLeast("unknown", "3.1.69"));
});

test("the command lists its parts and refuses others", async () => {
  cpSync(TOOLS, join(folder, "tools"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  await assert.rejects(must(process.execPath, ["tools/setup.js", "emcc"], { cwd: folder }), {
    message:
      /no part "emcc"; the parts are npm, emscripten, sources, chromium, shell, firefox, webkit, clang, servers, postgres\n?$/,
  });
  assert.ok(!existsSync(join(folder, ".toolchain")));
});

test("the set-up contains no addresses but those of the projects", () => {
  const names = readdirSync(join(TOOLS, "setup"), { recursive: true, encoding: "utf8" });
  for (const name of names.filter((name) => /\.\w+$/.test(name))) {
    const text = readFileSync(join(TOOLS, "setup", name), "utf8");
    const hosts = [...text.matchAll(/\w+:\/\/([\w.-]+)/g)].map((match) => match[1]);
    assert.deepEqual(
      hosts.filter((host) => host !== "github.com"),
      [],
      name,
    );
  }
});
