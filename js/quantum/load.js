import { quantumWasm } from "../../dist/quantum-urls.js";
import { compileWasm } from "../core/wasm.js";

/** @type {Promise<WebAssembly.Module> | undefined} */ let module;

/**
 * The room's module: compiled once a page, at first use.
 * @returns {Promise<WebAssembly.Module>}
 * @throws {ApusError} `WASM_UNAVAILABLE`; the next call tries again
 */
export function loadModule() {
  module ??= compileWasm({}, quantumWasm).catch((error) => {
    module = undefined;
    throw error;
  });
  return module;
}
