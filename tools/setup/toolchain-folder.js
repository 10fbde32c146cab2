import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { root } from "../run.js";
import { SetupError } from "./setup-error.js";

/**
 * The folder of everything that the set-up fetched: `.toolchain` of the checkout, which may be a
 * link to another checkout's.
 *
 * @param {string} [checkout]
 * @returns {string | undefined} its real path; undefined before the first set-up
 */
export function toolchainFolder(checkout = root) {
  try {
    return realpathSync(join(checkout, ".toolchain"));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} [checkout]
 * @returns {string} its real path; created if missing
 */
export function makeToolchainFolder(checkout = root) {
  const found = toolchainFolder(checkout);
  if (found) return found;
  const folder = join(checkout, ".toolchain");
  try {
    mkdirSync(folder);
  } catch (error) {
    throw new SetupError(
      `Cannot make the folder ${folder}: ${/** @type {Error} */ (error).message}`,
      "if it is a link, create the folder that it points to, or remove it.",
      error,
    );
  }
  return realpathSync(folder);
}
