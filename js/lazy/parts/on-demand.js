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
 * @template Item, Result
 * @param {Iterable<Item> | AsyncIterable<Item>} items
 * @param {import("./batch.js").BatchWork<Item, Result>} work one result an item, in order; a batch of several
 *   that fails is halved until the bad items stand alone
 * @param {import("./batch.js").BatchOptions} [options]
 * @returns {AsyncIterableIterator<import("./batch.js").BatchResult<Result>>} a result or an error for each
 *   item, in order; nothing is read or begun before the first is asked for. Rejects with a `TypeError` or
 *   `RangeError` for bad arguments and results of another length, the error of `items`, or the reason
 *   of `signal`
 */
function each(items, work, options = {}) {
  /** @type {import("./batch.js").Batches<Item, Result> | undefined} */
  let batches;
  /** @type {Promise<import("./batch.js").Batches<Item, Result>> | undefined} */
  let loading;
  const open = () => {
    loading ??= loadChunk(import.meta.url, () => import("./batch.js"), options ?? {}).then(
      ({ Batches }) => {
        batches = new Batches(items, work, options);
        return batches;
      },
    );
    return loading;
  };
  return {
    next: () => (batches ? batches.next() : open().then((batches) => batches.next())),
    return: () => (batches ? batches.return() : open().then((batches) => batches.return())),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/**
 * Works through any number of items in batches, with bounded memory. See batch.js.
 *
 *     for await (const { index, value, error } of batch(rows, (rows) => save(rows))) …
 *     const { results, errors } = await batch.all(rows, (rows) => save(rows));
 */
export const batch = Object.assign(each, {
  /**
   * All results at once; those of failed items are `undefined`.
   * @template Item, Result
   * @param {Iterable<Item> | AsyncIterable<Item>} items @param {import("./batch.js").BatchWork<Item, Result>} work
   * @param {import("./batch.js").BatchOptions} [options]
   * @returns {Promise<{ results: (Result | undefined)[], errors: { index: number, error: unknown }[] }>} with
   *   `from`, `results[0]` is that of item `from`
   */
  async all(items, work, options) {
    const results = [];
    const errors = [];
    for await (const { index, value, error } of each(items, work, options)) {
      results.push(value);
      if (error !== undefined) errors.push({ index, error });
    }
    return { results, errors };
  },
});

/**
 * Statistics of all requests. By origin, the last 100: attempts, failures, latency quantiles
 * (ms) and the breaker's state. By URL, the last 2,000: attempts, failures and ms.
 */
export const lazyStats = async () => (await parts()).stats();
