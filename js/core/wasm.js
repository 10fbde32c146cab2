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

/** @type {Partial<Record<Room, WasmSource>>} */
const sources = {};

/** @type {Partial<Record<Room, Promise<any>>>} */
const loads = {};

/**
 * Sets where the WebAssembly of rooms comes from, before anything needs it, and loads it. Optional:
 * without it each room loads its own at first use.
 *
 * @param {Partial<Record<Room, WasmSource>>} [rooms]
 * @returns {Promise<void>} when the rooms that were named have loaded
 * @throws {TypeError} for an unknown room or option, or a wrong type
 * @throws {ApusError} `WASM_UNAVAILABLE`; `ALREADY_LOADED` when one of them is running
 */
export async function init(rooms = {}) {
  const names = checkRooms(rooms);
  const running = names.find((name) => loads[name] && hasSource(rooms[name]));
  if (running) {
    throw new ApusError(
      "ALREADY_LOADED",
      `init(): the WebAssembly of "${running}" is loaded already; call init() first`,
    );
  }
  Object.assign(sources, rooms);
  await Promise.all(names.map(loadWasm));
}

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
    throw unavailable(error);
  }
}

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

/** @param {WasmSource} [source] */
function hasSource(source) {
  return Boolean(source?.wasmUrl || source?.wasmBinary || source?.module);
}

/** @param {Partial<Record<Room, WasmSource>>} rooms @returns {Room[]} */
function checkRooms(rooms) {
  if (rooms === null || typeof rooms !== "object") {
    throw new TypeError(`init: expected an object, got ${String(rooms)}`);
  }
  for (const [name, source] of Object.entries(rooms)) {
    if (!(name in urls)) {
      throw new TypeError(
        `init: unknown room "${name}"; the rooms are ${Object.keys(urls).join(", ")}`,
      );
    }
    checkSource(`init: ${name}`, source);
  }
  return /** @type {Room[]} */ (Object.keys(rooms));
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
