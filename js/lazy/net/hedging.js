import { granted } from "../../core/memory.js";
import { loadWasm } from "../../core/wasm.js";
import { follow } from "./abort.js";
import { EndpointPool } from "./endpoint-pool.js";
import { Failure } from "./failure.js";
import { retryLoop } from "./retry-loop.js";

/** The share of all requests that hedging may add. */
const HEDGES = 0.04;
/** Latencies needed before a request is hedged. */
const ENOUGH = 20;

/**
 * @typedef {{ core: import("../../core/wasm.js").Wasm<"lazy">, pool: EndpointPool, latencies: number,
 *   hedges: number, known: number }} Site `latencies` and `hedges` are engines, `known` is the number of latencies
 */

/** Sites by the endpoints that the caller passed. @type {Map<string, Promise<Site>>} */
const sites = new Map();
/** @type {WeakMap<object, Promise<Site>>} */
const pooled = new WeakMap();

/** @param {EndpointPool | any[]} endpoints @param {import("../load/loader.js").Loader} loader */
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

/** @param {EndpointPool | Promise<EndpointPool>} pool @param {import("../load/loader.js").Loader} loader */
async function open(pool, loader) {
  const core = await loadWasm("lazy");
  const hedges = granted(core.apus_lazy_tokens(1, 0, loader.env.now()));
  core.apus_lazy_tokens_take(hedges, loader.env.now(), 1); // hedges must be earned first
  return {
    core,
    pool: await pool,
    latencies: granted(core.apus_lazy_latency()),
    hedges,
    known: 0,
  };
}

/**
 * Loads something from one of several endpoints. Moves to another endpoint when
 * one fails, and also asks a second one when the first is slower than 95% of
 * the recent requests (hedging), within a budget.
 *
 * @template T
 * @param {import("../load/loader.js").Loader} loader
 * @param {EndpointPool | any[]} endpoints
 * @param {string} key
 * @param {import("../load/loader.js").LoadOptions & { hedge?: boolean }} options
 * @param {(base: string, options: { signal: AbortSignal, retries: number, budget: number }) => Promise<T>} bring
 * @returns {Promise<T>}
 */
export async function overEndpoints(loader, endpoints, key, options, bring) {
  const { env } = loader;
  const site = await siteOf(endpoints, loader);
  const { core, pool, latencies, hedges } = site;
  const { signal, hedge = true } = options;

  /**
   * One request to one endpoint.
   * @param {NonNullable<ReturnType<EndpointPool["pick"]>>} pick @param {number} budget
   * @param {AbortController} lost aborted when the other request has won
   */
  const ask = async (pick, budget, lost) => {
    const began = env.now();
    const unfollow = follow(lost, signal);
    try {
      // A single endpoint is retried; of several, the next one is tried.
      const retries = pool.size > 1 ? 0 : (options.retries ?? Infinity);
      const result = await bring(pick.url, { signal: lost.signal, retries, budget });
      core.apus_lazy_latency_record(latencies, env.now() - began);
      site.known++;
      pick.done(true);
      return result;
    } catch (/** @type {any} */ error) {
      const { aborted } = lost.signal;
      const gaveUp = error?.code === "GAVE_UP";
      pick.done(aborted ? undefined : !gaveUp);
      if (gaveUp && !aborted) throw retryable(error.cause);
      throw error;
    } finally {
      unfollow();
    }
  };

  /** @type {number[]} */
  let tried = [];
  return retryLoop(
    async (_, left) => {
      core.apus_lazy_tokens_give(hedges, env.now(), HEDGES);
      const first = pool.pick({ key, without: tried }) ?? pool.pick({ key });
      if (!first) throw new Failure("NETWORK", "all endpoints are excluded");
      tried = [...tried, first.index];
      if (tried.length >= pool.size) tried = [first.index];
      const lost = [new AbortController(), new AbortController()];
      const one = ask(first, left, lost[0]);
      if (!hedge || pool.size < 2 || site.known < ENOUGH) return one;
      let cancel = () => {};
      const two = new Promise((resolve, reject) => {
        let asked = false;
        cancel = env.after(core.apus_lazy_latency_quantile(latencies, 0.95), () => {
          if (core.apus_lazy_tokens_take(hedges, env.now(), 1) > 0) return;
          const second = pool.pick({ key, without: [first.index] });
          if (!second) return;
          asked = true;
          ask(second, left, lost[1]).then(resolve, reject);
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
