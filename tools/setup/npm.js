import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { must, root } from "../run.js";
import { SetupError } from "./setup-error.js";

/** Holds the hash of the lock file that node_modules was installed from. */
const STAMP = "node_modules/.apus-lock";

/**
 * The packages that have an install script, and why none needs it.
 * @type {Record<string, string>}
 */
export const WITH_SCRIPTS = {
  esbuild:
    "takes its program from the platform's package; the script only speeds up its first start",
  fsevents: "for macOS only, optional, and prebuilt",
  protobufjs: "prints a warning about version ranges",
  "rs-module-lexer": "takes its program from the package of the platform",
};

/**
 * @param {string} [checkout]
 * @returns {string | undefined} node_modules, if it matches package-lock.json
 */
export function findPackages(checkout = root) {
  try {
    const stamp = readFileSync(join(checkout, STAMP), "utf8");
    return stamp === hashOfLock(checkout) ? join(checkout, "node_modules") : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {import("./steps.js").Step} step
 * @param {string} [checkout]
 * @returns {Promise<string>} node_modules
 * @throws {SetupError}
 */
export async function installPackages(step, checkout = root) {
  if (!existsSync(join(checkout, "package-lock.json"))) {
    throw new SetupError("There is no package-lock.json.", "restore the file from the repository.");
  }
  const hash = hashOfLock(checkout);
  try {
    // No package needs its install script (WITH_SCRIPTS).
    await step("install the npm packages (npm ci)", () =>
      npm(["ci", "--ignore-scripts"], checkout),
    );
  } catch (error) {
    throw new SetupError(
      `Could not install the npm packages. ${/** @type {Error} */ (error).message}`,
      "check that npm reaches its registry (npm ping) and run this again.",
      error,
    );
  }
  // npm ci starts with an empty folder, so an interrupted one leaves no stamp.
  writeFileSync(join(checkout, STAMP), hash);
  return join(checkout, "node_modules");
}

/**
 * @param {string[]} args
 * @param {string} cwd
 */
function npm(args, cwd) {
  const script = process.env.npm_execpath;
  return script && basename(script) === "npm-cli.js"
    ? must(process.execPath, [script, ...args], { cwd })
    : must("npm", args, { cwd });
}

/** @param {string} checkout */
function hashOfLock(checkout) {
  return createHash("sha256")
    .update(readFileSync(join(checkout, "package-lock.json")))
    .digest("hex");
}
