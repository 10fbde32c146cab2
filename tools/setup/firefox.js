import { installOptional } from "./optional.js";
import { SetupError } from "./setup-error.js";
import { isExecutable, which } from "./which.js";

const NAMES = ["firefox", "firefox-esr"];

/**
 * @param {{ env?: Record<string, string | undefined> }} [options]
 * @returns {string | undefined} the browser's program: FIREFOX_PATH, or one on PATH
 * @throws {SetupError} when FIREFOX_PATH names no program
 */
export function findFirefox({ env = process.env } = {}) {
  if (env.FIREFOX_PATH) {
    if (isExecutable(env.FIREFOX_PATH)) return env.FIREFOX_PATH;
    throw new SetupError(
      `FIREFOX_PATH is ${env.FIREFOX_PATH}, which is not a program.`,
      "set FIREFOX_PATH to Firefox's program, or leave it unset.",
    );
  }
  for (const name of NAMES) {
    const found = which(name, env.PATH);
    if (found) return found;
  }
  return undefined;
}

/**
 * @param {import("./steps.js").Step} step
 * @returns {Promise<string | undefined>} the browser's program; without one its tests are skipped
 */
export function installFirefox(step) {
  return installOptional(step, "Firefox", ["firefox-esr"], findFirefox);
}
