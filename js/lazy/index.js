export { lazy, lazyDefaults, preload } from "./lazy.js";
export { lazyImport } from "./lazy-import.js";
export { Bulkhead } from "./net/bulkhead.js";
export {
  batch,
  CircuitBreaker,
  EndpointPool,
  lazyStats,
  RateLimiter,
  RetryBudget,
  retry,
} from "./parts/on-demand.js";
export { prefetch } from "./prefetch.js";
export { watchDeploys } from "./watch-deploys.js";

/** @typedef {import("./load/options.js").LazyOptions} LazyOptions */
/** @typedef {import("./lazy.js").ImportOptions} ImportOptions */
/** @typedef {import("./net/retry-loop.js").RetryOptions} RetryOptions */
/** @typedef {import("./net/endpoint-pool.js").PoolOptions} PoolOptions */
/** @typedef {import("./net/endpoint-pool.js").Endpoint} Endpoint */
/** @typedef {import("./parts/batch.js").BatchOptions} BatchOptions */
/** @typedef {import("./watch-deploys.js").DeployOptions} DeployOptions */
