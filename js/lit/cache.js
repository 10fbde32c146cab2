import { follow } from "../cache/follow.js";
import { func } from "../core/check.js";

/**
 * What `render` shows in each state; nothing for one that is not named.
 * @template Value
 * @typedef {object} CacheTemplates
 * @property {() => unknown} [pending] there is no value yet
 * @property {(value: Value) => unknown} [complete] also while another one loads
 * @property {(error: unknown) => unknown} [error]
 */

/**
 * A value that is kept in a cache. One in memory is there at once; otherwise `cache.fetch` loads it.
 * Follows the key: a `set()` anywhere shows its value; after an invalidation, a deletion or an expiry it
 * loads again, while the old value stays. The host updates at each change.
 * @template Value
 */
export class CacheController {
  #host;
  #cache;
  #key;
  #loader;
  #options;
  /** @type {{ cache: import("../cache/cache.js").Cache<Value>, key: string, end: () => void } | undefined} */
  #at;
  /** The value, as long as its key is the same. @type {Value | undefined} */
  value;
  /** Why the last load failed. @type {unknown} */
  error;
  /** Whether a load runs. */
  loading = false;

  /**
   * @param {import("lit").ReactiveControllerHost} host
   * @param {import("../cache/cache.js").Cache<Value> | (() => import("../cache/cache.js").Cache<Value> | undefined)} cache
   * @param {string | (() => string | undefined)} key functions are asked at each update of the host; nothing
   *   is loaded while one returns undefined
   * @param {import("../cache/flights.js").Loader<Value>} loader
   * @param {import("../cache/options.js").FetchOptions} [options]
   * @throws {TypeError} when the loader is not a function
   */
  constructor(host, cache, key, loader, options) {
    func(loader, "CacheController: loader");
    this.#host = host;
    this.#cache = typeof cache === "function" ? cache : () => cache;
    this.#key = typeof key === "function" ? key : () => key;
    this.#loader = loader;
    this.#options = options;
    host.addController(this);
  }

  /** The part of a template for the present state. @param {CacheTemplates<Value>} templates */
  render({ pending, complete, error }) {
    if (this.error !== undefined) return error?.(this.error);
    return this.value === undefined ? pending?.() : complete?.(this.value);
  }

  /** Loads again in any case. @returns {Promise<void>} when it has loaded or failed; never rejects */
  async refresh() {
    const at = this.#at;
    if (at) await this.#load(at, () => at.cache.refresh(at.key, this.#loader, this.#options));
  }

  hostConnected() {
    this.#look();
  }

  hostUpdate() {
    this.#look();
  }

  hostDisconnected() {
    this.#at?.end();
    this.#at = undefined;
  }

  /** Takes up another cache or key. */
  #look() {
    const cache = this.#cache();
    const key = this.#key();
    if (cache === this.#at?.cache && key === this.#at?.key) return;
    this.#at?.end();
    this.#at = undefined;
    this.value = this.error = undefined;
    if (!cache || key === undefined) return;
    const fetch = () => this.#load(at, () => cache.fetch(key, this.#loader, this.#options));
    const show = (/** @type {Value} */ value) => this.#show(value);
    const at = { cache, key, end: follow(cache, key, show, () => void fetch()) };
    this.#at = at;
    this.value = cache.get(key);
    if (this.value === undefined) fetch();
  }

  /** @param {Value} value */
  #show(value) {
    this.value = value;
    this.error = undefined;
    this.#host.requestUpdate();
  }

  /** @param {object} at where the load began @param {() => Promise<Value>} load */
  async #load(at, load) {
    this.loading = true;
    this.#host.requestUpdate();
    try {
      const value = await load();
      if (at === this.#at) this.#show(value);
    } catch (error) {
      if (at === this.#at) this.error = error;
    }
    if (at === this.#at) this.loading = false;
    this.#host.requestUpdate();
  }
}
