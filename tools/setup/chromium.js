import { createRequire } from "node:module";
import { join } from "node:path";
import { must, root } from "../run.js";
import { canInstallPackages, installSystemPackages } from "./debian/system-packages.js";
import { installOptional } from "./optional.js";
import { SetupError } from "./setup-error.js";
import { isExecutable, which } from "./which.js";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const SHELL = "chromium-headless-shell";
const TODO = "install Chromium or Chrome on PATH, or set CHROMIUM_PATH to the program.";

/**
 * @param {{ env?: Record<string, string | undefined>, checkout?: string }} [options]
 * @returns {string | undefined} the browser's program: CHROMIUM_PATH, one on PATH, or Playwright's
 * @throws {SetupError} when CHROMIUM_PATH names no program
 */
export function findChromium({ env = process.env, checkout = root } = {}) {
  if (env.CHROMIUM_PATH) {
    if (isExecutable(env.CHROMIUM_PATH)) return env.CHROMIUM_PATH;
    throw new SetupError(`CHROMIUM_PATH is ${env.CHROMIUM_PATH}, which is not a program.`, TODO);
  }
  for (const name of NAMES) {
    const found = which(name, env.PATH);
    if (found) return found;
  }
  const own = playwrightChromium(checkout);
  return own && isExecutable(own) ? own : undefined;
}

/**
 * Chromium without a desktop's windows: a page of its own costs a sixth of the processor's time.
 * @param {{ env?: Record<string, string | undefined> }} [options]
 * @returns {string | undefined} the program; undefined if it is not installed, or CHROMIUM_PATH names another
 */
export function findHeadlessShell({ env = process.env } = {}) {
  return env.CHROMIUM_PATH ? undefined : which(SHELL, env.PATH);
}

/** @param {import("./steps.js").Step} step @returns {Promise<string | undefined>} the program; without it the tests use Chromium */
export async function installHeadlessShell(step) {
  if (process.env.CHROMIUM_PATH) return undefined;
  const without = "the tests use Chromium itself, more slowly";
  return installOptional(step, "Chromium's headless shell", [SHELL], findHeadlessShell, without);
}

/**
 * @param {import("./steps.js").Step} step
 * @returns {Promise<string>} the browser's program
 * @throws {SetupError}
 */
export async function installChromium(step) {
  const failures = [];
  for (const [what, install] of ways()) {
    try {
      await step(what, install);
      const found = findChromium();
      if (found) return found;
      failures.push(`"${what}" succeeded, but there is still no browser.`);
    } catch (error) {
      failures.push(/** @type {Error} */ (error).message);
    }
  }
  throw new SetupError(
    ["The tests need Chromium, and none was found.", ...failures].join("\n"),
    TODO,
  );
}

/** @returns {[string, () => Promise<unknown>][]} */
function ways() {
  /** @type {[string, () => Promise<unknown>][]} */
  const all = [["install Playwright's Chromium", installPlaywrights]];
  if (canInstallPackages()) {
    all.unshift([
      "install Chromium (apt-get install chromium)",
      () => installSystemPackages("chromium"),
    ]);
  }
  return all;
}

async function installPlaywrights() {
  const cli = join(root, "node_modules/playwright-core/cli.js");
  await must(process.execPath, [cli, "install", "chromium"]);
}

/** @param {string} checkout */
function playwrightChromium(checkout) {
  try {
    const require = createRequire(join(checkout, "package.json"));
    return require("playwright-core").chromium.executablePath();
  } catch {
    return undefined;
  }
}
