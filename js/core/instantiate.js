import { Memory } from "./memory.js";

/**
 * @template Exports
 * @typedef {Exports & { memory: Memory, module: WebAssembly.Module }} Running the module's exports,
 *   the views of its memory, and the module, which other threads may run as well
 */

/**
 * Runs a room's module: the glue of all rooms.
 * @template {{ apus_buffer(bytes: number): number }} Exports
 * @param {WebAssembly.Module} module
 * @returns {Promise<Running<Exports>>} rejects with the engine's error
 */
export async function instantiate(module) {
  /** @param {number} pages @returns {boolean} whether memory has grown by as many */
  const apus_grow = (pages) => {
    try {
      memory.grow(pages >>> 0);
      return true;
    } catch {
      return false;
    }
  };
  const { exports } = await WebAssembly.instantiate(module, { env: { apus_grow } });
  const { memory, _initialize, ...functions } = /** @type {any} */ (exports);
  _initialize(); // runs the static constructors
  return { ...functions, memory: new Memory(memory, functions.apus_buffer), module };
}
