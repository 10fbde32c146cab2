// Node only.
import { readFile, writeFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { manifestOf, previousOf, slashed } from "./manifest.node.js";

/**
 * A plugin for esbuild that writes the manifest of each build into `outdir`.
 *
 *     import { lazyManifest } from "apus/lazy/esbuild";
 *     await build({ …, splitting: true, format: "esm", plugins: [lazyManifest()] });
 *
 * @param {{ fileName?: string, previous?: string | object }} [options] `fileName`: apus-manifest.json;
 *   `previous`: the manifest of the previous build, its path or its content; the new manifest then
 *   lists which files replace which
 */
export function lazyManifest({ fileName = "apus-manifest.json", previous } = {}) {
  return {
    name: "apus-lazy-manifest",
    /** @param {any} build esbuild's PluginBuild */
    setup(build) {
      const { initialOptions: options } = build;
      options.metafile = true;
      const root = options.absWorkingDir ?? process.cwd();
      // Read it before the build overwrites it.
      const older = previousOf(previous);
      older.catch(() => {}); // thrown at the end of the build
      build.onEnd(async (/** @type {any} */ result) => {
        if (result.errors.length || !result.metafile || !options.outdir) return;
        const outdir = resolve(root, options.outdir);
        const within = (/** @type {string} */ path) =>
          slashed(relative(outdir, resolve(root, path)));
        const contents = new Map(
          result.outputFiles?.map((/** @type {any} */ file) => [within(file.path), file.contents]),
        );
        const outputs = Object.entries(result.metafile.outputs).filter(([path]) =>
          /\.m?js$/.test(path),
        );
        const built = outputs.map(async ([output, { entryPoint, imports }]) => {
          const path = within(output);
          const content = contents.get(path) ?? (await readFile(resolve(root, output)));
          const statics = imports.filter(
            (/** @type {any} */ { kind, external }) => kind === "import-statement" && !external,
          );
          const paths = statics.map((/** @type {any} */ { path }) => within(path));
          return { path, name: entryPoint && slashed(entryPoint), imports: paths, content };
        });
        const text = manifestOf(await Promise.all(built), await older);
        const path = resolve(outdir, fileName);
        if (!result.outputFiles) return writeFile(path, text);
        // write: false
        result.outputFiles.push({ path, contents: new TextEncoder().encode(text), hash: "", text });
      });
    },
  };
}
