import { loadWasm } from "../../core/wasm.js";

/**
 * Loads the engine and the parts that a list with `releaseItem` needs. A list that is defined after
 * that renders its rows before the next frame, so it can take the place of rows from a server.
 * @returns {Promise<unknown>} never rejects: the list itself reports what fails
 */
export const ready = () =>
  Promise.allSettled([loadWasm("list"), import("./scroller.js"), import("./parts.js")]);
