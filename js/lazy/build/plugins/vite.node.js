// Node only.
import { readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { serveManifest } from "./development.node.js";
import { withIntegrity } from "./import-map.node.js";
import { FILE_NAME, manifestOf, previousOf, slashed } from "./manifest.node.js";

/**
 * A plugin for Vite, Rollup and Rolldown that writes the manifest of each build next to its files. Vite's
 * development server answers with a manifest of the project's scripts, so names work there, too.
 *
 *     // vite.config.js
 *     import { lazyManifest } from "apus/lazy/vite"; // or "apus/lazy/rollup"
 *     export default { plugins: [lazyManifest()] };
 *
 * @param {{ fileName?: string, previous?: string | object, integrity?: boolean }} [options] `fileName`:
 *   apus-manifest.json; `previous`: the manifest of the previous build, its path or its content; the new
 *   manifest then lists which files replace which. `integrity`: the pages of the build get an import map
 *   with the hashes of all modules, which the browser checks whoever imports them
 */
export function lazyManifest({ fileName = FILE_NAME, previous, integrity = false } = {}) {
  /** @type {string | undefined} */
  let root;
  let base = "/";
  /** @type {string | undefined} */
  let nonce;
  /** @type {Promise<any>} */
  let older = Promise.resolve();
  return {
    name: "apus-lazy-manifest",
    enforce: /** @type {const} */ ("post"),
    /** @param {{ root: string, base?: string, html?: { cspNonce?: string } }} config */
    configResolved(config) {
      root = config.root;
      base = config.base ?? base;
      nonce = config.html?.cspNonce;
    },
    /** @param {import("./development.node.js").Server} server */
    configureServer(server) {
      serveManifest(server, fileName);
    },
    /** Reads it before Vite empties the folder. @param {{ cwd?: string }} [options] Rolldown's */
    buildStart({ cwd = process.cwd() } = {}) {
      root ??= cwd;
      older = previousOf(previous);
      older.catch(() => {}); // thrown at the end of the build
    },
    /**
     * Files are read from disk, because only there they are final.
     * @param {{ dir?: string }} output @param {Record<string, object>} bundle
     */
    async writeBundle({ dir = "." }, bundle) {
      const all = /** @type {any[]} */ (Object.values(bundle));
      const outputs = all.filter(({ fileName: path }) => path !== fileName);
      const built = await Promise.all(
        outputs.map(async (output) => ({
          path: output.fileName,
          content: await readFile(join(dir, output.fileName)),
          ...(output.type === "chunk" ? ofChunk(output, root ?? process.cwd()) : ofAsset(output)),
        })),
      );
      const text = manifestOf(built, await older);
      await writeFile(join(dir, fileName), text);
      if (!integrity) return;
      const { files } = JSON.parse(text);
      for (const { path, content } of built.filter(({ path }) => path.endsWith(".html"))) {
        const page = withIntegrity(content.toString(), { files, path, base, nonce });
        await writeFile(join(dir, path), page);
      }
    },
  };
}

/** @param {any} chunk of Rolldown or Rollup @param {string} root */
function ofChunk({ facadeModuleId, isEntry, imports, dynamicImports, viteMetadata }, root) {
  // Virtual modules have ids with a zero byte or a query.
  const named = facadeModuleId && !/[\0?]/.test(facadeModuleId);
  return {
    name: named ? slashed(relative(root, facadeModuleId)) : undefined,
    entry: isEntry,
    imports,
    dynamic: dynamicImports,
    css: viteMetadata && [...viteMetadata.importedCss],
    assets: viteMetadata && [...viteMetadata.importedAssets],
  };
}

/** Vite builds each worker on its own; its chunks are assets of this build. @param {{ fileName: string }} asset */
const ofAsset = ({ fileName }) => (/\.m?js$/.test(fileName) ? { kind: "worker" } : {});
