// The scripts of dist/, for pages without a bundler.
//
// A file is compressed alone and costs a request, so a page loads few: the core that all rooms
// share, the facade of its room with the parts that plain use always needs, and the element. What
// stands behind any other import() arrives when it is used.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./run.js";

const target = "es2022";

/** In every page. Only the connections to a gateway wait by `jitter`, and only workers are `trusted`. */
const core = /^(js\/core\/(?!jitter|trusted)|dist\/(?!quantum)|js\/elements\/base\.js$)/;

/** Chunks by their first modules. Each holds what these import statically, unless an earlier one does. */
const chunks = {
  waits: ["core/waits.js"],
  texts: ["elements/texts.js"],
  cache: ["cache/cache.js"],
  lazy: [
    "lazy/lazy.js",
    "lazy/prefetch.js",
    "lazy/net/bulkhead.js",
    "lazy/net/failure.js",
    "lazy/net/outcome.js",
    "lazy/net/retry-loop.js",
  ],
  image: ["image/blur-hash.js", "image/sources.js"],
  list: ["list/virtual-list.js"],
  trusted: ["core/trusted.js"],
  quantum: ["quantum/simulator.js"],
  "quantum-solve": ["quantum/solve/solve.js"],
  sampler: ["sampler/sampler.js"],
  "change-log": ["sync/log-follower.js", "sync/transport.js"],
  "apus-cache": ["elements/cache/apus-cache.js"],
  "apus-image": ["elements/image/apus-image.js"],
  "apus-lazy": ["elements/lazy/apus-lazy.js"],
  "apus-list": ["elements/list/apus-list.js", "elements/list/scroller.js", "elements/list/idle.js"],
  "apus-quantum": ["elements/quantum/apus-quantum.js"],
  "apus-sampler": ["elements/sampler/apus-sampler.js"],
};

/**
 * The chunk of each module that is in one of `chunks`, by path.
 * @param {(id: string) => readonly string[]} importsOf the static imports of a module
 */
function assign(importsOf) {
  /** @type {Map<string, string>} */
  const names = new Map();
  /** @param {string} id @param {string} name */
  const visit = (id, name) => {
    if (names.has(id)) return;
    names.set(id, core.test(id.slice(root.length)) ? "core" : name);
    for (const next of importsOf(id)) visit(next, name);
  };
  for (const [name, first] of Object.entries(chunks)) {
    for (const path of first) visit(join(root, "js", path), name);
  }
  return names;
}

/**
 * Chunks lie at the top, next to the .wasm files, so that `new URL("./apus-cache.wasm", import.meta.url)` holds.
 * @returns {Promise<Files>}
 */
async function pages() {
  const { rolldown } = await import("rolldown");
  const rooms = await readdir(join(root, "js/define"));
  const bundle = await rolldown({
    cwd: root,
    input: {
      index: "js/index.js",
      image: "js/image/index.js",
      "list/sizes": "js/elements/list/sizes.js",
      quantum: "js/quantum/index.js",
      query: "js/query/index.js",
      store: "js/store/index.js",
      sync: "js/sync/index.js",
      "worker-page": "js/worker/page.js",
      ...Object.fromEntries(
        rooms.map((file) => [`define/${file.slice(0, -3)}`, `js/define/${file}`]),
      ),
    },
    preserveEntrySignatures: "allow-extension",
    transform: { target },
    optimization: { inlineConst: { mode: "all", pass: 3 } },
    // `chunks` say which imports are not dynamic here.
    checks: { ineffectiveDynamicImport: false, pluginTimings: false, bundlerTimings: false },
    plugins: [{ name: "css", transform: { filter: { code: /sheet\(/ }, handler: smallCss } }],
    onLog: (_level, { message }) => {
      throw new Error(message);
    },
  });
  /** @type {Map<string, string> | undefined} */
  let names;
  const { output } = await bundle.generate({
    format: "esm",
    // Consoles name an object by its class.
    minify: { compress: true, mangle: { keepNames: { class: true, function: false } } },
    sourcemap: true,
    comments: { legal: false, annotation: false, jsdoc: false },
    hashCharacters: "base36",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        {
          debugName: "rooms",
          name(id, context) {
            names ??= assign((id) => context.getModuleInfo(id)?.importedIds ?? []);
            return names.get(id) ?? null;
          },
        },
      ],
    },
  });
  await bundle.close();
  checkImports(output);
  const imports = new Map(
    output.map((file) => [file.fileName, file.type === "chunk" ? file.imports : []]),
  );
  return new Map(
    output.map((file) => {
      if (file.type === "asset") return [file.fileName, file.source];
      return [file.fileName, file.isEntry ? atOnce(file, imports) : file.code];
    }),
  );
}

/**
 * A chunk that two others need must not be one that holds more: an entry, or an element that only
 * pages with its tag want. If it is, `chunks` lacks what they share.
 * @param {readonly (import("rolldown").OutputChunk | import("rolldown").OutputAsset)[]} output
 */
function checkImports(output) {
  const made = output.filter((file) => file.type === "chunk");
  for (const { fileName, moduleIds, imports } of made) {
    const element = moduleIds.some((id) => /\/js\/(elements|define)\//.test(id));
    const wrong = imports.find(
      (name) =>
        made.some((file) => file.fileName === name && file.isEntry) ||
        (!element && name.startsWith("apus-")),
    );
    if (wrong) throw new Error(`${fileName} imports ${wrong}: \`chunks\` lacks what they share`);
  }
}

/** Minifies the style sheets in a module; all other lines stay where they are. @param {string} code */
async function smallCss(code) {
  const { transform } = await import("esbuild");
  const parts = code.split(/(?<=\b(?:sheet|once)\()`([^`$\\]*)`/);
  for (let i = 1; i < parts.length; i += 2) {
    const { code: small } = await transform(parts[i], { loader: "css", minify: true });
    parts[i] = `\`${small.trim()}\`${parts[i].replace(/[^\n]/g, "")}`;
  }
  return { code: parts.join(""), map: null };
}

/**
 * An entry that names all files that it needs, so that the browser asks for them together.
 * @param {import("rolldown").OutputChunk} entry @param {Map<string, string[]>} imports of each file
 */
function atOnce({ fileName, code, imports: [...own] }, imports) {
  const all = new Set(own);
  for (const name of all) for (const next of imports.get(name) ?? []) all.add(next);
  for (const name of own) all.delete(name);
  const up = fileName.includes("/") ? "../" : "./";
  const rest = [...all].map((name) => `import"${up}${name}";`).join("");
  return code.replace(/(?=\n\/\/# sourceMappingURL)/, rest);
}

/** Of the WebAssembly that service workers keep: one name for one content. */
async function buildOfModules() {
  const hash = createHash("sha256");
  for (const room of ["cache", "store", "sync"])
    hash.update(await readFile(join(root, `dist/apus-${room}.wasm`)));
  return JSON.stringify(hash.digest("base64url").slice(0, 12));
}

/**
 * A script of its own, which shares nothing with the page's chunks.
 * @param {string} entry @param {string} name @param {"esm" | "iife"} format
 * @param {Record<string, string>} [define] @returns {Promise<Files>}
 */
async function alone(entry, name, format, define) {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [join(root, "js", entry)],
    bundle: true,
    minify: true,
    format,
    target,
    define,
    legalComments: "none",
    write: false,
  });
  return new Map([[name, outputFiles[0].contents]]);
}

/** @typedef {Map<string, string | Uint8Array>} Files by their names in dist/ */

/** @returns {Promise<Files>} */
export async function bundle() {
  const made = await Promise.all([
    pages(),
    // A classic script, because it must run before deferred ones.
    alone("sampler/boot.js", "boot.js", "iife"),
    alone("store/pack-worker.js", "pack-worker.js", "esm"),
    ...(await readdir(join(root, "js/messages")))
      .filter((file) => file !== "index.js")
      .map((file) => alone(`messages/${file}`, `messages/${file}`, "esm")),
    alone("messages/index.js", "messages.js", "esm"),
    alone("quantum/worker.js", "quantum-worker.js", "esm"),
    alone("quantum/run/worker.js", "quantum-solver-worker.js", "esm"),
    // Not split: service workers do not allow import(). Without what only documents have.
    alone("worker.js", "worker.js", "esm", {
      "globalThis.APUS_BUILD": await buildOfModules(),
      "globalThis.document": "undefined",
    }),
  ]);
  // It imports the files that have its place here.
  const all = await readFile(join(root, "js/define.js"), "utf8");
  return new Map([...made.flatMap((files) => [...files]), ["define.js", all]]);
}
