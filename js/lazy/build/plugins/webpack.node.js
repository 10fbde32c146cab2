// Node only.
import { relative } from "node:path";
import { FILE_NAME, manifestOf, previousOf, slashed } from "./manifest.node.js";

/**
 * A plugin for webpack 5 and Rspack that adds the manifest to each build.
 *
 *     // webpack.config.js or rspack.config.js
 *     import { LazyManifest } from "apus/lazy/webpack"; // or "apus/lazy/rspack"
 *     export default { plugins: [new LazyManifest()] };
 */
export class LazyManifest {
  #fileName;
  #previous;

  /**
   * @param {{ fileName?: string, previous?: string | object }} [options] `fileName`: apus-manifest.json;
   *   `previous`: the manifest of the previous build, its path or its content; the new manifest then
   *   lists which files replace which
   */
  constructor({ fileName = FILE_NAME, previous } = {}) {
    this.#fileName = fileName;
    this.#previous = previous;
  }

  /** @param {object} compiler of webpack or Rspack */
  apply(compiler) {
    const name = "apus-lazy-manifest";
    const { webpack, hooks, context } = /** @type {any} */ (compiler);
    const { Compilation, sources } = webpack;
    hooks.thisCompilation.tap(name, (/** @type {any} */ compilation) => {
      // Names with hashes of the content are final then.
      const stage = Compilation.PROCESS_ASSETS_STAGE_REPORT;
      const older = previousOf(this.#previous);
      older.catch(() => {}); // thrown at the end of the build
      compilation.hooks.processAssets.tapPromise({ name, stage }, async () => {
        const text = manifestOf(builtBy(compilation, context), await older);
        compilation.emitAsset(this.#fileName, new sources.RawSource(text));
      });
    });
  }
}

/**
 * A group of chunks is loaded together: for an entry, an `import()` or a worker. Its own chunk has the
 * module that was asked for and imports the others.
 * @param {any} compilation @param {string} root
 * @returns {import("./manifest.node.js").Built[]}
 */
function builtBy(compilation, root) {
  const { chunkGraph, moduleGraph } = compilation;
  /** @type {Map<string, any>} */
  const built = new Map();
  for (const { name: path, source, info } of compilation.getAssets()) {
    built.set(path, { path, content: source.buffer(), module: info.javascriptModule });
  }
  const scripts = (/** @type {any} */ { files }) => [...files].filter((it) => /\.m?js$/.test(it));
  for (const chunk of compilation.chunks) {
    for (const path of scripts(chunk)) {
      Object.assign(built.get(path), {
        kind: built.get(path).module ? undefined : "script",
        imports: [],
        dynamic: [],
        css: [...chunk.files].filter((it) => it.endsWith(".css")),
        assets: [...chunk.auxiliaryFiles].filter((it) => !it.endsWith(".map")),
      });
    }
  }
  /** @param {any[]} chunks @param {any} own @returns {string | undefined} the path of the own chunk */
  const group = (chunks, own, more = {}) => {
    const [path] = scripts(own);
    if (!path) return undefined;
    const others = chunks.filter((chunk) => chunk !== own);
    const file = Object.assign(built.get(path), more);
    file.imports = [...new Set([...file.imports, ...others.flatMap(scripts)])];
    // Chunks of sheets alone have no script that could list them.
    const sheets = others
      .filter((chunk) => !scripts(chunk).length)
      .flatMap(({ files }) => [...files]);
    file.css = [...new Set([...file.css, ...sheets])];
    return path;
  };
  const nameOf = (/** @type {any} */ module) => {
    const path = module?.nameForCondition?.();
    return path ? slashed(relative(root, path)) : undefined;
  };
  for (const [, { chunks }] of compilation.entrypoints) {
    for (const own of chunks) {
      const [module] = chunkGraph.getChunkEntryModulesIterable(own);
      if (module) group(chunks, own, { name: nameOf(module), entry: true });
    }
  }
  for (const module of compilation.modules) {
    for (const block of module.blocks ?? []) {
      const { chunks } = chunkGraph.getBlockChunkGroup(block) ?? {};
      const [dependency] = block.dependencies;
      const asked = dependency && moduleGraph.getModule(dependency);
      if (!chunks || !asked) continue;
      const homes = new Set(chunkGraph.getModuleChunks(asked));
      const own = chunks.find((/** @type {any} */ chunk) => homes.has(chunk)) ?? chunks.at(-1);
      const worker = dependency.category === "worker";
      const path = group(chunks, own, { name: nameOf(asked), ...(worker && { kind: "worker" }) });
      if (!path) continue;
      for (const from of [...chunkGraph.getModuleChunks(module)].flatMap(scripts)) {
        if (from !== path) built.get(from)[worker ? "assets" : "dynamic"].push(path);
      }
    }
  }
  return [...built.values()];
}
