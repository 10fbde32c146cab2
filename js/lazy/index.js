export { Bulkhead } from "./bulkhead.js";
export { lazy, lazyDefaults, preload, retry } from "./lazy.js";
export { lazyImport } from "./lazy-import.js";
export { CircuitBreaker, EndpointPool, lazyStats, RateLimiter, RetryBudget } from "./parts.js";
export { prefetch } from "./prefetch.js";
