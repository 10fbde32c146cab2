import { follow } from "../net/abort.js";
import { BoundedMap } from "../net/bounded-map.js";
import { page } from "../net/environment.js";
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
 */

/** How often the browser itself may fail to get a module that the loader got. */
const SEALS = 3;

/**
 * Loads modules through a bad network. One loader serves the page; tests make
 * others, with a simulated environment.
 */
export class Loader {
  /**
   * Modules whose text is in the HTTP cache: their imports, and the integrity they were checked against.
   * @type {Map<string, { imports: string[], integrity?: string }>}
   */
  #arrived = new BoundedMap(FILES);
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
   * reaches the browser's module map, where it would stay for ever.
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
          await this.gather(url, { ...options, budget: left, sealed: true }, graph);
          return await this.start(url);
        } catch (/** @type {any} */ error) {
          // It had left the HTTP cache; the next attempt fetches it again.
          for (const url of graph) this.#arrived.delete(url);
          if (error?.code === "INTEGRITY_MISMATCH" && number >= SEALS) error.retryable = false;
          throw error;
        }
      },
      options,
      this.env,
    );
  }

  /** Imports a module whose graph has arrived. @param {string} url @returns {Promise<any>} */
  async start(url) {
    const module = await evaluate(url, this.env);
    this.onopen?.(url);
    return module;
  }

  /**
   * Fetches a module and everything it imports, without running anything.
   * @param {string} entry @param {LoadOptions} options
   * @param {Set<string>} [graph] receives the URLs of the graph
   * @returns {Promise<Set<string>>} `graph`
   */
  async gather(entry, options, graph = new Set()) {
    const { manifest, sealed, ...rest } = options;
    /** @type {Map<string, string>} */
    const seals = new Map();
    /** @type {Map<string, string[]>} */
    const edges = new Map();
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
      if (job.integrity) seals.set(url, job.integrity);
      const arrival = this.#arrive(url, job, known?.imports);
      const imports = known ? known.imports : await arrival;
      edges.set(url, imports);
      await Promise.all([arrival, ...imports.map((next) => visit(next))]);
    };
    try {
      const { integrity, origins } = options;
      await visit(entry, { origins, ...(integrity && { integrity }) });
      if (sealed && seals.size > 0) {
        const { seal } = await loadChunk(import.meta.url, () => import("./seal.js"), options);
        await seal(seals, edges, { ...options, signal });
      }
      return graph;
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
    const { integrity } = options;
    const known = this.#arrived.get(url);
    if (known && (!integrity || known.integrity === integrity)) return known.imports;
    const { text, at } = await this.fetcher.fetch(url, options);
    const found = imports ?? (await importsOf(at, text));
    this.#arrived.set(url, { imports: found, integrity });
    return found;
  }
}
