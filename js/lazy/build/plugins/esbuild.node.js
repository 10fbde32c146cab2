// Node only.
import { readFile, writeFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { FILE_NAME, manifestOf, previousOf, slashed } from "./manifest.node.js";

/**
 * A plugin for esbuild that writes the manifest of each build into `outdir`.
 *
 *     import { lazyManifest } from "apus/lazy/esbuild";
 *     await build({ …, splitting: true, format: "esm", plugins: [lazyManifest()] });
 *
 * @param {{ fileName?: string, previous?: string | object, workers?: string[] }} [options] `fileName`:
 *   apus-manifest.json; `previous`: the manifest of the previous build, its path or its content; the new
 *   manifest then lists which files replace which. `workers`: the entry points that run in workers,
 *   which esbuild does not know
 */
export function lazyManifest({ fileName = FILE_NAME, previous, workers = [] } = {}) {
  return {
    name: "apus-lazy-manifest",
    /** @param {object} build esbuild's PluginBuild */
    setup(build) {
      const { initialOptions: options, onEnd } = /** @type {any} */ (build);
      options.metafile = true;
      const root = options.absWorkingDir ?? process.cwd();
      // Read it before the build overwrites it.
      const older = previousOf(previous);
      older.catch(() => {}); // thrown at the end of the build
      const named = (/** @type {string} */ path) => slashed(relative(root, resolve(root, path)));
      const inWorkers = new Set(workers.map(named));
      const entries = entriesOf(options.entryPoints).map(named);
      onEnd(async (/** @type {any} */ result) => {
        if (result.errors.length || !result.metafile || !options.outdir) return;
        const outdir = resolve(root, options.outdir);
        const within = (/** @type {string} */ path) =>
          slashed(relative(outdir, resolve(root, path)));
        const contents = new Map(
          result.outputFiles?.map((/** @type {any} */ file) => [within(file.path), file.contents]),
        );
        /** @type {[string, any][]} */
        const outputs = Object.entries(result.metafile.outputs);
        // A script that the loader "file" copies is no part of the graph: a page asks for it by its URL.
        const copied = new Set(
          outputs
            .flatMap(([, { imports }]) => imports)
            .filter(({ kind }) => kind === "file-loader")
            .map(({ path }) => within(path)),
        );
        const built = outputs.map(async ([output, { entryPoint, imports, cssBundle }]) => {
          const path = within(output);
          const content = contents.get(path) ?? (await readFile(resolve(root, output)));
          if (!/\.m?js$/.test(path) || copied.has(path)) return { path, content };
          const of = (/** @type {string} */ wanted) =>
            imports
              .filter((/** @type {any} */ { kind, external }) => kind === wanted && !external)
              .map((/** @type {any} */ { path }) => within(path));
          const name = entryPoint && slashed(entryPoint);
          return {
            path,
            content,
            name,
            kind: inWorkers.has(name) ? "worker" : undefined,
            entry: entries.some((it) => name === it || name?.startsWith(`${it}.`)),
            imports: of("import-statement"),
            dynamic: of("dynamic-import"),
            css: cssBundle ? [within(cssBundle)] : [],
          };
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

/** The paths of esbuild's option `entryPoints`. @param {any} entryPoints @returns {string[]} */
const entriesOf = (entryPoints = []) =>
  Object.values(entryPoints).map((entry) => (typeof entry === "string" ? entry : entry.in));
