// Node only.
import { readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { manifestOf, previousOf, slashed } from "./manifest.node.js";

/**
 * A plugin for Vite and Rollup that writes the manifest of each build next to
 * its files.
 *
 *     // vite.config.js
 *     import { lazyManifest } from "apus/lazy/vite";
 *     export default { plugins: [lazyManifest()] };
 *
 * @param {{ fileName?: string, previous?: string | object }} [options] `fileName`: apus-manifest.json;
 *   `previous`: the manifest of the previous build, its path or its content; the new manifest then
 *   lists which files replace which
 */
export function lazyManifest({ fileName = "apus-manifest.json", previous } = {}) {
  let root = process.cwd();
  /** @type {Promise<any>} */
  let older = Promise.resolve();
  return {
    name: "apus-lazy-manifest",
    apply: /** @type {const} */ ("build"),
    /** @param {{ root: string }} config */
    configResolved(config) {
      root = config.root;
    },
    /** Reads it before Vite empties the folder. */
    buildStart() {
      older = previousOf(previous);
      older.catch(() => {}); // thrown at the end of the build
    },
    /**
     * Files are read from disk, because only there they are final.
     * @param {{ dir?: string }} output @param {Record<string, any>} bundle
     */
    async writeBundle({ dir = "." }, bundle) {
      const chunks = Object.values(bundle).filter(({ type }) => type === "chunk");
      const built = chunks.map(async ({ fileName: path, facadeModuleId, imports }) => ({
        path,
        // Virtual modules have ids with a zero byte or a query.
        name:
          facadeModuleId && !/[\0?]/.test(facadeModuleId)
            ? slashed(relative(root, facadeModuleId))
            : undefined,
        imports: imports.filter((/** @type {string} */ path) => path in bundle),
        content: await readFile(join(dir, path)),
      }));
      await writeFile(join(dir, fileName), manifestOf(await Promise.all(built), await older));
    },
  };
}
