import { loadWasm } from "../../core/wasm.js";
import { BoundedMap } from "./bounded-map.js";
import { makeRoom } from "./make-room.js";
import { Origin } from "./origin.js";
import { recheck } from "./recheck.js";
import { request } from "./request.js";
import { retryLoop } from "./retry-loop.js";

/**
 * @typedef {import("./retry-loop.js").RetryOptions & {
 *   timeout?: number,
 *   priority?: RequestPriority,
 *   integrity?: string,
 *   present?: boolean,
 *   cache?: RequestCache,
 *   origins?: string[],
 * }} FetchOptions `present`: the build has this file, so 404 is temporary; `origins`: where it may
 *   come from
 */

/** URLs to remember. A page that makes up a new query each time must not fill the memory. */
export const FILES = 2000;
/** Origins to remember: likewise, where each user or day has a host name of its own. */
export const ORIGINS = 100;

/** Fetches files until they have loaded, with the state of each origin in mind. */
export class Fetcher {
  /** By URL. @type {Map<string, { attempts: number, failures: number, ms: number }>} */
  files = new BoundedMap(FILES);
  /** By origin, the least recently used first. @type {Map<string, Origin>} */
  origins = new Map();
  /**
   * Called with the ms and the outcome of each request.
   * @type {((url: string, ms: number, ok: boolean | undefined) => void) | undefined}
   */
  onrequest;
  #env;

  /** @param {import("./environment.js").Environment} env */
  constructor(env) {
    this.#env = env;
  }

  /**
   * Fetches one file until it has loaded.
   * @template [T=import("./request.js").Text]
   * @param {string} url @param {FetchOptions} options
   * @param {(response: Response, at: string) => Promise<T>} [read] see request()
   * @returns {Promise<T>}
   */
  async fetch(url, options, read) {
    const env = this.#env;
    const { signal, timeout = 10_000, priority = "auto" } = options;
    let { cache } = options;
    const origin = await this.#use(new URL(url).origin);
    const stats = this.files.get(url) ?? { attempts: 0, failures: 0, ms: 0 };
    this.files.set(url, stats);
    return retryLoop(
      async (number, left) => {
        const deadline = env.now() + left;
        await origin.slots.enter({ high: 1, auto: 0, low: -1 }[priority], signal);
        /** @type {number | undefined} */
        let began;
        /** @type {boolean | undefined} */
        let ok;
        try {
          await origin.admit(number, deadline - env.now(), signal);
          began = env.now();
          stats.attempts++;
          origin.attempts++;
          const limits = { timeout: Math.min(timeout, deadline - began), cache };
          const result = await request(url, { ...options, ...limits }, env, read);
          stats.ms = env.now() - began;
          ok = true;
          return result;
        } catch (error) {
          if (signal?.aborted) throw error;
          const failure = /** @type {import("./failure.js").Failure} */ (error);
          // A server that refuses a request works.
          ok = !failure.retryable;
          stats.failures++;
          origin.failures++;
          // A wrong answer may come from a cache. After a broken request no
          // cache is bypassed: in Chromium its late end can evict the fresh
          // entry, and the import would then ask the network once more.
          if (!/^[NT]/.test(failure.code)) cache = "reload";
          await recheck(failure, number, url, options, env, !read);
          throw error;
        } finally {
          origin.slots.leave();
          if (began !== undefined) {
            const ms = env.now() - began;
            origin.report(ok, ms);
            this.onrequest?.(url, ms, ok);
          }
        }
      },
      { ...options, bell: origin.bell, awake: origin.awake, pause: () => origin.pause },
      env,
    ).finally(() => {
      origin.users--;
    });
  }

  /** The caller counts down its `users` at the end. @param {string} name */
  async #use(name) {
    const core = await loadWasm("lazy");
    let origin = this.origins.get(name);
    if (origin) this.origins.delete(name);
    else {
      makeRoom(this.origins, ORIGINS);
      origin = new Origin(name, core, this.#env);
    }
    this.origins.set(name, origin);
    origin.users++;
    return origin;
  }
}
