import { loadWasm } from "../core/wasm.js";
import { doubt } from "./doubt.js";
import { page } from "./environment.js";
import { evaluate } from "./evaluate.js";
import { follow } from "./follow.js";
import { Host } from "./host.js";
import { own } from "./own.js";
import { persist } from "./patience.js";
import { request } from "./request.js";

/**
 * @typedef {import("./patience.js").Patience & {
 *   timeout?: number,
 *   priority?: RequestPriority,
 *   integrity?: string,
 *   manifest?: import("./manifest.js").Manifest,
 *   present?: boolean,
 *   cache?: RequestCache,
 * }} LoadOptions `manifest`: the graph, where it is known; `present`: the build has these files, so
 *   404 is temporary
 */

const lexer = async () => (await own(() => import("./imports.js"))).importsOf;

/**
 * Brings files through a network that fails. One of them serves the page; the
 * tests make more, with a simulated world.
 */
export class Loader {
  /** What became of each URL. @type {Map<string, { attempts: number, failures: number, ms: number }>} */
  files = new Map();
  /** By origin. @type {Map<string, Host>} */
  hosts = new Map();
  /** Modules whose text is in the HTTP cache, with what they import. @type {Map<string, string[]>} */
  #arrived = new Map();
  /**
   * Told the ms and the outcome of each request, and without them of each module that was opened.
   * @type {((url: string, ms?: number, ok?: boolean) => void) | undefined}
   */
  note;

  /** @param {import("./environment.js").Environment} [env] */
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
      async (_, left) => {
        const graph = await this.gather(url, { ...options, budget: left });
        try {
          const module = await evaluate(url, this.env);
          this.note?.(url);
          return module;
        } catch (error) {
          // It was not in the HTTP cache any more; the next attempt fetches anew.
          for (const url of graph) this.#arrived.delete(url);
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
   * @returns {Promise<Set<string>>} the graph's URLs
   */
  async gather(entry, options) {
    const { manifest } = options;
    const ended = new AbortController();
    const { signal } = ended;
    const unfollow = follow(ended, options.signal);
    /** @type {Set<string>} */
    const graph = new Set();
    /** @param {string} url @param {string} [integrity] @returns {Promise<unknown>} */
    const visit = async (url, integrity) => {
      if (graph.has(url)) return;
      graph.add(url);
      const known = manifest?.files.get(url);
      const job = { ...options, signal, integrity: integrity ?? known?.integrity };
      const arrival = this.#arrive(url, job, known?.imports);
      const imports = known ? known.imports : await arrival;
      await Promise.all([arrival, ...imports.map((next) => visit(next))]);
    };
    try {
      await visit(entry, options.integrity);
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
    const known = this.#arrived.get(url);
    if (known) return known;
    const text = await this.fetch(url, options);
    const found =
      imports ??
      (await lexer()
        .then((it) => it(url, text))
        .catch(() => []));
    this.#arrived.set(url, found);
    return found;
  }

  /**
   * Fetches one file until it is here and OK.
   * @template [T=string]
   * @param {string} url @param {LoadOptions} options
   * @param {(response: Response) => Promise<T>} [read] see request()
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
          const limits = { timeout: Math.min(timeout, deadline - began), cache };
          const result = await request(url, { ...options, ...limits }, env, read);
          stats.ms = env.now() - began;
          ok = true;
          return result;
        } catch (error) {
          if (signal?.aborted) throw error;
          const failure = /** @type {import("./failure.js").Failure} */ (error);
          // An endpoint that says no works.
          ok = !failure.retryable;
          stats.failures++;
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
