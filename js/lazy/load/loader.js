import { follow } from "../net/abort.js";
import { BoundedMap } from "../net/bounded-map.js";
import { page, sleep } from "../net/environment.js";
import { Failure } from "../net/failure.js";
import { Fetcher, FILES } from "../net/fetcher.js";
import { loadChunk } from "../net/load-chunk.js";
import { retryLoop } from "../net/retry-loop.js";
import { evaluate } from "./evaluate.js";
import { importsOf } from "./imports.js";

/**
 * @typedef {import("../net/fetcher.js").FetchOptions & {
 *   manifest?: import("../build/manifest.js").Manifest,
 *   sealed?: boolean,
 * }} LoadOptions `manifest`: the graph, where it is known; `origins`: where the entry may come from;
 *   `sealed`: a module with integrity is bound to it, see seal.js. The integrity "" stands for
 *   none, and ignores the manifest's as well
 *
 * @typedef {object} Arrival a module whose text has arrived
 * @property {string[]} imports
 * @property {string} [integrity] it was checked against
 * @property {number} until when import() would ask the server again, on the clock of `now`; Infinity:
 *   never, because it has run, or runs from its text
 * @property {import("../net/request.js").Text} [held] its text, where the HTTP cache will not have it
 *
 * @typedef {object} Graph
 * @property {Map<string, string[]>} edges the imports of each module that has arrived
 * @property {Map<string, string>} seals the integrity of each module that has one
 * @property {boolean} loose whether the browser may have to fetch some of them
 */

/** How often the browser itself may fail to get a module that the loader got. */
const SEALS = 3;
/** A response that is fresh for less may be stale when the browser imports it, ms. */
const FRESH = 60_000;

/**
 * Loads modules through a bad network. One loader serves the page; tests make
 * others, with a simulated environment.
 */
export class Loader {
  /** @type {Map<string, Arrival>} */
  arrived = new BoundedMap(FILES);
  /** Fetches that have not failed yet; they ring when they end. @type {Map<string, import("../net/environment.js").Bell>} */
  #flights = new Map();
  /** Whether modules may run from their text, once one is to do so. @type {Promise<boolean> | undefined} */
  #free;
  /** Called for each module that was opened. @type {((url: string) => void) | undefined} */
  onopen;

  /** @param {import("../net/environment.js").Environment} [env] */
  constructor(env = page) {
    this.env = env;
    this.fetcher = new Fetcher(env);
  }

  /**
   * The fetch gate: every module of the graph is fetched until it has loaded,
   * then the first one is imported under its plain URL. A failed request never
   * reaches the browser's module map, where it would stay for ever. Modules that
   * the HTTP cache does not keep run from the text that has arrived (from-text.js).
   *
   * @param {string} url @param {LoadOptions} options
   * @returns {Promise<any>} the module's namespace
   */
  module(url, options) {
    let refused = 0; // by the browser, although every module had arrived
    return retryLoop(
      async (number, left) => {
        /** @type {Set<string>} */
        const graph = new Set();
        try {
          const module = await this.open(url, { ...options, budget: left }, graph, refused > 1);
          this.onopen?.(url);
          return module;
        } catch (/** @type {any} */ error) {
          const network = error?.code === "NETWORK";
          if (network) refused++;
          // It had left the HTTP cache; the next attempt fetches it again.
          for (const url of graph) {
            if (!network || !this.arrived.get(url)?.held) this.arrived.delete(url);
          }
          if (error?.code === "INTEGRITY_MISMATCH" && number >= SEALS) error.retryable = false;
          throw error;
        }
      },
      options,
      this.env,
    );
  }

  /**
   * One attempt: gathers a module's graph and runs it.
   * @param {string} url @param {LoadOptions} options
   * @param {Set<string>} [graph] receives the URLs of the graph
   * @param {boolean} [own] runs it from its text, where that is possible
   * @returns {Promise<any>} the module's namespace
   */
  async open(url, options, graph = new Set(), own = false) {
    const began = this.env.now();
    const found = await this.#collect(url, options, graph);
    const { edges } = found;
    const held = [...edges.keys()].some((it) => this.arrived.get(it)?.held);
    /** @type {{ module: any } | undefined} */
    let done;
    if (own || held) this.#free ??= mayRunText();
    if (await this.#free) {
      // Always, from then on: other graphs may share modules with the first.
      const part = await loadChunk(import.meta.url, () => import("./from-text.js"), options);
      done = await part.fromText(this, url, found, { ...options, own });
    }
    if (!done) {
      await seal(found, options);
      const runs = [evaluate(url, this.env)];
      if (found.loose || held) {
        // The browser's request has no timeout.
        const left = (options.budget ?? 30_000) + began - this.env.now();
        const late = new Failure("TIMEOUT", `${url}: no response`);
        runs.push(new Promise((_, reject) => this.env.after(left, () => reject(late))));
      }
      done = { module: await Promise.race(runs) };
    }
    for (const it of edges.keys()) {
      const arrival = this.arrived.get(it);
      if (arrival) this.arrived.set(it, { ...arrival, until: Infinity, held: undefined });
    }
    return done.module;
  }

  /**
   * Fetches a module and everything it imports, without running anything.
   * @param {string} entry @param {LoadOptions} options
   * @param {Set<string>} [graph] receives the URLs of the graph
   * @returns {Promise<Set<string>>} `graph`
   */
  async gather(entry, options, graph = new Set()) {
    const found = await this.#collect(entry, options, graph);
    if (options.sealed) await seal(found, options);
    return graph;
  }

  /**
   * @param {string} entry @param {LoadOptions} options @param {Set<string>} graph receives the URLs
   * @returns {Promise<Graph>}
   */
  async #collect(entry, { sealed, ...options }, graph) {
    const { manifest, ...rest } = options;
    /** @type {Graph} */
    const found = { edges: new Map(), seals: new Map(), loose: false };
    const ended = new AbortController();
    const { signal } = ended;
    const unfollow = follow(ended, options.signal);
    /** @param {string} url @param {object} [more] for this file alone @returns {Promise<unknown>} */
    const visit = async (url, more) => {
      if (graph.has(url)) return;
      graph.add(url);
      const known = manifest?.files.get(url);
      const expected = options.integrity === "" ? undefined : known?.integrity;
      const job = { ...rest, origins: undefined, integrity: expected, ...more, signal };
      if (job.integrity) found.seals.set(url, job.integrity);
      const arrival = this.#arrive(url, job, known?.imports).catch((error) => {
        if (error?.code !== "FETCH_FORBIDDEN" || job.origins) throw error;
        found.loose = true; // the browser itself may get it
        return [];
      });
      const imports = known ? known.imports : await arrival;
      found.edges.set(url, imports);
      await Promise.all([arrival, ...imports.map((next) => visit(next))]);
    };
    try {
      const { integrity, origins } = options;
      await visit(entry, { origins, ...(integrity && { integrity }) });
      return found;
    } catch (error) {
      ended.abort(error); // the other requests are useless now
      throw error;
    } finally {
      unfollow();
    }
  }

  /**
   * @param {string} url @param {LoadOptions} options @param {string[]} [imports] where they are known
   * @returns {Promise<string[]>} the URLs that it imports
   */
  async #arrive(url, options, imports) {
    const { env } = this;
    const { integrity, signal, budget = 30_000 } = options;
    const end = env.now() + budget;
    for (;;) {
      const now = env.now();
      const known = this.arrived.get(url);
      if (known && known.until > now && (!integrity || known.integrity === integrity)) {
        return known.imports;
      }
      const bell = this.#flights.get(url);
      if (!bell || now >= end) break;
      await sleep(env, end - now, { signal, bell, awake: true });
    }
    /** @type {import("../net/environment.js").Bell} */
    const bell = new Set();
    this.#flights.set(url, bell);
    const land = () => {
      if (this.#flights.get(url) === bell) this.#flights.delete(url);
      for (const ring of [...bell]) ring(true);
    };
    try {
      const began = env.now();
      const it = await this.fetcher.fetch(url, {
        ...options,
        budget: end - began,
        onretry(detail) {
          land(); // whoever waits for it tries at once
          options.onretry?.(detail);
        },
      });
      const found = imports ?? (await importsOf(it.at, it.text));
      // Outside browsers nothing runs from a text.
      const held = globalThis.location && it.fresh < FRESH ? it : undefined;
      const until = held || !globalThis.location ? Infinity : began + it.fresh;
      this.arrived.set(url, { imports: found, integrity, until, held });
      return found;
    } finally {
      land();
    }
  }
}

/** @param {Graph} graph @param {LoadOptions} options */
async function seal({ seals, edges }, options) {
  if (seals.size === 0) return;
  const part = await loadChunk(import.meta.url, () => import("./seal.js"), options);
  await part.seal(seals, edges, options);
}

/** Whether the page's policy may let `blob:` run. The HTTP cache has the page's headers, unless it must not keep them. */
async function mayRunText() {
  try {
    const { headers } = await fetch(location.href, {
      cache: "only-if-cached",
      mode: "same-origin",
    });
    const policy = headers.get("content-security-policy") ?? "";
    return !/(script|default)-src/.test(policy) || /blob:|strict-dynamic/.test(policy);
  } catch {
    return true;
  }
}
