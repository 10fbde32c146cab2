import { fetchWasm } from "#fetch";
import { urls } from "../../dist/wasm.js";
import { ApusError } from "./errors.js";
import { instantiate } from "./instantiate.js";

/**
 * Where a room's WebAssembly comes from. Default: the file next to `dist/wasm.js`.
 * @typedef {object} WasmSource
 * @property {string | URL} [wasmUrl] fetched from here instead
 * @property {BufferSource} [wasmBinary] the bytes, nothing is fetched
 * @property {WebAssembly.Module} [module] compiled already, e.g. by the page for its workers
 */

/** @typedef {import("../../dist/wasm.js").Rooms} Exports the exports of each room's module */
/** @typedef {keyof Exports} Room */
/**
 * A running module.
 * @template {Room} Name
 * @typedef {import("./instantiate.js").Running<Exports[Name]>} Wasm
 */

/** What `init` said. @type {Partial<Record<Room, WasmSource>>} */
export const sources = {};

/** The modules that have loaded or are loading. @type {Partial<Record<Room, Promise<any>>>} */
export const loads = {};

/**
 * A room's module: one instance a page, loaded at the first call.
 * @template {Room} Name
 * @param {Name} name
 * @returns {Promise<Wasm<Name>>}
 * @throws {ApusError} `WASM_UNAVAILABLE`; the next call tries again
 */
export function loadWasm(name) {
  loads[name] ??= start(name).catch((error) => {
    delete loads[name];
    throw error;
  });
  return loads[name];
}

/** @param {Room} name */
async function start(name) {
  try {
    return await instantiate(await compile(sources[name] ?? {}, urls[name]));
  } catch (error) {
    throw await unavailable(error);
  }
}

/**
 * @param {WasmSource} source @param {() => URL} defaultUrl
 * @returns {Promise<WebAssembly.Module>}
 * @throws {ApusError} `WASM_UNAVAILABLE`
 */
export const compileWasm = (source, defaultUrl) =>
  compile(source, defaultUrl).catch(async (error) => {
    throw await unavailable(error);
  });

/**
 * Streams where it can; a server that sends the wrong MIME type costs no second download, because
 * the same body is wrapped in a response with the right one.
 * @param {WasmSource} source
 * @param {() => URL} defaultUrl
 * @returns {Promise<WebAssembly.Module>}
 */
async function compile({ module, wasmBinary, wasmUrl }, defaultUrl) {
  if (module) return module;
  if (wasmBinary) return WebAssembly.compile(wasmBinary);
  const url = wasmUrl ?? defaultUrl();
  const response = await fetchWasm(url);
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  const type = response.headers.get("content-type");
  if (type?.startsWith("text/html")) throw new Error(`${url} is HTML`);
  const right = type === "application/wasm";
  return WebAssembly.compileStreaming(
    right
      ? response
      : new Response(response.body, { headers: { "content-type": "application/wasm" } }),
  );
}

/** @param {unknown} error @returns {Promise<ApusError>} */
async function unavailable(error) {
  if (error instanceof ApusError) return error;
  const { reason } = await import("./reason.js").catch(() => ({ reason: String }));
  return new ApusError("WASM_UNAVAILABLE", `WebAssembly could not be loaded: ${reason(error)}`, {
    cause: error,
  });
}
