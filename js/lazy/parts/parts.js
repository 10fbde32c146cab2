/** The parts behind on-demand.js, in one chunk. */

export { EndpointPool } from "../net/endpoint-pool.js";
export { CircuitBreaker } from "./circuit-breaker.js";
export { RateLimiter } from "./rate-limiter.js";
export { retry } from "./retry.js";
export { RetryBudget } from "./retry-budget.js";
export { stats } from "./stats.js";
