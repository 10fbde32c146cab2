export { Bulkhead } from "./bulkhead.js";
export { lazy, lazyDefaults, preload } from "./lazy.js";
export { lazyImport } from "./lazy-import.js";
export {
  CircuitBreaker,
  EndpointPool,
  lazyStats,
  RateLimiter,
  RetryBudget,
  retry,
} from "./parts.js";
export { prefetch } from "./prefetch.js";
