let anonymous = 0;

/**
 * As `Cache.memoize`.
 * @template {any[]} Args
 * @template Result
 * @param {import("./cache.js").Cache} cache
 * @param {(...args: Args) => Result} fn
 * @param {import("./options.js").FetchOptions & { key?: (...args: Args) => string }} [options]
 * @returns {(...args: Args) => Promise<Awaited<Result>>}
 * @throws {TypeError} when `fn` is no function
 */
export function memoized(cache, fn, { key, ...options } = {}) {
  if (typeof fn !== "function") throw new TypeError("memoize: fn must be a function");
  const name = fn.name || `anonymous ${++anonymous}`;
  return (...args) =>
    cache.fetch(key ? key(...args) : `${name}:${JSON.stringify(args)}`, () => fn(...args), options);
}
