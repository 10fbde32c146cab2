// Real builds of the application in app.js. Each function builds a folder into `out` and writes a page.
import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rspack } from "@rspack/core";
import { build as esbuild } from "esbuild";
import { rolldown } from "rolldown";
import { build as vite } from "vite";
import webpack from "webpack";
import { lazyManifest as forEsbuild } from "../../../js/lazy/build/plugins/esbuild.node.js";
import { lazyManifest as forVite } from "../../../js/lazy/build/plugins/vite.node.js";
import { LazyManifest } from "../../../js/lazy/build/plugins/webpack.node.js";
import { root } from "../../../tools/run.js";

/**
 * @typedef {{ folder: string, out: string, plugin?: object, nonce?: string, again?: boolean }} Task
 *   `again`: the folder is built many times in this process
 */

/** @param {Task} task @param {object} [build] more options @param {string} [base] */
export const withVite = ({ folder, out, plugin, nonce }, build = {}, base = "/") =>
  vite({
    root: folder,
    base,
    configFile: false,
    logLevel: "error",
    build: { outDir: out, assetsInlineLimit: 0, emptyOutDir: true, ...build },
    html: { cspNonce: nonce },
    worker: { format: "es" },
    plugins: [forVite(plugin)],
  });

/** @param {Task} task */
export const withImportMap = (task) => withVite(task, { chunkImportMap: true });

/** Rolldown has the interface of Rollup. Sheets are Vite's business. @param {Task} task */
export async function withRolldown({ folder, out, plugin }) {
  const bundle = await rolldown({
    cwd: folder,
    input: "src/main.js",
    moduleTypes: { ".css": "empty", ".wasm": "asset", ".json": "asset" },
    plugins: [forVite(plugin)],
  });
  await bundle.write({ dir: out, entryFileNames: "[name]-[hash].js" });
  await bundle.close();
}

/** @param {Task} task */
export async function withEsbuild({ folder, out, plugin }) {
  const text = await readFile(join(folder, "src/work.js"), "utf8");
  const byName = !text.includes("import url"); // a worker is an entry, or a file that is copied
  await rm(out, { recursive: true, force: true }); // esbuild leaves the files of the last build
  const { metafile } = await esbuild({
    absWorkingDir: folder,
    entryPoints: ["src/main.js", ...(byName ? ["src/task.worker.js"] : [])],
    outdir: out,
    bundle: true,
    splitting: true,
    format: "esm",
    publicPath: "/",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: {
      ...{ ".woff2": "file", ".wasm": "file", ".json": "file" },
      ...(!byName && { ".worker.js": "file" }),
    },
    plugins: [forEsbuild({ workers: ["src/task.worker.js"], ...plugin })],
  });
  // esbuild leaves the package's WebAssembly where it is.
  await copyFile(join(root, "dist/apus-lazy.wasm"), join(out, "apus-lazy.wasm"));
  await writePage(
    folder,
    out,
    Object.keys(metafile.outputs).map((path) => join(folder, path)),
  );
}

/** Compilers that build again; they keep what has not changed. @type {Map<string, any>} */
const compilers = new Map();

const withPack =
  (pack, more) =>
  async ({ folder, out, plugin, again }) => {
    const compiler =
      compilers.get(folder) ??
      pack({
        context: folder,
        mode: "production",
        cache: again && { type: "memory" },
        entry: { main: "./src/main.js" },
        output: { path: out, publicPath: "/", filename: "[name]-[contenthash:8].js", clean: true },
        // The minimizer starts processes each time, which takes seconds.
        optimization: { splitChunks: { minSize: 1, chunks: "all" }, minimize: !again },
        plugins: [new LazyManifest(plugin)],
        ...more,
      });
    if (again) compilers.set(folder, compiler);
    const stats = await new Promise((resolve, reject) =>
      compiler.run((error, stats) => (error ? reject(error) : resolve(stats))),
    );
    if (!again) await new Promise((resolve) => compiler.close(resolve));
    if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
    const { assets } = stats.toJson({ all: false, assets: true, cachedAssets: true });
    await writePage(
      folder,
      out,
      assets.map(({ name }) => name),
    );
  };
/** @type {(task: Task) => Promise<void>} */
export const withWebpack = withPack(webpack, { experiments: { css: true } });
/** @type {(task: Task) => Promise<void>} */
export const withRspack = withPack(rspack, {
  module: { rules: [{ test: /\.css$/, type: "css/auto" }] },
});

/** The page with its entry and the entry's sheet. @param {string} folder @param {string} out @param {string[]} paths */
async function writePage(folder, out, paths) {
  const file = (/** @type {RegExp} */ pattern) =>
    paths
      .find((path) => pattern.test(path))
      ?.split("/")
      .at(-1);
  const tags = `<link rel="stylesheet" href="/${file(/main-\w+\.css$/)}"><script type="module" src="/${file(/main-\w+\.js$/)}"></script>`;
  const html = await readFile(join(folder, "index.html"), "utf8");
  await writeFile(join(out, "index.html"), html.replace("</head>", `${tags}</head>`));
}
