import { loadWasm } from "../../core/wasm.js";
import { follow } from "../net/abort.js";
import { Recent } from "../net/bounded-map.js";
import { page } from "../net/environment.js";
import { loadChunk } from "../net/load-chunk.js";
import { Host } from "../net/origin.js";
import { doubt } from "../net/recheck.js";
import { request } from "../net/request.js";
import { persist } from "../net/retry-loop.js";
import { evaluate } from "./evaluate.js";

/**
 * @typedef {import("../net/retry-loop.js").Patience & {
 *   timeout?: number,
 *   priority?: RequestPriority,
 *   integrity?: string,
 *   manifest?: import("../build/manifest.js").Manifest,
 *   present?: boolean,
 *   cache?: RequestCache,
 *   origins?: string[],
 *   sealed?: boolean,
 * }} LoadOptions `manifest`: the graph, where it is known; `present`: the build has these files, so
 *   404 is temporary; `origins`: where the entry may come from; `sealed`: what has an integrity is
 *   bound to it, see seal.js. An integrity of "" stands for none, in the manifest neither
 */

/** URLs that are remembered: a page that makes up new ones, with a query each, must not pile them up. */
const FILES = 2000;
/** Times that the browser itself may fail to get what the loader could. */
const SEALS = 3;

const lexer = async () => (await loadChunk(import.meta.url, () => import("./lexer.js"))).importsOf;

/**
 * Brings files through a network that fails. One of them serves the page; the
 * tests make more, with a simulated world.
 */
export class Loader {
  /** What became of each URL. @type {Map<string, { attempts: number, failures: number, ms: number }>} */
  files = new Recent(FILES);
  /** By origin. @type {Map<string, Host>} */
  hosts = new Map();
  /**
   * Modules whose text is in the HTTP cache: what they import, and what they were checked against.
   * @type {Map<string, { imports: string[], integrity?: string }>}
   */
  #arrived = new Recent(FILES);
  /**
   * Told the ms and the outcome of each request, and without them of each module that was opened.
   * @type {((url: string, ms?: number, ok?: boolean) => void) | undefined}
   */
  note;

  /** @param {import("../net/environment.js").Environment} [env] */
  constructor(env = page) {
    this.env = env;
  }

  /**
   * The fetch gate: every module of the graph is fetched until it is here and
   * OK, then the first one is imported under its plain URL. A failed request
   * so never reaches the browser's module map, where it would stay for ever.
   *
   * @param {string} url @param {LoadOptions} options
   * @returns {Promise<any>} the module's namespace
   */
  module(url, options) {
    return persist(
      async (number, left) => {
        /** @type {Set<string>} */
        const graph = new Set();
        try {
          await this.gather(url, { ...options, budget: left, sealed: true }, graph);
          const module = await evaluate(url, this.env);
          this.note?.(url);
          return module;
        } catch (/** @type {any} */ error) {
          // It was not in the HTTP cache any more; the next attempt fetches anew.
          for (const url of graph) this.#arrived.delete(url);
          if (error?.code === "INTEGRITY_MISMATCH" && number >= SEALS) error.retryable = false;
          throw error;
        }
      },
      options,
      this.env,
    );
  }

  /**
   * Fetches a module and all it imports, without running anything.
   * @param {string} entry @param {LoadOptions} options
   * @param {Set<string>} [graph] gets the graph's URLs
   * @returns {Promise<Set<string>>} it
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
      ended.abort(error); // nobody waits for the others
      throw error;
    } finally {
      unfollow();
    }
  }

  /**
   * @param {string} url @param {LoadOptions} options @param {string[]} [imports] where they are known
   * @returns {Promise<string[]>} what it imports
   */
  async #arrive(url, options, imports) {
    const { integrity } = options;
    const known = this.#arrived.get(url);
    if (known && (!integrity || known.integrity === integrity)) return known.imports;
    const { text, at } = await this.fetch(url, options);
    const found =
      imports ??
      (await lexer()
        .then((it) => it(at, text))
        .catch(() => []));
    this.#arrived.set(url, { imports: found, integrity });
    return found;
  }

  /**
   * Fetches one file until it is here and OK.
   * @template [T={ text: string, at: string }]
   * @param {string} url @param {LoadOptions} options
   * @param {(response: Response, at: string) => Promise<T>} [read] see request()
   * @returns {Promise<T>}
   */
  async fetch(url, options, read) {
    const { env } = this;
    const { signal, timeout = 10_000, priority = "auto" } = options;
    let { cache } = options;
    const host = await this.#host(url);
    const stats = this.files.get(url) ?? { attempts: 0, failures: 0, ms: 0 };
    this.files.set(url, stats);
    return persist(
      async (number, left) => {
        const deadline = env.now() + left;
        await host.places.enter({ high: 1, auto: 0, low: -1 }[priority], signal);
        /** @type {number | undefined} */
        let began;
        /** @type {boolean | undefined} */
        let ok;
        try {
          await host.admit(number, deadline - env.now(), signal);
          began = env.now();
          stats.attempts++;
          host.attempts++;
          const limits = { timeout: Math.min(timeout, deadline - began), cache };
          const result = await request(url, { ...options, ...limits }, env, read);
          stats.ms = env.now() - began;
          ok = true;
          return result;
        } catch (error) {
          if (signal?.aborted) throw error;
          const failure = /** @type {import("../net/failure.js").Failure} */ (error);
          // An endpoint that says no works.
          ok = !failure.retryable;
          stats.failures++;
          host.failures++;
          // A wrong answer may come from a cache. After a broken request no
          // cache is bypassed: in Chromium its late end can take the fresh
          // entry along, and the import would then ask the network once more.
          if (!/^[NT]/.test(failure.code)) cache = "reload";
          if (!failure.retryable || number % 3 === 0) {
            await doubt(failure, url, options, env);
          }
          throw error;
        } finally {
          host.places.leave();
          if (began !== undefined) {
            const ms = env.now() - began;
            host.report(ok, ms);
            this.note?.(url, ms, ok);
          }
        }
      },
      { ...options, bell: host.bell, awake: host.awake, pause: () => host.pause },
      env,
    );
  }

  /** @param {string} url */
  async #host(url) {
    const { origin } = new URL(url);
    const core = await loadWasm("lazy");
    let host = this.hosts.get(origin);
    if (!host) {
      host = new Host(origin, core, this.env);
      this.hosts.set(origin, host);
    }
    return host;
  }
}
