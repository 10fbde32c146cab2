/** Everything but the elements. Importing has no effect; each part loads its WASM at first use. */

export * from "./cache/index.js";
export { ApusError } from "./core/errors.js";
export { init } from "./core/init.js";
export * from "./lazy/index.js";
export * from "./list/index.js";
export * from "./sampler/index.js";
