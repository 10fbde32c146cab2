// npm packages, the sources for CMake, and browsers.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { findChromium, findHeadlessShell } from "../../../tools/setup/chromium.js";
import { findFirefox, installFirefox } from "../../../tools/setup/firefox.js";
import { findPackages, installPackages, WITH_SCRIPTS } from "../../../tools/setup/npm.js";
import { SetupError } from "../../../tools/setup/setup-error.js";
import {
  findSources,
  folderName,
  installSources,
  SOURCES,
  sourceOverrides,
} from "../../../tools/setup/sources.js";
import { makeStep } from "../../../tools/setup/steps.js";
import { findWebKit, installWebKit } from "../../../tools/setup/webkit.js";
import { fakePrograms, folder, silent, TOOLS, writeFile } from "./fixture.js";

describe("npm packages", () => {
  test("are found while their stamp matches the lock file", async () => {
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

  test("do not run install scripts, and those that have one are listed", async () => {
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

  test("that fail to install are an error with npm's output, and leave no stamp", async () => {
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

describe("sources", () => {
  test("become arguments for CMake once they are installed", () => {
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

  test("that cannot be fetched are left to CMake, and the user is told", async () => {
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
  test("is the one at CHROMIUM_PATH, otherwise the first on PATH", () => {
    const bin = fakePrograms({ chromium: "", "google-chrome": "" });
    const mine = join(bin, "google-chrome");
    assert.equal(findChromium({ env: { CHROMIUM_PATH: mine, PATH: bin } }), mine);
    assert.equal(findChromium({ env: { PATH: bin } }), join(bin, "chromium"));
    assert.equal(findChromium({ env: { PATH: "" }, checkout: folder }), undefined);
  });

  test("the headless shell is one on PATH, unless CHROMIUM_PATH chooses the browser", () => {
    const bin = fakePrograms({ chromium: "", "chromium-headless-shell": "" });
    const shell = join(bin, "chromium-headless-shell");
    assert.equal(findHeadlessShell({ env: { PATH: bin } }), shell);
    assert.equal(findHeadlessShell({ env: { PATH: "" } }), undefined);
    const chosen = { CHROMIUM_PATH: join(bin, "chromium"), PATH: bin };
    assert.equal(findHeadlessShell({ env: chosen }), undefined);
  });

  test("a CHROMIUM_PATH to nothing is an error, and no other browser is used", () => {
    assert.throws(() => findChromium({ env: { CHROMIUM_PATH: join(folder, "none") } }), SetupError);
  });
});

describe("the other engines", () => {
  test("are found by path, and may be absent", () => {
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

  test("where they cannot be installed the user is told, and the set-up continues", async () => {
    fakePrograms({}, { alone: true });
    /** @type {string[]} */
    const lines = [];
    const step = makeStep((line) => lines.push(line));
    assert.equal(await installFirefox(step), undefined);
    assert.equal(await installWebKit(step), undefined);
    assert.match(lines.join("\n"), /no Firefox here.*skipped.*firefox-esr[\s\S]*no WebKitGTK here/);
  });
});
