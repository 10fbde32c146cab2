import { Owner } from "../../core/owner.js";
import { loadWasm } from "../../core/wasm.js";
import { follow } from "./abort.js";
import { checkedEndpoints, EndpointPool } from "./endpoint-pool.js";
import { Failure } from "./failure.js";
import { makeRoom } from "./make-room.js";
import { retryLoop } from "./retry-loop.js";

/** The share of all requests that hedging may add. */
const HEDGES = 0.04;
/** Latencies needed before a request is hedged. */
const ENOUGH = 20;

/** Lists of endpoints to remember. */
export const SITES = 16;

/** What hedging knows of a pool: its latencies, and how many hedges it has earned. */
export class Hedges {
  #core;
  #latencies;
  #tokens;
  #known = 0;

  /** @param {import("../../core/wasm.js").Wasm<"lazy">} core @param {number} now */
  constructor(core, now) {
    this.#core = core;
    const own = (/** @type {number} */ engine) =>
      new Owner("EndpointPool", engine, core.apus_lazy_free);
    this.#latencies = own(core.apus_lazy_latency());
    this.#tokens = own(core.apus_lazy_tokens(1, 0, now));
    this.take(now); // they must be earned first
  }

  /** @param {number} ms */
  record(ms) {
    this.#core.apus_lazy_latency_record(this.#latencies.address, ms);
    this.#known++;
  }

  /** Ms after which a request is slow; `undefined` while too few latencies are known. */
  get delay() {
    if (this.#known < ENOUGH) return undefined;
    return this.#core.apus_lazy_latency_quantile(this.#latencies.address, 0.95);
  }

  /** A request was sent. @param {number} now */
  earn(now) {
    this.#core.apus_lazy_tokens_give(this.#tokens.address, now, HEDGES);
  }

  /** @param {number} now @returns {boolean} whether one more may be sent */
  take(now) {
    return this.#core.apus_lazy_tokens_take(this.#tokens.address, now, 1) === 0;
  }

  dispose() {
    this.#latencies.dispose();
    this.#tokens.dispose();
  }
}

/** A pool in use, ours or the caller's. */
class Site {
  users = 0;
  pool;
  hedges;

  /** @param {EndpointPool} pool @param {import("../../core/wasm.js").Wasm<"lazy">} core @param {number} now */
  constructor(pool, core, now) {
    this.pool = pool;
    this.hedges = pool.hedges ??= new Hedges(core, now);
  }

  dispose() {
    this.pool.dispose();
  }
}

/** By the endpoints that callers passed as a list, the least recently used first. @type {Map<string, Site>} */
const sites = new Map();

/**
 * @param {EndpointPool | any[]} endpoints @param {import("./environment.js").Environment} env
 * @returns {Promise<Site>} the caller counts down its `users` at the end
 * @throws {TypeError | RangeError} for a bad list
 */
async function siteOf(endpoints, env) {
  const core = await loadWasm("lazy");
  if (endpoints instanceof EndpointPool) return new Site(endpoints, core, env.now());
  const key = JSON.stringify(endpoints);
  let site = sites.get(key);
  if (site) sites.delete(key);
  else {
    site = new Site(new EndpointPool(core, checkedEndpoints(endpoints), {}, env), core, env.now());
    makeRoom(sites, SITES);
  }
  sites.set(key, site);
  site.users++;
  return site;
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
  const site = await siteOf(endpoints, env);
  const { pool, hedges } = site;
  const { signal, hedge = true } = options;

  /**
   * One request to one endpoint.
   * @param {NonNullable<ReturnType<EndpointPool["pick"]>>} pick @param {number} budget
   * @param {AbortController} lost aborted when the other request has won
   */
  const ask = async (pick, budget, lost) => {
    const began = env.now();
    site.users++;
    const unfollow = follow(lost, signal);
    try {
      // A single endpoint is retried; of several, the next one is tried.
      const retries = pool.size > 1 ? 0 : (options.retries ?? Infinity);
      const result = await bring(pick.url, { signal: lost.signal, retries, budget });
      hedges.record(env.now() - began);
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
      site.users--;
    }
  };

  /** @type {number[]} */
  let tried = [];
  return retryLoop(
    async (_, left) => {
      hedges.earn(env.now());
      const first = pool.pick({ key, without: tried }) ?? pool.pick({ key });
      if (!first) throw new Failure("NETWORK", "all endpoints are excluded");
      tried = [...tried, first.index];
      if (tried.length >= pool.size) tried = [first.index];
      const lost = [new AbortController(), new AbortController()];
      const one = ask(first, left, lost[0]);
      const { delay } = hedges;
      if (!hedge || pool.size < 2 || delay === undefined) return one;
      let cancel = () => {};
      const two = new Promise((resolve, reject) => {
        let asked = false;
        cancel = env.after(delay, () => {
          if (!hedges.take(env.now())) return;
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
  ).finally(() => {
    site.users--;
  });
}

/** @param {any} error */
function retryable(error) {
  if (error) error.retryable = true;
  return error;
}
