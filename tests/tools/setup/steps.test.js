// The set-up's mechanics: steps, its lock, staging, the toolchain folder.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { must } from "../../../tools/run.js";
import { identify, isStale, withLock } from "../../../tools/setup/lock.js";
import { SetupError } from "../../../tools/setup/setup-error.js";
import { stage, sweep } from "../../../tools/setup/staging.js";
import { makeStep } from "../../../tools/setup/steps.js";
import { makeToolchainFolder } from "../../../tools/setup/toolchain-folder.js";
import { folder, writeFile } from "./fixture.js";

describe("steps", () => {
  test("report each piece of work, its duration and its failure", async () => {
    /** @type {string[]} */
    const lines = [];
    const step = makeStep((line) => lines.push(line));
    assert.equal(await step("count", () => 42), 42);
    await assert.rejects(
      step("fail", () => Promise.reject(new Error("no"))),
      /no/,
    );
    assert.match(lines.join("\n"), /count\n.*ok {2}count \(\d+\.\d s\)\n.*fail\n.*NOT fail/);
  });

  test("a failed command is an error with the command and the end of its output", async () => {
    await assert.rejects(must("sh", ["-c", "echo one; echo two >&2; exit 3"]), {
      message: /sh -c .*failed \(3\)[\s\S]*\| one[\s\S]*\| two/,
    });
    await assert.rejects(must("no-such-program", []), {
      message: /no-such-program.*did not start/,
    });
  });
});

describe("the lock", () => {
  test("admits one at a time", async () => {
    let working = 0;
    const work = () =>
      withLock(
        folder,
        () => {},
        async () => {
          assert.equal(++working, 1);
          await new Promise((resolve) => setTimeout(resolve, 20));
          working--;
        },
      );
    await Promise.all([work(), work(), work()]);
    assert.deepEqual(readdirSync(folder), []);
  });

  test("is released when the work fails", async () => {
    const fail = () =>
      withLock(
        folder,
        () => {},
        () => Promise.reject(new Error("no")),
      );
    await assert.rejects(fail, /no/);
    assert.deepEqual(readdirSync(folder), []);
  });

  test("of a process that has ended is ignored", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    const owner = identify(/** @type {number} */ (child.pid));
    await new Promise((resolve) => child.on("close", resolve));
    for (const stale of [owner, "", "garbage"]) {
      assert.ok(isStale(stale));
      writeFileSync(join(folder, "lock"), stale);
      assert.equal(
        await withLock(
          folder,
          () => {},
          async () => 42,
        ),
        42,
      );
    }
  });

  test("of a process whose id was reused is ignored", () => {
    assert.ok(!isStale(identify(process.pid)));
    if (existsSync("/proc/self/stat")) assert.ok(isStale(`${process.pid} 1`));
  });

  test("of a living process makes others wait, and the user is told", async () => {
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
    const gone = new Promise((resolve) => child.on("close", resolve));
    writeFileSync(join(folder, "lock"), identify(/** @type {number} */ (child.pid)));
    /** @type {string[]} */
    const lines = [];
    const log = (/** @type {string} */ line) => {
      lines.push(line);
      child.kill("SIGKILL");
    };
    assert.equal(await withLock(folder, log, async () => 42), 42);
    assert.match(lines.join("\n"), new RegExp(`waiting for the set-up of process ${child.pid}`));
    assert.equal(lines.length, 1);
    await gone;
  });
});

describe("staging", () => {
  test("a folder appears complete and replaces an older one", async () => {
    writeFile(join(folder, "thing/old"), "");
    await stage(folder, async (staging) => {
      writeFileSync(join(staging, "new"), "");
      assert.deepEqual(readdirSync(join(folder, "thing")), ["old"]);
      return "thing";
    });
    assert.deepEqual(readdirSync(folder), ["thing"]);
    assert.deepEqual(readdirSync(join(folder, "thing")), ["new"]);
  });

  test("a failure leaves nothing behind", async () => {
    const fail = stage(folder, async (staging) => {
      writeFileSync(join(staging, "half"), "");
      throw new Error("no");
    });
    await assert.rejects(fail, /no/);
    assert.deepEqual(readdirSync(folder), []);
  });

  test("only the remains of interrupted runs are removed", () => {
    writeFile(join(folder, "partial-123/half"), "");
    writeFile(join(folder, "emscripten-6.0.5/origin.json"), "{}");
    sweep(folder);
    assert.deepEqual(readdirSync(folder), ["emscripten-6.0.5"]);
  });
});

describe("the toolchain folder", () => {
  test("is created once, and may be a link to another checkout's", () => {
    mkdirSync(join(folder, "one"));
    mkdirSync(join(folder, "two"));
    const made = makeToolchainFolder(join(folder, "one"));
    symlinkSync(made, join(folder, "two/.toolchain"));
    assert.equal(makeToolchainFolder(join(folder, "two")), made);
  });

  test("that is a broken link is an error", () => {
    symlinkSync(join(folder, "nowhere"), join(folder, ".toolchain"));
    assert.throws(() => makeToolchainFolder(folder), SetupError);
  });
});
