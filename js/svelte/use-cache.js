import { createSubscriber } from "svelte/reactivity";
import { follow } from "../cache/follow.js";
import { func } from "../core/check.js";

/** @template T @typedef {T | (() => T)} MaybeGetter */

/** @template T @param {MaybeGetter<T>} of @returns {T} */
export const read = (of) => (typeof of === "function" ? /** @type {() => T} */ (of)() : of);

/**
 * A value that is kept in a cache: `const city = useCache(cache, () => id, load)`, in markup
 * `{city.current}`. A value in memory is there at once; otherwise `cache.fetch` loads it when an effect or
 * markup reads it first. `current` follows the key: a `set()` anywhere shows its value; after an
 * invalidation, a deletion or an expiry it loads again, while the old value stays. Nothing is followed
 * while no effect reads it. A server loads nothing.
 * @template Value
 * @param {MaybeGetter<import("../cache/cache.js").Cache<Value> | undefined>} cache
 * @param {MaybeGetter<string | undefined>} key nothing is loaded without a key or a cache
 * @param {import("../cache/flights.js").Loader<Value>} loader
 * @param {import("../cache/options.js").FetchOptions} [options]
 * @returns {import("./types.js").CacheHandle<Value>}
 * @throws {TypeError} when the loader is not a function
 */
export function useCache(cache, key, loader, options) {
  func(loader, "useCache: loader");
  /** @type {Entry<Value> | undefined} */
  let entry;
  const present = () => {
    const of = read(cache);
    const name = read(key);
    if (!of || name === undefined) return undefined;
    if (entry?.cache !== of || entry.key !== name) entry = new Entry(of, name, loader, options);
    entry.read();
    return entry;
  };
  return {
    get current() {
      return present()?.value;
    },
    get error() {
      return present()?.error;
    },
    get loading() {
      return present()?.loading ?? true;
    },
    refresh: async () => present()?.load("refresh"),
  };
}

/** A key of a cache, as long as it is read. @template Value */
class Entry {
  /** @type {Value | undefined} */
  value;
  /** @type {unknown} */
  error;
  loading = true;
  #loader;
  #options;
  #last = 0;
  #changed = () => {};
  /** Tracks the reader, whose first call starts following. */
  read = createSubscriber((changed) => this.#start(changed));

  /**
   * @param {import("../cache/cache.js").Cache<Value>} cache @param {string} key
   * @param {import("../cache/flights.js").Loader<Value>} loader
   * @param {import("../cache/options.js").FetchOptions} [options]
   */
  constructor(cache, key, loader, options) {
    this.cache = cache;
    this.key = key;
    this.#loader = loader;
    this.#options = options;
    this.value = cache.get(key);
    this.loading = this.value === undefined;
  }

  /** @param {"fetch" | "refresh"} how @returns {Promise<void>} when it has ended; never rejects */
  async load(how) {
    const own = ++this.#last;
    if (!this.loading) {
      this.loading = true;
      this.#changed();
    }
    try {
      const value = await this.cache[how](this.key, this.#loader, this.#options);
      if (own === this.#last) this.#settle(value, undefined);
    } catch (error) {
      if (own === this.#last) this.#settle(this.value, error ?? new Error("the loader failed"));
    }
  }

  /** @param {() => void} changed */
  #start(changed) {
    this.#changed = changed;
    const end = follow(
      this.cache,
      this.key,
      (value) => this.#settle(value, undefined),
      () => void this.load("fetch"),
    );
    const value = this.cache.get(this.key);
    if (value === undefined) this.load("fetch");
    else if (value !== this.value) this.#settle(value, undefined);
    return () => {
      this.#last++;
      this.#changed = () => {};
      end();
    };
  }

  /** @param {Value | undefined} value @param {unknown} error */
  #settle(value, error) {
    this.#last++;
    this.value = value;
    this.error = error;
    this.loading = false;
    this.#changed();
  }
}
