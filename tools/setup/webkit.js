import { installOptional } from "./optional.js";
import { which } from "./which.js";

/**
 * WebKitGTK's driver with its small browser, and a virtual display for it.
 *
 * @typedef {{ driver: string, display: string }} WebKit programs
 */

/**
 * @param {{ env?: Record<string, string | undefined> }} [options]
 * @returns {WebKit | undefined}
 */
export function findWebKit({ env = process.env } = {}) {
  const driver = which("WebKitWebDriver", env.PATH);
  const display = which("Xvfb", env.PATH);
  return driver && display ? { driver, display } : undefined;
}

/**
 * @param {import("./steps.js").Step} step
 * @returns {Promise<WebKit | undefined>} its tests are skipped without it
 */
export function installWebKit(step) {
  return installOptional(step, "WebKitGTK", ["webkit2gtk-driver", "xvfb"], findWebKit);
}
