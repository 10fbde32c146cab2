import factory from "../../dist/apus-store.js";
import { run } from "./run.js";

/**
 * The store's module in a worker, from what its page has compiled: fetches nothing.
 * @param {WebAssembly.Module} module
 */
export function runStore(module) {
  return run(factory, module);
}
