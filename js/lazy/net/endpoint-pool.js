import * as layout from "../../../dist/layout.js";
import { checkOptions, integerIn, numberIn, oneOf, string } from "../../core/check.js";
import { dispose } from "../../core/dispose.js";
import { Owner } from "../../core/owner.js";
import { loadWasm } from "../../core/wasm.js";
import { page } from "./environment.js";
import { outcomeCode } from "./outcome.js";

/** @type {Record<string, number>} */
const policies = {
  "round-robin": layout.POOL_ROUND_ROBIN,
  weighted: layout.POOL_WEIGHTED,
  "least-outstanding": layout.POOL_LEAST_OUTSTANDING,
  "power-of-two": layout.POOL_POWER_OF_TWO,
  rendezvous: layout.POOL_RENDEZVOUS,
  nearest: layout.POOL_NEAREST,
};

const ms = numberIn(0, Number.MAX_SAFE_INTEGER);
const checks = {
  policy: oneOf(Object.keys(policies)),
  failures: integerIn(1, 2 ** 31),
  ejection: ms,
  maxEjection: ms,
  fade: numberIn(1, Number.MAX_SAFE_INTEGER),
  health: string,
};
const endpointChecks = {
  url: string,
  weight: integerIn(1, layout.POOL_MAX_WEIGHT),
  distance: numberIn(0, Number.MAX_VALUE),
};

/** @typedef {{ url: string, weight?: number, distance?: number }} Endpoint */
/** An endpoint of the pool; its index is -1 when it has left. @typedef {{ url: string, index: number, outstanding: number }} Known */

/**
 * @typedef {object} PoolOptions
 * @property {"round-robin" | "weighted" | "least-outstanding" | "power-of-two" | "rendezvous" | "nearest"} [policy]
 *   default `power-of-two`, by latency; `rendezvous` hashes the key passed to `pick`, `nearest`
 *   compares `distance`
 * @property {number} [failures] failures in a row that eject an endpoint; 5
 * @property {number} [ejection] ms of an ejection, multiplied by the number of ejections; 5,000
 * @property {number} [maxEjection] ms; 300,000
 * @property {number} [fade] ms in which the latency estimate of an idle endpoint halves; 10,000
 * @property {string} [health] a path to fetch from an ejected endpoint when its time is up; without
 *   it the next request is the probe
 */

/**
 * Several servers of the same files. Chooses one for each request and ejects
 * the ones that fail (include/apus/lazy/endpoint_pool.h).
 */
export class EndpointPool {
  /** Set by hedging.js, freed with the pool. @internal @type {import("./hedging.js").Hedges | undefined} */
  hedges;
  #core;
  #engine;
  #make;
  /** @type {Known[]} */
  #known = [];
  #env;
  #health;

  /**
   * @param {(string | Endpoint)[]} endpoints base URLs, 1 to 32
   * @param {PoolOptions} [options]
   * @param {import("./environment.js").Environment} [env] for tests
   */
  static async create(endpoints, options = {}, env = page) {
    checkOptions("EndpointPool", options, checks);
    const list = checkedEndpoints(endpoints);
    return new EndpointPool(await loadWasm("lazy"), list, options, env);
  }

  /**
   * Use `create`, which checks.
   * @param {import("../../core/wasm.js").Wasm<"lazy">} core
   * @param {Required<Endpoint>[]} endpoints see checkedEndpoints()
   * @param {PoolOptions} options @param {import("./environment.js").Environment} env
   */
  constructor(core, endpoints, options, env) {
    const { policy = "power-of-two", failures = 5, ejection = 5000, fade = 10_000 } = options;
    const { maxEjection = Math.max(300_000, ejection) } = options;
    this.#make = () =>
      new Owner(
        "EndpointPool",
        core.apus_lazy_pool(policies[policy], failures, ejection, maxEjection, fade),
        core.apus_lazy_free,
      );
    this.#core = core;
    this.#engine = this.#make();
    this.#env = env;
    this.#health = options.health;
    this.#fill(endpoints);
  }

  get size() {
    return this.#known.length;
  }

  /**
   * Replaces the endpoints. What is known of those that stay is kept: latency, failures, ejection.
   * @param {(string | Endpoint)[]} endpoints base URLs, 1 to 32
   * @throws {TypeError | RangeError} for a bad one; then nothing changes
   */
  update(endpoints) {
    const list = checkedEndpoints(endpoints);
    const old = this.#engine;
    void old.address; // throws when it is disposed
    this.#engine = this.#make();
    this.#fill(list, old.address);
    old.dispose();
  }

  /** @param {Required<Endpoint>[]} endpoints @param {number} [old] address of the engine before */
  #fill(endpoints, old = 0) {
    const left = [...this.#known];
    const engine = this.#engine.address;
    this.#known = endpoints.map(({ url, weight, distance }, index) => {
      const at = left.findIndex((one) => one.url === url);
      if (at < 0) {
        this.#core.apus_lazy_pool_add(engine, weight, distance, hash(url));
        return { url, index, outstanding: 0 };
      }
      const [known] = left.splice(at, 1);
      this.#core.apus_lazy_pool_adopt(engine, old, known.index, weight, distance);
      known.index = index;
      return known;
    });
    for (const gone of left) gone.index = -1;
  }

  /**
   * Chooses the endpoint for a request.
   * @param {{ key?: string, without?: number[] }} [options] `key`: for `rendezvous`; `without`:
   *   indexes of endpoints to skip
   * @returns {{ index: number, url: string, done: (outcome: boolean | undefined) => void } | undefined}
   *   `done` must be called with the outcome, or with `undefined` for an aborted request. Returns
   *   `undefined` when no endpoint is left
   */
  pick({ key = "", without = [] } = {}) {
    const now = this.#env.now();
    const mask = without.reduce((mask, index) => mask | (1 << index), 0) >>> 0;
    const index = this.#core.apus_lazy_pool_pick(
      this.#engine.address,
      now,
      this.#env.random(),
      hash(key),
      mask,
    );
    if (index === layout.POOL_NONE) return undefined;
    const known = this.#known[index];
    known.outstanding++;
    let open = true;
    const done = (/** @type {boolean | undefined} */ outcome) => {
      if (open) this.#record(known, this.#env.now() - now, outcome);
      open = false;
    };
    return { index, url: known.url, done };
  }

  /** The state of each endpoint; latency in ms. */
  get stats() {
    const now = this.#env.now();
    return this.#known.map(({ url, index, outstanding }) => ({
      url,
      latency: this.#core.apus_lazy_pool_latency(this.#engine.address, index, now),
      outstanding,
      ejected: this.#ejectedUntil(index) > now,
    }));
  }

  /** @param {number} index */
  #ejectedUntil(index) {
    return this.#core.apus_lazy_pool_ejected_until(this.#engine.address, index);
  }

  /** @param {Known} known @param {number} ms @param {boolean | undefined} outcome */
  #record(known, ms, outcome) {
    known.outstanding--;
    const { index } = known;
    if (index < 0) return;
    const now = this.#env.now();
    const before = this.#ejectedUntil(index);
    this.#core.apus_lazy_pool_record(this.#engine.address, index, now, ms, outcomeCode(outcome));
    const until = this.#ejectedUntil(index);
    if (until > before && this.#health !== undefined) this.#probe(known, until - now);
  }

  /** Probes an ejected endpoint when its time is up. @param {Known} known @param {number} ms */
  #probe(known, ms) {
    this.#env.after(ms, async () => {
      const url = new URL(this.#health ?? "", known.url).href;
      const init = { cache: "no-store", mode: "cors", credentials: "omit" };
      const healthy = await this.#env.fetch(url, /** @type {RequestInit} */ (init)).then(
        ({ ok }) => ok,
        () => false,
      );
      const { index } = known;
      if (index < 0) return;
      try {
        const now = this.#env.now();
        this.#core.apus_lazy_pool_set_healthy(this.#engine.address, index, now, Number(healthy));
        if (!healthy) this.#probe(known, this.#ejectedUntil(index) - now);
      } catch {} // disposed meanwhile
    });
  }

  /** Frees the memory. A second call does nothing. */
  dispose() {
    this.#engine.dispose();
    this.hedges?.dispose();
  }

  [dispose]() {
    this.dispose();
  }
}

/**
 * @param {(string | Endpoint)[]} endpoints
 * @returns {Required<Endpoint>[]} with their defaults; each URL ends with a slash, because a base URL
 *   names a folder
 * @throws {TypeError | RangeError} for a bad one
 */
export function checkedEndpoints(endpoints) {
  const most = layout.POOL_MAX_ENDPOINTS;
  if (!Array.isArray(endpoints) || endpoints.length < 1 || endpoints.length > most) {
    throw new RangeError(`EndpointPool: needs 1 to ${most} endpoints`);
  }
  return endpoints.map((endpoint) => {
    const {
      url,
      weight = 1,
      distance = 0,
    } = typeof endpoint === "string" ? { url: endpoint } : endpoint;
    checkOptions("EndpointPool", { url, weight, distance }, endpointChecks);
    const base = new URL(url, globalThis.document?.baseURI).href;
    return { url: base.endsWith("/") ? base : `${base}/`, weight, distance };
  });
}

/** FNV-1a. @param {string} text */
function hash(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
