import { func, string } from "../core/check.js";

/**
 * Keys are `name` and the arguments, or the result of `key`. Without both, each function has its
 * own keys; with `persist` one of them is needed, because nothing else names a function in the next
 * visit.
 * @template {unknown[]} Args
 * @typedef {import("./options.js").FetchOptions & { key?: (...args: Args) => string, name?: string }} MemoizeOptions
 */

/**
 * As `Cache.memoize`. The code that turns arguments into keys is fetched when it is first needed.
 * @template {unknown[]} Args
 * @template Result
 * @param {import("./cache.js").Cache<any>} cache
 * @param {(...args: Args) => Result} fn called with the `this` of the call
 * @param {MemoizeOptions<Args>} [options]
 * @param {boolean} [persists] keys outlive the page
 * @returns {(...args: Args) => Promise<Awaited<Result>>}
 * @throws {TypeError}
 */
export function memoized(cache, fn, { key, name, ...options } = {}, persists = false) {
  func(fn, "memoize: fn");
  func(key ?? fn, "memoize: key");
  string(name ?? "", "memoize: name");
  if (persists && (key ?? name) === undefined) {
    throw new TypeError("memoize: persist needs a name or key");
  }
  return /** @this {any} @param {Args} args */ async function (...args) {
    const under = key ? key(...args) : (await import("./arguments.js")).keyOf(name ?? fn, args);
    return /** @type {any} */ (cache.fetch(under, () => fn.apply(this, args), options));
  };
}
