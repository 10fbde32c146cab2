// Finding Emscripten, or unpacking Debian's.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import {
  emscriptenEnv,
  findEmscripten,
  installEmscripten,
} from "../../../tools/setup/emscripten.js";
import { withLock } from "../../../tools/setup/lock.js";
import { SetupError } from "../../../tools/setup/setup-error.js";
import { sweep } from "../../../tools/setup/staging.js";
import { fakePrograms, folder, silent, TOOLS, writeFile } from "./fixture.js";

const ARCHIVE = { uri: "http://archive.invalid/debian" };

/** An Emscripten that has a version and does not work. */
function fakeEmscripten(/** @type {string} */ root, /** @type {string} */ version) {
  writeFile(join(root, "emcc"), "#!/bin/sh\nexit 1\n");
  writeFile(join(root, "em++"), "#!/bin/sh\necho it is broken >&2\nexit 1\n");
  chmodSync(join(root, "emcc"), 0o755);
  chmodSync(join(root, "em++"), 0o755);
  writeFile(join(root, "emscripten-version.txt"), `"${version}"\n`);
  writeFile(join(root, "cmake/Modules/Platform/Emscripten.cmake"), "");
  return root;
}

/** A complete copy, as the set-up makes it. */
function fakeCopy(/** @type {string} */ toolchain, /** @type {string} */ version) {
  const copy = join(toolchain, `emscripten-${version}`);
  fakeEmscripten(join(copy, "usr/share/emscripten"), version);
  writeFile(join(copy, "origin.json"), JSON.stringify({ home: copy }));
  writeFile(
    join(toolchain, "env.json"),
    JSON.stringify({ version, copy: `emscripten-${version}` }),
  );
  return copy;
}

describe("Emscripten", () => {
  /** Fakes of apt and dpkg. @param {Record<string, string>} how */
  function fakeApt({ update = "exit 0", download = "touch emscripten.deb", unpack = "exit 0" }) {
    delete process.env.EMSDK;
    const list =
      "echo \"'http://a.invalid/e.deb' emscripten_6.0.5-2_all.deb 6186072 SHA256:00\"; exit 0";
    fakePrograms({
      "apt-get": `case " $* " in
        *" update "*) ${update};;
        *" install "*) ${list};;
        *" download "*) ${download};;
      esac`,
      dpkg: `case " $* " in *" --print-architecture "*) echo amd64;; *) ${unpack};; esac`,
    });
  }

  const failures = {
    "an archive that cannot be reached": {
      update: "echo E: could not connect to archive.invalid >&2; exit 100",
    },
    "a broken download": {
      download: "touch half; echo E: Hash Sum mismatch of emscripten >&2; exit 100",
    },
    "a package that does not unpack": { unpack: "echo unexpected end of archive >&2; exit 2" },
  };
  for (const [what, how] of Object.entries(failures)) {
    test(`${what} is an error with a remedy, and leaves no partial copy`, async () => {
      fakeApt(how);
      const toolchain = join(folder, "toolchain");
      mkdirSync(toolchain);
      await assert.rejects(
        installEmscripten(toolchain, silent, { archive: ARCHIVE, suites: ["forky"] }),
        (error) => {
          assert.ok(error instanceof SetupError);
          assert.match(error.message, /Debian forky: "(apt-get|dpkg) /);
          assert.match(error.message, /connect|Hash Sum mismatch|unexpected end/);
          assert.match(error.message, /What to do:[\s\S]*emsdk install 6\.0\.5/);
          return true;
        },
      );
      assert.deepEqual(readdirSync(toolchain), []);
      assert.equal(emscriptenEnv(toolchain), undefined);
    });
  }

  test("without a Debian archive, the error says how to install Emscripten", async () => {
    delete process.env.EMSDK;
    fakePrograms({}, { alone: true });
    await assert.rejects(installEmscripten(folder, silent), {
      name: "SetupError",
      message: /no Debian archive[\s\S]*emsdk install 6\.0\.5[\s\S]*emsdk_env\.sh/,
    });
  });

  test("a run that was killed leaves a lock and a folder that the next one removes", async () => {
    fakeApt({ download: "touch half; touch ../../../started; sleep 60" });
    const url = (/** @type {string} */ name) =>
      JSON.stringify(pathToFileURL(join(TOOLS, name)).href);
    const script = join(folder, "run.mjs");
    const toolchain = join(folder, "toolchain");
    mkdirSync(toolchain);
    writeFileSync(
      script,
      `import { installEmscripten } from ${url("setup/emscripten.js")};
       import { withLock } from ${url("setup/lock.js")};
       import { makeStep } from ${url("setup/steps.js")};
       const folder = ${JSON.stringify(toolchain)};
       await withLock(folder, () => {}, () =>
         installEmscripten(folder, makeStep(() => {}), { archive: ${JSON.stringify(ARCHIVE)} }));`,
    );
    const child = spawn(process.execPath, [script], { detached: true, stdio: "inherit" });
    const gone = new Promise((resolve) => child.on("close", resolve));
    while (!existsSync(join(toolchain, "started"))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    process.kill(-(/** @type {number} */ (child.pid)), "SIGKILL");
    await gone;
    rmSync(join(toolchain, "started"));
    assert.deepEqual(
      readdirSync(toolchain).map((name) => name.replace(/\d+/, "")),
      ["lock", "partial-"],
    );
    await withLock(
      toolchain,
      () => {},
      async () => sweep(toolchain),
    );
    assert.deepEqual(readdirSync(toolchain), []);
  });

  test("the user's is used if it is new enough, $EMSDK before PATH", () => {
    const emsdk = join(folder, "emsdk");
    const root = fakeEmscripten(join(emsdk, "upstream/emscripten"), "4.0.1");
    const other = fakeEmscripten(join(folder, "other"), "3.1.6");
    const toolchain = join(folder, "toolchain");
    fakeCopy(toolchain, "6.0.5");
    process.env.PATH = other;
    process.env.EMSDK = emsdk;
    assert.equal(findEmscripten(toolchain), undefined, "not the one that the set-up chose");
    writeFile(join(toolchain, "env.json"), JSON.stringify({ version: "4.0.1", root }));
    assert.equal(findEmscripten(toolchain)?.emcc, join(root, "emcc"));
    delete process.env.EMSDK;
    fakeCopy(toolchain, "6.0.5");
    assert.equal(findEmscripten(toolchain)?.version, "6.0.5");
  });

  test("the user's that cannot build is an error that names it", async () => {
    process.env.EMSDK = join(folder, "emsdk");
    const root = fakeEmscripten(join(folder, "emsdk/upstream/emscripten"), "4.0.1");
    const toolchain = join(folder, "toolchain");
    mkdirSync(toolchain);
    await assert.rejects(installEmscripten(toolchain, silent), (error) => {
      assert.ok(error instanceof SetupError);
      assert.ok(error.message.includes(root));
      assert.match(error.message, /it is broken/);
      return true;
    });
    assert.equal(emscriptenEnv(toolchain), undefined);
  });

  test("our copy on PATH is not mistaken for the user's", () => {
    delete process.env.EMSDK;
    const copy = fakeCopy(folder, "6.0.5");
    process.env.PATH = join(copy, "usr/share/emscripten");
    assert.equal(findEmscripten(folder)?.env.EM_CONFIG.startsWith(copy), true);
  });

  test("a copy is not used before it is complete or after it was moved", () => {
    delete process.env.EMSDK;
    const toolchain = join(folder, "toolchain");
    const copy = fakeCopy(toolchain, "6.0.5");
    const { env, toolchainFile } = emscriptenEnv(toolchain) ?? assert.fail();
    assert.ok(existsSync(toolchainFile));
    assert.equal(env.EMSCRIPTEN, join(copy, "usr/share/emscripten"));
    rmSync(join(copy, "origin.json"));
    assert.equal(emscriptenEnv(toolchain), undefined);
    fakeCopy(toolchain, "6.0.5");
    renameSync(toolchain, join(folder, "moved"));
    assert.equal(emscriptenEnv(join(folder, "moved")), undefined);
    assert.equal(emscriptenEnv(join(folder, "nowhere")), undefined);
  });
});
