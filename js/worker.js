/**
 * For service workers, where `import()` is not allowed: one file, dist/worker.js, that holds what
 * the other entries load when they need it. Of a page it keeps what a worker has as well: caches
 * with their storage, and the sampler for the worker's own timings.
 */

export * from "./cache/index.js";
export { ApusError } from "./core/errors.js";
export { init } from "./core/init.js";
export * from "./sampler/index.js";
