import { func, string } from "../core/check.js";

/**
 * As `Cache.memoize`. How arguments become a key is fetched at the first call that asks for it.
 * @template {any[]} Args
 * @template Result
 * @param {import("./cache.js").Cache} cache
 * @param {(...args: Args) => Result} fn called with the `this` of the call
 * @param {import("./options.js").FetchOptions & { key?: (...args: Args) => string, name?: string }} [options]
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
    return cache.fetch(under, () => fn.apply(this, args), options);
  };
}
