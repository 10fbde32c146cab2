import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const PREFIX = "partial-";

/**
 * Makes a folder atomically: it is filled under a temporary name and renamed when complete. A
 * failure leaves nothing behind.
 *
 * Requires: the lock of the folder is held.
 *
 * @param {string} folder
 * @param {(staging: string) => Promise<string>} fill returns the final name
 * @returns {Promise<string>} that name
 */
export async function stage(folder, fill) {
  const staging = join(folder, `${PREFIX}${process.pid}`);
  remove(staging);
  mkdirSync(staging);
  try {
    const name = await fill(staging);
    remove(join(folder, name));
    renameSync(staging, join(folder, name));
    return name;
  } finally {
    remove(staging);
  }
}

/**
 * Removes the remains of interrupted runs.
 *
 * Requires: the lock of the folder is held.
 *
 * @param {string} folder
 */
export function sweep(folder) {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(PREFIX)) remove(join(folder, name));
  }
}

/** @param {string} path */
function remove(path) {
  // A program of a killed run may still write for a moment.
  rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
