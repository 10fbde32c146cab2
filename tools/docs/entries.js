// The package's entries that have a page of their own in the API documentation.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../run.js";

/** Entries that only repeat others, or export nothing. */
const without = /^\.\/(worker|define|messages\/)/;

/**
 * From package.json, in its order: those that run in a page and have types.
 * @returns {{ name: string, slug: string, types: string, script: string }[]}
 */
export function entries() {
  const { name, exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return Object.entries(exports)
    .filter(([path, it]) => it.types && it.default && !without.test(path))
    .map(([path, { types, default: script }]) => ({
      name: path.replace(".", name),
      slug: path === "." ? name : path.slice(2).replaceAll("/", "-"),
      types,
      script,
    }));
}
