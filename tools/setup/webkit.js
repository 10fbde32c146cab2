import { installOptional } from "./optional.js";
import { which } from "./which.js";

/**
 * WebKitGTK's driver, which brings a small browser, and a display for it that nobody sees.
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
 * @returns {Promise<WebKit | undefined>} without it its tests are skipped
 */
export function installWebKit(step) {
  return installOptional(step, "WebKitGTK", ["webkit2gtk-driver", "xvfb"], findWebKit);
}
