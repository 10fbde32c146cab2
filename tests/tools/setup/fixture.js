// A folder for each test, and fake programs on PATH.
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach } from "node:test";
import { fileURLToPath } from "node:url";
import { makeStep } from "../../../tools/setup/steps.js";

export const TOOLS = join(dirname(fileURLToPath(import.meta.url)), "../../../tools");
export const silent = makeStep(() => {});

/** @type {string} the current test's folder */
export let folder;

const { PATH, EMSDK } = process.env;

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
 * Puts programs on PATH, before the system's or, with `alone`, instead of them.
 * @param {Record<string, string>} scripts
 * @returns {string} their folder
 */
export function fakePrograms(scripts, { alone = false } = {}) {
  const bin = join(folder, "bin");
  for (const [name, script] of Object.entries(scripts)) {
    writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  process.env.PATH = alone ? bin : `${bin}${delimiter}${PATH}`;
  return bin;
}

/** @param {string} file @param {string} text */
export function writeFile(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
