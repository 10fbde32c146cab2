import { fetchWasm } from "#fetch";
import { ApusError } from "./errors.js";
import { Rooms } from "./rooms.js";
import { run } from "./run.js";

/**
 * Where a module's WebAssembly comes from. Default: the `.wasm` file beside
 * the glue, found by `new URL(…, import.meta.url)`.
 * @typedef {object} WasmSource
 * @property {string | URL} [wasmUrl] fetched from here instead
 * @property {BufferSource} [wasmBinary] the bytes, nothing is fetched
 * @property {WebAssembly.Module} [module] compiled already, e.g. by the page for its workers
 */

/**
 * @template Exports
 * @typedef {import("./run.js").Running<Exports>} Loaded
 */

/** @typedef {Loaded<import("../../dist/apus.js").MainModule> & { rooms: Rooms }} Core */
/** @typedef {Loaded<import("../../dist/apus-store.js").MainModule>} StoreCore */

const glues = {
  core: () => import("../../dist/apus.js"),
  store: () => import("../../dist/apus-store.js"),
};

/** @type {Record<keyof typeof glues, WasmSource>} */
const sources = { core: {}, store: {} };

/** @type {Partial<Record<keyof typeof glues, Promise<any>>>} */
const loads = {};

/**
 * Says where the WebAssembly comes from, before anything needs it. Optional:
 * without it each module loads from beside its glue at first use.
 *
 * @param {WasmSource & { store?: WasmSource }} [options] for the core; `store` for the store's module
 * @returns {Promise<void>} when the core is ready
 * @throws {TypeError} for an unknown option or a wrong type
 * @throws {ApusError} `WASM_UNAVAILABLE`; `ALREADY_LOADED` when the core runs already
 */
export async function init(options = {}) {
  const { store, ...core } = options;
  checkSource("init", core);
  if (store !== undefined) checkSource("init: store", store);
  if ((loads.core && hasSource(core)) || (loads.store && store)) {
    throw new ApusError(
      "ALREADY_LOADED",
      "init(): the WebAssembly is loaded already; call it first",
    );
  }
  sources.core = core;
  if (store) sources.store = store;
  await loadCore();
}

/** The core's module: one instance a page, loaded at the first call. @returns {Promise<Core>} */
export function loadCore() {
  return load("core");
}

/** The store's module, fetched only when a persistent cache is opened. @returns {Promise<StoreCore>} */
export function loadStore() {
  return load("store");
}

/** @param {keyof typeof glues} name */
function load(name) {
  loads[name] ??= start(name).catch((error) => {
    delete loads[name]; // the next call may try again
    throw error;
  });
  return loads[name];
}

/** @param {keyof typeof glues} name */
async function start(name) {
  try {
    const { default: factory, wasmUrl } = await glue(name);
    const exports = await run(/** @type {any} */ (factory), compile(sources[name], wasmUrl));
    return Object.assign(exports, { rooms: new Rooms() });
  } catch (error) {
    throw unavailable(error);
  }
}

/** Imports of glue that failed. */
let failures = 0;

/**
 * Many browsers keep a failed import for as long as the page lives, but only
 * under its address: once more under another one.
 * @param {keyof typeof glues} name
 * @returns {Promise<typeof import("../../dist/apus.js") | typeof import("../../dist/apus-store.js")>}
 */
async function glue(name) {
  try {
    return await glues[name]();
  } catch (error) {
    const specifier = /\bimport\(\s*["'](\.[^"']+)/.exec(String(glues[name]))?.[1];
    if (!specifier || !/^https?:/.test(import.meta.url)) throw error;
    const url = new URL(specifier, import.meta.url);
    url.searchParams.set("again", String(++failures));
    return import(/* @vite-ignore */ /* webpackIgnore: true */ url.href);
  }
}

/**
 * Streams where it can; a server that sends the wrong MIME type costs no
 * second download, because the same body is wrapped anew with the right one.
 * @param {WasmSource} source
 * @param {URL} defaultUrl
 * @returns {Promise<WebAssembly.Module>}
 */
async function compile({ module, wasmBinary, wasmUrl }, defaultUrl) {
  if (module) return module;
  if (wasmBinary) return WebAssembly.compile(wasmBinary);
  const url = wasmUrl ?? defaultUrl;
  const response = await fetchWasm(url);
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  const right = response.headers.get("content-type") === "application/wasm";
  return WebAssembly.compileStreaming(
    right
      ? response
      : new Response(response.body, { headers: { "content-type": "application/wasm" } }),
  );
}

/** @param {unknown} error */
function unavailable(error) {
  if (error instanceof ApusError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const csp = /unsafe-eval|content security policy/i.test(reason)
    ? " The page's Content-Security-Policy blocks WebAssembly: add 'wasm-unsafe-eval' to script-src" +
      " (script-src 'self' 'wasm-unsafe-eval')."
    : "";
  return new ApusError("WASM_UNAVAILABLE", `WebAssembly could not be loaded: ${reason}.${csp}`, {
    cause: error,
  });
}

/** @param {WasmSource} source */
function hasSource(source) {
  return Boolean(source.wasmUrl || source.wasmBinary || source.module);
}

/** @param {string} where @param {WasmSource} source */
function checkSource(where, source) {
  if (source === null || typeof source !== "object") {
    throw new TypeError(`${where}: expected an object, got ${String(source)}`);
  }
  const { wasmUrl, wasmBinary, module, ...unknown } = source;
  for (const name of Object.keys(unknown))
    throw new TypeError(`${where}: unknown option "${name}"`);
  if (wasmUrl !== undefined && typeof wasmUrl !== "string" && !(wasmUrl instanceof URL)) {
    throw new TypeError(`${where}: wasmUrl must be a string or a URL`);
  }
  if (
    wasmBinary !== undefined &&
    !(wasmBinary instanceof ArrayBuffer || ArrayBuffer.isView(wasmBinary))
  ) {
    throw new TypeError(`${where}: wasmBinary must be an ArrayBuffer or a view of one`);
  }
  if (module !== undefined && !(module instanceof WebAssembly.Module)) {
    throw new TypeError(`${where}: module must be a WebAssembly.Module`);
  }
}
