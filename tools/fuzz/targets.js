import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../run.js";

/**
 * @typedef {object} Target
 * @property {string} name
 * @property {"cpp" | "js"} kind
 * @property {string} path of its source, from the repository's top
 * @property {string} [corpus] the folder of its seeds
 */

/** The folder of failing inputs. */
export const results = join(root, "test-results/fuzz");

/** @returns {Promise<Target[]>} by name */
export async function findTargets() {
  const found = [];
  for (const entry of await readdir(join(root, "tests"), { recursive: true })) {
    const [, room, name, end] = /^([^/]+)\/(\w[\w-]*?)(_fuzz\.cpp|\.fuzz\.js)$/.exec(entry) ?? [];
    if (!name) continue;
    const corpus = join(root, "tests", room, "corpus", name);
    found.push({
      name,
      kind: end === ".fuzz.js" ? /** @type {const} */ ("js") : /** @type {const} */ ("cpp"),
      path: join("tests", entry),
      corpus: existsSync(corpus) ? corpus : undefined,
    });
  }
  found.sort((a, b) => a.name.localeCompare(b.name));
  const twice = found.find(({ name }, i) => i > 0 && name === found[i - 1].name);
  if (twice) throw new Error(`two fuzz targets have the name ${twice.name}`);
  return found;
}

/**
 * How to repeat a failure.
 * @param {Target} target @param {number} seed @param {string | undefined} input a file
 */
export function advice({ name }, seed, input) {
  return input
    ? `seed ${seed}; repeat it with: npm run fuzz -- ${name} ${input}`
    : `repeat it with: npm run fuzz -- ${name} <seconds> --seed=${seed}`;
}
