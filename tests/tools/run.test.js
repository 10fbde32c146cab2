import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "../../tools/run.js";

test("a command ends though a process that it left behind holds its output", async () => {
  const left = "setTimeout(() => {}, 60_000)";
  const script = `
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["-e", ${JSON.stringify(left)}], { stdio: "inherit" });
    console.log(child.pid);
    process.exit(3);`;
  const begin = performance.now();
  const { code, stdout } = await run(process.execPath, ["-e", script]);
  process.kill(Number(stdout)); // it was still there
  assert.equal(code, 3);
  assert.ok(performance.now() - begin < 60_000);
});

test("a command that cannot start says so", async () => {
  const { code, how } = await run("./no-such-command", []);
  assert.equal(code, 127);
  assert.match(how, /did not start/);
});
