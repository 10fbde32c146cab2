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
 * @property {import("../net/request.js").Text | boolean} [text] its text, where the HTTP cache will not have
 *   it when it is imported; `true` where the page's policy forbids to run it from there
 *
 * @typedef {object} Graph
 * @property {Map<string, string[]>} edges the imports of each module that has arrived
 * @property {Map<string, string>} seals the integrity of each module that has one
 * @property {boolean} [texts] whether the HTTP cache will not have some of them
 * @property {boolean} [loose] whether the browser has to fetch some of them itself
 */

/** How often the browser itself may fail to get a module that the loader got. */
const SEALS = 3;
/** A response that is fresh for less may be stale when its module is imported, ms. */
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
  /** Whether modules have run from their text. */
  #texts = false;
  /** @type {Promise<string> | undefined} */
  #policy;
  /** The page's, once it was needed. */
  policy = "";
  /** Called for each module that was opened. @type {((url: string) => void) | undefined} */
  onopen;
  /** Files that a deploy may remove. @type {import("./hold.js").Hold | undefined} */
  held;

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
    return retryLoop(
      async (number, left) => {
        /** @type {Set<string>} */
        const graph = new Set();
        try {
          const own = number > 2 && !!globalThis.location;
          const module = await this.open(url, { ...options, budget: left }, graph, own);
          this.onopen?.(url);
          return module;
        } catch (/** @type {any} */ error) {
          // It had left the HTTP cache; the next attempt fetches it again.
          for (const url of graph) if (!this.arrived.get(url)?.text) this.arrived.delete(url);
          if (error?.code === "INTEGRITY_MISMATCH" && number >= SEALS) error.retryable = false;
          throw error;
        }
      },
      options,
      this.env,
    );
  }

  /** Imports a module whose graph is in the module map. @param {string} url @returns {Promise<any>} */
  async start(url) {
    const module = await evaluate(url, this.env);
    this.onopen?.(url);
    return module;
  }

  /**
   * One attempt: gathers a module's graph and runs it.
   * @param {string} url @param {LoadOptions} options
   * @param {Set<string>} [graph] receives the URLs of the graph
   * @param {boolean} [own] runs it from its text, where that is possible: the browser failed to get it
   * @returns {Promise<any>} the module's namespace
   */
  async open(url, options, graph, own) {
    const { env } = this;
    const began = env.now();
    const found = await this.#collect(url, options, graph);
    if ((own || found.texts) && (await this.#mayRunTexts())) this.#texts = true;
    if (this.#texts) {
      // Other graphs may share modules with the first that ran from its text.
      const part = await loadChunk(import.meta.url, () => import("./from-text.js"), options);
      const run = await part.fromText(this, url, found, { ...options, own });
      if (run) return run.module;
    }
    await seal(found, options);
    const run = evaluate(url, env);
    if (!found.loose && !found.texts) return run;
    // The browser's own requests have no timeout.
    const left = (options.budget ?? 30_000) + began - env.now();
    let cancel = () => {};
    const late = new Promise((_, reject) => {
      cancel = env.after(left, () => reject(new Failure("TIMEOUT", `${url}: no response`)));
    });
    return Promise.race([run, late]).finally(cancel);
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
   * @param {string} entry @param {LoadOptions} options @param {Set<string>} [graph] receives the URLs
   * @returns {Promise<Graph>}
   */
  async #collect(entry, { sealed, ...options }, graph = new Set()) {
    const { manifest, ...rest } = options;
    /** @type {Graph} */
    const found = { edges: new Map(), seals: new Map() };
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
      if (this.arrived.get(url)?.text) found.texts = true;
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
      const left = end - env.now();
      const known = this.arrived.get(url);
      if (known && (!integrity || known.integrity === integrity)) return known.imports;
      const bell = this.#flights.get(url);
      if (!bell || left <= 0) break;
      await sleep(env, left, { signal, bell, awake: true });
    }
    /** @type {import("../net/environment.js").Bell} */
    const bell = new Set();
    this.#flights.set(url, bell);
    const land = () => {
      if (this.#flights.get(url) === bell) this.#flights.delete(url);
      for (const ring of [...bell]) ring(true);
    };
    try {
      const it = await this.fetcher.fetch(url, {
        ...options,
        budget: end - env.now(),
        onretry(detail) {
          land(); // whoever waits for it tries at once
          options.onretry?.(detail);
        },
      });
      const found = imports ?? (await importsOf(it.at, it.text));
      // Outside browsers nothing runs from a text.
      const short = it.fresh < FRESH && !!globalThis.location;
      this.arrived.set(url, {
        imports: found,
        integrity,
        text: short && (await this.#mayRunTexts()) ? it : short,
      });
      return found;
    } finally {
      land();
    }
  }

  /** Whether the page's policy may let `blob:` run. */
  async #mayRunTexts() {
    this.#policy ??= policyOfPage().catch(() => "script-src"); // unknown: no text runs
    this.policy = await this.#policy;
    if (!/(script|default)-src/.test(this.policy) || /blob:|strict-dynamic/.test(this.policy)) {
      return true;
    }
    // import() hands on the nonce of its script.
    const bare = globalThis.document?.querySelector("script[type=module]:not([nonce])");
    return /'nonce-/.test(this.policy) && bare === null;
  }
}

/** The HTTP cache mostly knows the page's headers; a page with no-store is asked for again, without its body. */
async function policyOfPage() {
  const stop = new AbortController();
  const metas = globalThis.document?.querySelectorAll(
    'meta[http-equiv="content-security-policy" i]',
  );
  const said = [...(metas ?? [])].map((meta) => meta.getAttribute("content"));
  const { headers } = await fetch(location.href, { cache: "force-cache", signal: stop.signal });
  stop.abort();
  return [headers.get("content-security-policy"), ...said].join(";");
}

/** @param {Graph} graph @param {LoadOptions} options */
async function seal({ seals, edges }, options) {
  if (seals.size === 0) return;
  const part = await loadChunk(import.meta.url, () => import("./seal.js"), options);
  await part.seal(seals, edges, options);
}
