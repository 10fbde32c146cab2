import { urls } from "../../dist/wasm.js";
import { ApusError } from "./errors.js";
import { loads, loadWasm, sources } from "./wasm.js";

/** @typedef {import("./wasm.js").Room} Room */
/** @typedef {import("./wasm.js").WasmSource} WasmSource */

/**
 * Says where the WebAssembly of rooms comes from, before anything needs it, and loads it. Optional:
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
        `init: unknown room "${name}"; there are ${Object.keys(urls).join(", ")}`,
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
