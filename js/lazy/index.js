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
