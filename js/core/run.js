import { Memory } from "./memory.js";

/**
 * @template Exports
 * @typedef {Exports & { memory: Memory, module: WebAssembly.Module }} Running the glue's exports,
 *   the views of its memory, and the module, which other threads may run as well
 */

/**
 * Runs a module in its glue.
 * @template {{ wasmMemory: WebAssembly.Memory, apus_buffer: (bytes: number) => number }} Exports
 * @param {(options: any) => Promise<Exports>} factory the glue's default export
 * @param {WebAssembly.Module | Promise<WebAssembly.Module>} compiled
 * @returns {Promise<Running<Exports>>} rejects with what compiling or instantiating fails with
 */
export async function run(factory, compiled) {
  const module = await compiled;
  const exports = await new Promise((resolve, reject) => {
    /**
     * @param {WebAssembly.Imports} imports
     * @param {(instance: WebAssembly.Instance, module: WebAssembly.Module) => void} done
     */
    const instantiateWasm = (imports, done) => {
      WebAssembly.instantiate(module, imports).then((instance) => done(instance, module), reject);
      return {};
    };
    factory({ instantiateWasm }).then(resolve, reject);
  });
  return Object.assign(exports, {
    memory: new Memory(exports.wasmMemory, exports.apus_buffer),
    module,
  });
}
