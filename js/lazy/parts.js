/**
 * The loader's parts for other uses. They come in a chunk of their own when
 * one is first created, so that a page which only loads modules does not pay
 * for them.
 */
const machines = () => import("./machines.js");

/** Keeps calls away from what fails. See circuit-breaker.js. */
export const CircuitBreaker = {
  /** @type {typeof import("./circuit-breaker.js").CircuitBreaker.create} */
  create: async (options) => (await machines()).CircuitBreaker.create(options),
};

/** Chooses one of several servers. See endpoint-pool.js. */
export const EndpointPool = {
  /** @type {typeof import("./endpoint-pool.js").EndpointPool.create} */
  create: async (endpoints, options) => (await machines()).EndpointPool.create(endpoints, options),
};

/** At most so many calls in a time. See rate-limiter.js. */
export const RateLimiter = {
  /** @type {typeof import("./rate-limiter.js").RateLimiter.create} */
  create: async (options) => (await machines()).RateLimiter.create(options),
};

/** Bounds retries to a share of the traffic. See retry-budget.js. */
export const RetryBudget = {
  /** @type {typeof import("./retry-budget.js").RetryBudget.create} */
  create: async (options) => (await machines()).RetryBudget.create(options),
};

/**
 * What happened so far: by origin the attempts, failures, latency quantiles
 * (ms) and the breaker's state; by URL the attempts, failures and ms.
 */
export const lazyStats = async () => (await machines()).stats();
