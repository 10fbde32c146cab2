import { checkOptions, integerIn, numberIn, oneOf, string } from "../../core/check.js";
import { loadWasm } from "../../core/wasm.js";
import { page } from "./environment.js";
import { Owner } from "./owner.js";

/** In the order of the C++ enumeration. */
const policies = [
  "round-robin",
  "weighted",
  "least-outstanding",
  "power-of-two",
  "rendezvous",
  "nearest",
];

const ms = numberIn(0, Number.MAX_SAFE_INTEGER);
const checks = {
  policy: oneOf(policies),
  failures: integerIn(1, 2 ** 31),
  ejection: ms,
  maxEjection: ms,
  fade: numberIn(1, Number.MAX_SAFE_INTEGER),
  health: string,
};
const endpointChecks = {
  url: string,
  weight: integerIn(1, 100),
  distance: numberIn(0, Number.MAX_VALUE),
};

/** @typedef {{ url: string, weight?: number, distance?: number }} Endpoint */

/**
 * @typedef {object} PoolOptions
 * @property {"round-robin" | "weighted" | "least-outstanding" | "power-of-two" | "rendezvous" | "nearest"} [policy]
 *   default `power-of-two`, on latency; `rendezvous` hashes the key that `pick` gets, `nearest`
 *   goes by `distance`
 * @property {number} [failures] in a row eject an endpoint; 5
 * @property {number} [ejection] ms, times the number of its ejections; 5,000
 * @property {number} [maxEjection] ms; 300,000
 * @property {number} [fade] ms in which an idle endpoint's latency counts half; 10,000
 * @property {string} [health] a path that is fetched from an ejected endpoint when its time is up;
 *   without it the next request is the probe
 */

/**
 * Several servers of the same files; chooses one for each request and leaves
 * out those that fail (include/apus/lazy/endpoint_pool.h).
 */
export class EndpointPool extends Owner {
  /** @type {string[]} */
  #urls = [];
  /** @type {number[]} */
  #outstanding = [];
  /** @type {import("./environment.js").Environment} */
  #env = page;
  /** @type {string | undefined} */
  #health;

  /**
   * @param {(string | Endpoint)[]} endpoints base URLs, 1 to 32
   * @param {PoolOptions} [options]
   * @param {import("./environment.js").Environment} [env] for tests
   */
  static async create(endpoints, options = {}, env = page) {
    checkOptions("EndpointPool", options, checks);
    if (!Array.isArray(endpoints) || endpoints.length < 1 || endpoints.length > 32) {
      throw new RangeError("EndpointPool: takes 1 to 32 endpoints");
    }
    const list = endpoints.map((endpoint) => {
      const {
        url,
        weight = 1,
        distance = 0,
      } = typeof endpoint === "string" ? { url: endpoint } : endpoint;
      checkOptions("EndpointPool", { url, weight, distance }, endpointChecks);
      // A base URL names a folder, with or without the slash.
      const base = new URL(url, globalThis.document?.baseURI).href;
      return { url: base.endsWith("/") ? base : `${base}/`, weight, distance };
    });
    const { policy = "power-of-two", failures = 5, ejection = 5000, fade = 10_000 } = options;
    const { maxEjection = Math.max(300_000, ejection) } = options;
    const core = await loadWasm("lazy");
    const kind = policies.indexOf(policy);
    const engine = core.apus_lazy_pool(kind, failures, ejection, maxEjection, fade);
    const pool = new EndpointPool(core, engine);
    for (const { url, weight, distance } of list) {
      core.apus_lazy_pool_add(engine, weight, distance, hash(url));
      pool.#urls.push(url);
      pool.#outstanding.push(0);
    }
    pool.#env = env;
    pool.#health = options.health;
    return pool;
  }

  get size() {
    return this.#urls.length;
  }

  /**
   * Chooses the endpoint for a request.
   * @param {{ key?: string, without?: number[] }} [options] `key`: for `rendezvous`; `without`:
   *   indexes of endpoints not to choose
   * @returns {{ index: number, url: string, done: (outcome: boolean | undefined) => void } | undefined}
   *   `done` must be called with the outcome, `undefined` for an aborted request; `undefined` when
   *   no endpoint is left
   */
  pick({ key = "", without = [] } = {}) {
    const now = this.#env.now();
    const mask = without.reduce((mask, index) => mask | (1 << index), 0) >>> 0;
    const index = this.core.apus_lazy_pool_pick(
      this.engine,
      now,
      this.#env.random(),
      hash(key),
      mask,
    );
    if (index < 0) return undefined;
    this.#outstanding[index]++;
    let open = true;
    const done = (/** @type {boolean | undefined} */ outcome) => {
      if (open) this.#record(index, this.#env.now() - now, outcome);
      open = false;
    };
    return { index, url: this.#urls[index], done };
  }

  /** What is known of each endpoint; latency in ms. */
  get stats() {
    const now = this.#env.now();
    return this.#urls.map((url, index) => ({
      url,
      latency: this.core.apus_lazy_pool_latency(this.engine, index, now),
      outstanding: this.#outstanding[index],
      ejected: this.#ejectedUntil(index) > now,
    }));
  }

  /** @param {number} index */
  #ejectedUntil(index) {
    return this.core.apus_lazy_pool_ejected_until(this.engine, index);
  }

  /** @param {number} index @param {number} ms @param {boolean | undefined} outcome */
  #record(index, ms, outcome) {
    this.#outstanding[index]--;
    const now = this.#env.now();
    const before = this.#ejectedUntil(index);
    const result = outcome === undefined ? 2 : Number(outcome);
    this.core.apus_lazy_pool_record(this.engine, index, now, ms, result);
    const until = this.#ejectedUntil(index);
    if (until > before && this.#health !== undefined) this.#probe(index, until - now);
  }

  /** Looks after an ejected endpoint when its time is up. @param {number} index @param {number} ms */
  #probe(index, ms) {
    this.#env.after(ms, async () => {
      const url = new URL(this.#health ?? "", this.#urls[index]).href;
      const init = { cache: "no-store", mode: "cors", credentials: "omit" };
      const healthy = await this.#env.fetch(url, /** @type {RequestInit} */ (init)).then(
        ({ ok }) => ok,
        () => false,
      );
      try {
        const now = this.#env.now();
        this.core.apus_lazy_pool_record(this.engine, index, now, 0, healthy ? 3 : 4);
        if (!healthy) this.#probe(index, this.#ejectedUntil(index) - now);
      } catch {} // disposed meanwhile
    });
  }
}

/** FNV-1a. @param {string} text */
function hash(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
