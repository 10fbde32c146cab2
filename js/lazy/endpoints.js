import { loadCore } from "../core/wasm.js";
import { EndpointPool } from "./endpoint-pool.js";
import { Failure } from "./failure.js";
import { persist } from "./patience.js";

/** Requests that hedging may add, as a share of all. */
const HEDGES = 0.04;
/** Latencies that must be known before a request is hedged. */
const ENOUGH = 20;

/** @typedef {{ pool: EndpointPool, latencies: any, hedges: any }} Site */

/** Sites by what the caller gave. @type {Map<string, Promise<Site>>} */
const sites = new Map();
/** @type {WeakMap<object, Promise<Site>>} */
const pooled = new WeakMap();

/** @param {EndpointPool | any[]} endpoints @param {import("./loader.js").Loader} loader */
function siteOf(endpoints, loader) {
  const own = endpoints instanceof EndpointPool;
  const key = own ? "" : JSON.stringify(endpoints);
  let site = own ? pooled.get(endpoints) : sites.get(key);
  if (!site) {
    site = open(own ? endpoints : EndpointPool.create(endpoints, {}, loader.env), loader);
    if (own) pooled.set(endpoints, site);
    else sites.set(key, site);
  }
  return site;
}

/** @param {EndpointPool | Promise<EndpointPool>} pool @param {import("./loader.js").Loader} loader */
async function open(pool, loader) {
  const core = await loadCore();
  const hedges = new core.TokenBucket(1, 0, loader.env.now());
  hedges.take(loader.env.now(), 1); // they must be earned
  return { pool: await pool, latencies: new core.LatencyWindow(), hedges };
}

/**
 * Brings something from one of several endpoints: goes to another one when
 * one fails, and asks a second one as well when the first is slower than 95%
 * of the recent requests (hedging), within a budget.
 *
 * @template T
 * @param {import("./loader.js").Loader} loader
 * @param {EndpointPool | any[]} endpoints
 * @param {string} key
 * @param {import("./loader.js").LoadOptions & { hedge?: boolean }} options
 * @param {(base: string, options: { signal: AbortSignal, retries: number, budget: number }) => Promise<T>} bring
 * @returns {Promise<T>}
 */
export async function overEndpoints(loader, endpoints, key, options, bring) {
  const { env } = loader;
  const { pool, latencies, hedges } = await siteOf(endpoints, loader);
  const { signal, hedge = true } = options;

  /**
   * One request to one endpoint.
   * @param {NonNullable<ReturnType<EndpointPool["pick"]>>} pick @param {number} budget @param {AbortSignal} lost
   */
  const ask = async (pick, budget, lost) => {
    const began = env.now();
    const either = signal ? AbortSignal.any([signal, lost]) : lost;
    try {
      // Alone it may try again by itself; else the next endpoint is tried.
      const retries = pool.size > 1 ? 0 : (options.retries ?? Infinity);
      const result = await bring(pick.url, { signal: either, retries, budget });
      latencies.record(env.now() - began);
      pick.done(true);
      return result;
    } catch (/** @type {any} */ error) {
      const aborted = either.aborted;
      const gaveUp = error?.code === "GAVE_UP";
      pick.done(aborted ? undefined : !gaveUp);
      if (gaveUp && !aborted) throw retryable(error.cause);
      throw error;
    }
  };

  /** @type {number[]} */
  let tried = [];
  return persist(
    async (_, left) => {
      hedges.give(env.now(), HEDGES);
      const first = pool.pick({ key, without: tried }) ?? pool.pick({ key });
      if (!first) throw new Failure("NETWORK", "no endpoint is left");
      tried = [...tried, first.index];
      if (tried.length >= pool.size) tried = [first.index];
      const lost = [new AbortController(), new AbortController()];
      const one = ask(first, left, lost[0].signal);
      if (!hedge || pool.size < 2 || latencies.count() < ENOUGH) return one;
      let cancel = () => {};
      const two = new Promise((resolve, reject) => {
        let asked = false;
        cancel = env.after(latencies.quantile(0.95), () => {
          if (hedges.take(env.now(), 1) > 0) return;
          const second = pool.pick({ key, without: [first.index] });
          if (!second) return;
          asked = true;
          ask(second, left, lost[1].signal).then(resolve, reject);
        });
        one.catch((error) => {
          if (!asked) reject(error);
        });
      });
      try {
        return await Promise.any([one, two]);
      } catch (error) {
        throw /** @type {AggregateError} */ (error).errors[0];
      } finally {
        cancel();
        for (const controller of lost) controller.abort(new DOMException("hedged", "AbortError"));
      }
    },
    options,
    env,
  );
}

/** @param {any} error */
function retryable(error) {
  if (error) error.retryable = true;
  return error;
}
