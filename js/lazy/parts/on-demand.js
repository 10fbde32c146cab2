import { loadChunk } from "../net/load-chunk.js";

/**
 * The loader's parts for other uses. They come in a chunk of their own when one
 * is first created, so a page that only loads modules does not pay for them.
 */
const parts = () => loadChunk(import.meta.url, () => import("./parts.js"));

/** @param {"CircuitBreaker" | "EndpointPool" | "RateLimiter" | "RetryBudget"} name @returns {any} */
const onDemand = (name) => ({
  create: async (/** @type {any[]} */ ...options) =>
    /** @type {any} */ (await parts())[name].create(...options),
});

/**
 * Keeps calls away from a failing service. See circuit-breaker.js.
 * @type {Pick<typeof import("./circuit-breaker.js").CircuitBreaker, "create">}
 */
export const CircuitBreaker = onDemand("CircuitBreaker");

/**
 * Chooses one of several servers for each request. See net/endpoint-pool.js.
 * @type {{ create: (
 *   endpoints: (string | import("../net/endpoint-pool.js").Endpoint)[],
 *   options?: import("../net/endpoint-pool.js").PoolOptions,
 * ) => Promise<import("../net/endpoint-pool.js").EndpointPool> }}
 */
export const EndpointPool = onDemand("EndpointPool");

/**
 * Limits the number of calls in a span of time. See rate-limiter.js.
 * @type {Pick<typeof import("./rate-limiter.js").RateLimiter, "create">}
 */
export const RateLimiter = onDemand("RateLimiter");

/**
 * Limits retries to a share of the traffic. See retry-budget.js.
 * @type {Pick<typeof import("./retry-budget.js").RetryBudget, "create">}
 */
export const RetryBudget = onDemand("RetryBudget");

/**
 * Calls a function until it succeeds. See retry.js.
 * @type {typeof import("./retry.js").retry}
 */
export const retry = async (fn, options) => (await parts()).retry(fn, options);

/**
 * Statistics of all requests. By origin, the last 100: attempts, failures, latency quantiles
 * (ms) and the breaker's state. By URL, the last 2,000: attempts, failures and ms.
 */
export const lazyStats = async () => (await parts()).stats();
