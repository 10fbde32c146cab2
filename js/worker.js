/**
 * For service workers, where `import()` is not allowed: one file, dist/worker.js, that includes the
 * parts which the other entries load on demand. It has everything that works in a worker: caches with
 * their storage, and the sampler for the worker's own timings.
 */

export * from "./cache/index.js";
export { ApusError } from "./core/errors.js";
export { init } from "./core/init.js";
export * from "./sampler/index.js";
export { build } from "./worker/build.js";
export { route } from "./worker/route.js";
