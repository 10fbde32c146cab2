import { Cache } from "../cache/cache.js";
import { Levels } from "../cache/levels.js";
import { checkOpen } from "../cache/options.js";
import { PlainDisk } from "./plain-disk.js";
import { PlainHeap } from "./plain-heap.js";

/**
 * @template [Value=unknown]
 * @typedef {import("../cache/options.js").CacheOptions<Value>} CacheOptions
 */

/**
 * A cache for unit tests, without WebAssembly and IndexedDB: the class itself, with all its methods,
 * checks, events and errors, over a Map. It evicts by LRU whatever the `policy`; `heap` and `remote`
 * are ignored; with `persist`, caches of one name share what they keep until `resetFakes()`.
 * @template [Value=unknown]
 * @param {CacheOptions<Value>} [options] @param {string} [name]
 * @returns {Cache<Value>} open
 * @throws {TypeError | RangeError} for a bad option
 */
export function fakeCache(options = {}, name = "fake") {
  checkOpen(name, options);
  const levels = new Levels(name, undefined, /** @type {any} */ (PlainHeap), options);
  const persists = Boolean(options.persist);
  if (persists) levels.disk = /** @type {any} */ (new PlainDisk(name, levels));
  return Reflect.construct(Cache, [name, levels, persists]);
}

/** Takes the place of `Cache` where a module is mocked. */
export class FakeCache {
  /**
   * As `Cache.open`.
   * @template [Value=unknown]
   * @param {string} name @param {CacheOptions<Value>} [options]
   * @returns {Promise<Cache<Value>>} a fake
   * @throws {TypeError | RangeError} for a bad option
   */
  static async open(name, options) {
    return fakeCache(options, name);
  }

  /** @param {unknown} value */
  static [Symbol.hasInstance](value) {
    return value instanceof Cache;
  }
}
