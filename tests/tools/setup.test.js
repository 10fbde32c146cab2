import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { must } from "../../tools/run.js";
import { findChromium } from "../../tools/setup/chromium.js";
import {
  findDebianArchive,
  parseLines,
  parseStanzas,
} from "../../tools/setup/debian/apt-sources.js";
import { parseUris } from "../../tools/setup/debian/archive.js";
import { comparePins, pinsOf } from "../../tools/setup/debian/emscripten-pins.js";
import {
  emscriptenEnv,
  findEmscripten,
  installEmscripten,
  SUITES,
} from "../../tools/setup/emscripten.js";
import { findFirefox, installFirefox } from "../../tools/setup/firefox.js";
import { identify, isStale, withLock } from "../../tools/setup/lock.js";
import { findPackages, installPackages, WITH_SCRIPTS } from "../../tools/setup/npm.js";
import { SetupError } from "../../tools/setup/setup-error.js";
import {
  findSources,
  folderName,
  installSources,
  SOURCES,
  sourceOverrides,
} from "../../tools/setup/sources.js";
import { stage, sweep } from "../../tools/setup/staging.js";
import { makeStep } from "../../tools/setup/steps.js";
import { makeToolchainFolder } from "../../tools/setup/toolchain-folder.js";
import { isAtLeast, parseVersion } from "../../tools/setup/version.js";
import { findWebKit, installWebKit } from "../../tools/setup/webkit.js";

const TOOLS = join(dirname(fileURLToPath(import.meta.url)), "../../tools");
const ARCHIVE = { uri: "http://archive.invalid/debian" };
const { PATH, EMSDK } = process.env;
const silent = makeStep(() => {});

/** @type {string} a folder for one test */
let folder;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "apus-setup-")));
});

afterEach(() => {
  process.env.PATH = PATH;
  if (EMSDK === undefined) delete process.env.EMSDK;
  else process.env.EMSDK = EMSDK;
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Puts programs before, or instead of, those of the system.
 * @param {Record<string, string>} scripts
 */
function fakePrograms(scripts, { alone = false } = {}) {
  const bin = join(folder, "bin");
  for (const [name, script] of Object.entries(scripts)) {
    writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  process.env.PATH = alone ? bin : `${bin}${delimiter}${PATH}`;
  return bin;
}

/** @param {string} file @param {string} text */
function writeFile(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** An Emscripten that says its version and can do nothing. */
function fakeEmscripten(/** @type {string} */ root, /** @type {string} */ version) {
  writeFile(join(root, "emcc"), "#!/bin/sh\nexit 1\n");
  writeFile(join(root, "em++"), "#!/bin/sh\necho it is broken >&2\nexit 1\n");
  chmodSync(join(root, "emcc"), 0o755);
  chmodSync(join(root, "em++"), 0o755);
  writeFile(join(root, "emscripten-version.txt"), `"${version}"\n`);
  writeFile(join(root, "cmake/Modules/Platform/Emscripten.cmake"), "");
  return root;
}

/** A complete copy of ours, as the set-up leaves it behind. */
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

describe("apt's sources", () => {
  test("deb822: stanzas, lists, comments, continued lines, keys inside", () => {
    const sources = parseStanzas(`# the archive
Types: deb deb-src
URIs: http://mirror.invalid/debian
# a comment within
Suites: bookworm bookworm-updates
Components: main
 contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

enabled: no
types: deb
uris: http://off.invalid/debian
suites: sid
components: main

Types: deb
URIs: http://other.invalid/
Suites: ./
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
`);
    assert.equal(sources.length, 2);
    assert.deepEqual(sources[0].types, ["deb", "deb-src"]);
    assert.deepEqual(sources[0].uris, ["http://mirror.invalid/debian"]);
    assert.deepEqual(sources[0].suites, ["bookworm", "bookworm-updates"]);
    assert.deepEqual(sources[0].components, ["main", "contrib"]);
    assert.match(sources[1].signedBy ?? "", /^\n-----BEGIN.*-----\n\.\nabc$/);
  });

  test("one-line: options, comments, what is commented out", () => {
    const sources = parseLines(`# deb http://off.invalid/debian bookworm main
deb [ arch=amd64 signed-by=/a.gpg,/b.gpg trusted=yes ] http://mirror.invalid/debian bookworm main contrib # why
deb-src http://mirror.invalid/debian bookworm main

deb http://plain.invalid/debian trixie main`);
    assert.equal(sources.length, 3);
    assert.equal(sources[0].signedBy, "/a.gpg /b.gpg");
    assert.deepEqual(sources[0].components, ["main", "contrib"]);
    assert.deepEqual(sources[1].types, ["deb-src"]);
    assert.deepEqual(sources[2].uris, ["http://plain.invalid/debian"]);
  });

  test("the archive is Debian's main one, not its security updates nor another system's", () => {
    const security = "deb http://s.invalid/debian-security bookworm-security main";
    const other = "deb http://u.invalid/ubuntu noble main";
    const sourceOnly = "deb-src http://x.invalid/debian bookworm main";
    const disc = "deb cdrom:[Debian]/ bookworm main";
    const right = "deb http://d.invalid/debian bookworm main";
    assert.equal(
      findDebianArchive(parseLines([security, other, sourceOnly, disc].join("\n"))),
      undefined,
    );
    const keyring = join(folder, "debian.gpg");
    writeFileSync(keyring, "");
    const found = findDebianArchive(parseLines([security, disc, right].join("\n")), { keyring });
    assert.deepEqual(found, { uri: "http://d.invalid/debian", signedBy: keyring });
  });

  test("another's repository is not taken for it, and nothing is trusted without Debian's keys", () => {
    const keyring = join(folder, "debian.gpg");
    writeFileSync(keyring, "");
    const find = (/** @type {string[]} */ ...lines) =>
      findDebianArchive(parseLines(lines.join("\n")), { keyring });
    const keyed = "deb [signed-by=/etc/apt/keyrings/other.gpg] http://o.invalid/debian trixie main";
    const trusted = "deb [trusted=yes] http://t.invalid/apt bookworm main";
    const plain = "deb http://d.invalid/debian bookworm main";
    const own = "/usr/share/keyrings/debian-archive-keyring.gpg";
    const signed = `deb [signed-by=${own}] http://m.invalid/mirror bookworm main`;
    assert.equal(find(keyed), undefined);
    assert.equal(find(keyed, trusted, plain)?.uri, "http://d.invalid/debian");
    assert.equal(find(keyed, trusted, plain, signed)?.uri, "http://m.invalid/mirror");
    assert.deepEqual(find(trusted), { uri: "http://t.invalid/apt", signedBy: keyring });
    // Without Debian's keys nothing can be checked, but what the entry itself names.
    const none = { keyring: join(folder, "none.gpg") };
    assert.equal(findDebianArchive(parseLines(`${trusted}\n${plain}`), none), undefined);
    assert.equal(findDebianArchive(parseLines(signed), none)?.signedBy, own);
  });

  test("packages are compared with those on record: newer ones are told, changed ones refused", () => {
    const file = join(folder, "libllvm21_1%3a21.1.8-13_amd64.deb");
    writeFileSync(file, "bytes");
    const hash = "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9";
    const name = "libllvm21_1:21.1.8-13_amd64.deb";
    assert.equal(comparePins([file], { [name]: hash }), undefined);
    assert.match(comparePins([file], {}) ?? "", /moved on: 1 of 1 .*libllvm21/);
    assert.throws(() => comparePins([file], { [name]: "00" }), /on record/);
    for (const suite of SUITES) {
      const names = Object.keys(pinsOf(suite));
      assert.ok(names.some((name) => /^emscripten_/.test(name)));
      assert.ok(names.some((name) => /^binaryen_/.test(name)));
    }
  });

  test("packages to download are read from apt's list, encoded versions included", () => {
    const text = `Reading package lists...
'http://a.invalid/libllvm21_21.1.8-13_amd64.deb' libllvm21_1%3a21.1.8-13_amd64.deb 28251876 SHA256:00
'http://a.invalid/e.deb' emscripten_6.0.5+dfsg+~1.41.5-2_all.deb 6186072 MD5Sum:00
`;
    assert.deepEqual(parseUris(text), [
      { name: "libllvm21", version: "1:21.1.8-13", bytes: 28251876 },
      { name: "emscripten", version: "6.0.5+dfsg+~1.41.5-2", bytes: 6186072 },
    ]);
  });
});

test("versions compare by number, not by letter; no version is older than any", () => {
  assert.deepEqual(parseVersion('"3.1.70-git"\n'), [3, 1, 70]);
  assert.equal(parseVersion("none"), undefined);
  assert.ok(isAtLeast("3.1.69", "3.1.69"));
  assert.ok(isAtLeast("3.1.100", "3.1.69"));
  assert.ok(isAtLeast("6.0", "3.1.69"));
  assert.ok(!isAtLeast("3.1.6", "3.1.69"));
  assert.ok(!isAtLeast("2.9.99", "3.1.69"));
  assert.ok(!isAtLeast("unknown", "3.1.69"));
});

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

  test("a failed command shows itself and the end of what it printed", async () => {
    await assert.rejects(must("sh", ["-c", "echo one; echo two >&2; exit 3"]), {
      message: /sh -c .*failed \(3\)[\s\S]*\| one[\s\S]*\| two/,
    });
    await assert.rejects(must("no-such-program", []), {
      message: /no-such-program.*did not start/,
    });
  });
});

describe("the lock", () => {
  test("lets one work at a time", async () => {
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

  test("is given back when the work fails", async () => {
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

  test("of a living process is waited for, and the user sees it", async () => {
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

  test("only the remains of interrupted runs are swept away", () => {
    writeFile(join(folder, "partial-123/half"), "");
    writeFile(join(folder, "emscripten-6.0.5/origin.json"), "{}");
    sweep(folder);
    assert.deepEqual(readdirSync(folder), ["emscripten-6.0.5"]);
  });
});

describe("the toolchain folder", () => {
  test("is made once, and may be a link to another checkout's", () => {
    mkdirSync(join(folder, "one"));
    mkdirSync(join(folder, "two"));
    const made = makeToolchainFolder(join(folder, "one"));
    symlinkSync(made, join(folder, "two/.toolchain"));
    assert.equal(makeToolchainFolder(join(folder, "two")), made);
  });

  test("that is a link to nowhere is an error that says so", () => {
    symlinkSync(join(folder, "nowhere"), join(folder, ".toolchain"));
    assert.throws(() => makeToolchainFolder(folder), SetupError);
  });
});

describe("npm packages", () => {
  test("are found when their stamp is that of the lock file, and stale when it changed", async () => {
    writeFile(join(folder, "package-lock.json"), "{}");
    fakePrograms({ npm: "rm -rf node_modules; mkdir node_modules" });
    delete process.env.npm_execpath;
    assert.equal(findPackages(folder), undefined);
    await installPackages(silent, folder);
    assert.equal(findPackages(folder), join(folder, "node_modules"));
    writeFile(join(folder, "package-lock.json"), '{ "changed": true }');
    assert.equal(findPackages(folder), undefined);
    await installPackages(silent, folder);
    assert.ok(findPackages(folder));
  });

  test("run no scripts of theirs, and one that wants to is known by name", async () => {
    writeFile(join(folder, "package-lock.json"), "{}");
    fakePrograms({ npm: 'rm -rf node_modules; mkdir node_modules; echo "$@" > asked' });
    delete process.env.npm_execpath;
    await installPackages(silent, folder);
    assert.equal(readFileSync(join(folder, "asked"), "utf8"), "ci --ignore-scripts\n");
    const lock = JSON.parse(readFileSync(join(TOOLS, "../package-lock.json"), "utf8"));
    for (const [place, { hasInstallScript }] of Object.entries(lock.packages)) {
      const name = place.replace(/^.*node_modules\//, "");
      assert.ok(!hasInstallScript || WITH_SCRIPTS[name], `${name} wants to run a script`);
    }
  });

  test("that do not install are an error with what npm said, and leave no stamp", async () => {
    writeFile(join(folder, "package-lock.json"), "{}");
    fakePrograms({ npm: "rm -rf node_modules; mkdir node_modules; echo no network; exit 1" });
    delete process.env.npm_execpath;
    await assert.rejects(installPackages(silent, folder), {
      name: "SetupError",
      message: /no network[\s\S]*What to do/,
    });
    assert.equal(findPackages(folder), undefined);
  });
});

describe("Emscripten", () => {
  /** apt and dpkg that do as told. @param {Record<string, string>} how */
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
    test(`${what} ends with an error that says what to do, and leaves no half copy`, async () => {
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

  test("where there is no Debian archive the error says how to install it", async () => {
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

  test("of the user's is taken if new enough, $EMSDK before PATH, and left alone if old", () => {
    const emsdk = join(folder, "emsdk");
    const root = fakeEmscripten(join(emsdk, "upstream/emscripten"), "4.0.1");
    const other = fakeEmscripten(join(folder, "other"), "3.1.6");
    const toolchain = join(folder, "toolchain");
    fakeCopy(toolchain, "6.0.5");
    process.env.PATH = other;
    process.env.EMSDK = emsdk;
    assert.equal(findEmscripten(toolchain), undefined, "another one than was chosen");
    writeFile(join(toolchain, "env.json"), JSON.stringify({ version: "4.0.1", root }));
    assert.equal(findEmscripten(toolchain)?.emcc, join(root, "emcc"));
    delete process.env.EMSDK;
    fakeCopy(toolchain, "6.0.5");
    assert.equal(findEmscripten(toolchain)?.version, "6.0.5");
  });

  test("of the user's that does not build is an error that names it", async () => {
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

  test("a copy of ours that is on PATH is not taken for the user's", () => {
    delete process.env.EMSDK;
    const copy = fakeCopy(folder, "6.0.5");
    process.env.PATH = join(copy, "usr/share/emscripten");
    assert.equal(findEmscripten(folder)?.env.EM_CONFIG.startsWith(copy), true);
  });

  test("a copy is not used before it is complete, nor after it was moved", () => {
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

describe("sources", () => {
  test("that are there become arguments for CMake", () => {
    assert.deepEqual(sourceOverrides(folder), []);
    for (const [name, { proof }] of Object.entries(SOURCES)) {
      writeFile(join(folder, folderName(name), proof), "");
    }
    const wanted = Object.keys(SOURCES).map(
      (name) => `-DFETCHCONTENT_SOURCE_DIR_${name.toUpperCase()}=${join(folder, folderName(name))}`,
    );
    assert.deepEqual(sourceOverrides(folder), wanted);
    assert.deepEqual(findSources(folder), wanted);
  });

  test("have one version each, the same from the project and from Debian", () => {
    for (const { version, url, debian } of Object.values(SOURCES)) {
      assert.ok(url.includes(`/v${version}/`) && debian.path.includes(`_${version}`), url);
    }
  });

  test("that cannot be fetched are left to CMake, and the user sees it", async () => {
    /** @type {string[]} */
    const lines = [];
    const step = makeStep((line) => lines.push(line));
    const overrides = await installSources(folder, step, {
      archive: { uri: "file:///no/such/archive" },
    });
    assert.ok(!overrides.some((argument) => argument.includes("ZSTD")));
    assert.match(lines.join("\n"), /NOT fetch zstd-1\.5\.7[\s\S]*CMake will fetch/);
    assert.deepEqual(readdirSync(folder), []);
  });
});

describe("Chromium", () => {
  test("is that of CHROMIUM_PATH, else the first on PATH", () => {
    const bin = fakePrograms({ chromium: "", "google-chrome": "" });
    const mine = join(bin, "google-chrome");
    assert.equal(findChromium({ env: { CHROMIUM_PATH: mine, PATH: bin } }), mine);
    assert.equal(findChromium({ env: { PATH: bin } }), join(bin, "chromium"));
    assert.equal(findChromium({ env: { PATH: "" }, checkout: folder }), undefined);
  });

  test("a CHROMIUM_PATH that leads nowhere is an error, not a silent other browser", () => {
    assert.throws(() => findChromium({ env: { CHROMIUM_PATH: join(folder, "none") } }), SetupError);
  });
});

describe("the other engines", () => {
  test("are found by path, and their absence is no error", () => {
    const bin = fakePrograms({ "firefox-esr": "", WebKitWebDriver: "", Xvfb: "" });
    const mine = join(bin, "firefox-esr");
    assert.equal(findFirefox({ env: { PATH: bin } }), mine);
    assert.equal(findFirefox({ env: { FIREFOX_PATH: mine, PATH: "" } }), mine);
    assert.equal(findFirefox({ env: { PATH: "" } }), undefined);
    assert.throws(() => findFirefox({ env: { FIREFOX_PATH: join(folder, "none") } }), SetupError);
    const webkit = { driver: join(bin, "WebKitWebDriver"), display: join(bin, "Xvfb") };
    assert.deepEqual(findWebKit({ env: { PATH: bin } }), webkit);
    rmSync(webkit.display);
    assert.equal(findWebKit({ env: { PATH: bin } }), undefined);
  });

  test("where they cannot be installed the user sees it, and the set-up continues", async () => {
    fakePrograms({}, { alone: true });
    /** @type {string[]} */
    const lines = [];
    const step = makeStep((line) => lines.push(line));
    assert.equal(await installFirefox(step), undefined);
    assert.equal(await installWebKit(step), undefined);
    assert.match(lines.join("\n"), /no Firefox here.*skipped.*firefox-esr[\s\S]*no WebKitGTK here/);
  });
});

test("the command names its parts, and takes no other", async () => {
  cpSync(TOOLS, join(folder, "tools"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  await assert.rejects(must(process.execPath, ["tools/setup.js", "emcc"], { cwd: folder }), {
    message:
      /no part "emcc"; there are npm, emscripten, sources, chromium, firefox, webkit, clang\n?$/,
  });
  assert.ok(!existsSync(join(folder, ".toolchain")));
});

test("the set-up takes addresses from the machine and names none but the projects' own", () => {
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
