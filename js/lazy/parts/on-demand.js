import { loadChunk } from "../net/load-chunk.js";

/**
 * The loader's parts for other uses. They come in a chunk of their own when
 * one is first created, so that a page which only loads modules does not pay
 * for them.
 */
const machines = () => loadChunk(import.meta.url, () => import("./parts.js"));

/** @param {"CircuitBreaker" | "EndpointPool" | "RateLimiter" | "RetryBudget"} name @returns {any} */
const onDemand = (name) => ({
  create: async (/** @type {any[]} */ ...options) =>
    /** @type {any} */ (await machines())[name].create(...options),
});

/**
 * Keeps calls away from what fails. See circuit-breaker.js.
 * @type {Pick<typeof import("./circuit-breaker.js").CircuitBreaker, "create">}
 */
export const CircuitBreaker = onDemand("CircuitBreaker");

/**
 * Chooses one of several servers. See endpoint-pool.js.
 * @type {Pick<typeof import("../net/endpoint-pool.js").EndpointPool, "create">}
 */
export const EndpointPool = onDemand("EndpointPool");

/**
 * At most so many calls in a time. See rate-limiter.js.
 * @type {Pick<typeof import("./rate-limiter.js").RateLimiter, "create">}
 */
export const RateLimiter = onDemand("RateLimiter");

/**
 * Bounds retries to a share of the traffic. See retry-budget.js.
 * @type {Pick<typeof import("./retry-budget.js").RetryBudget, "create">}
 */
export const RetryBudget = onDemand("RetryBudget");

/**
 * Calls a function until it succeeds. See retry.js.
 * @type {typeof import("./retry.js").retry}
 */
export const retry = async (fn, options) => (await machines()).retry(fn, options);

/**
 * What happened so far: by origin the attempts, failures, latency quantiles
 * (ms) and the breaker's state; by URL the attempts, failures and ms.
 */
export const lazyStats = async () => (await machines()).stats();
