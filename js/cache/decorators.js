/** @typedef {import("./cache.js").Cache} Cache */

/**
 * A cache, a promise of one, or a function that returns one. The function is called with the
 * instance, at the first call of the method.
 * @typedef {Cache | Promise<Cache> | ((self: object) => Cache | Promise<Cache>)} CacheSource
 */

/**
 * @template {unknown[]} Args
 * @typedef {<This extends object, Result>(method: (this: This, ...args: Args) => Result)
 *   => (this: This, ...args: Args) => Promise<Awaited<Result>>} AsyncMethod
 */

/**
 * Method decorator: results come from the cache, and calls with the same arguments share one run.
 * The method becomes asynchronous.
 *
 *     class Api {
 *       @cacheable({ cache, key: (id) => `user:${id}`, ttl: 60_000, tags: ["users"] })
 *       async user(id) { … }
 *     }
 *
 * @template {unknown[]} Args
 * @param {{ cache: CacheSource } & import("./memoize.js").MemoizeOptions<Args>} options as
 *   `Cache.memoize`'s. Instances share keys unless `key` or `name` tells them apart.
 * @returns {AsyncMethod<Args>}
 */
export function cacheable({ cache, ...options }) {
  return (method) =>
    async function (...args) {
      const memoized = (await resolve(cache, this)).memoize(method, options);
      return /** @type {any} */ (memoized.apply(this, args));
    };
}

/**
 * Method decorator: invalidates entries when the method has succeeded.
 *
 * @template {unknown[]} Args
 * @param {{ cache: CacheSource, tags?: string[] | ((...args: Args) => string[]),
 *   keys?: (...args: Args) => string[], pattern?: string | RegExp }} options
 * @returns {AsyncMethod<Args>}
 */
export function invalidates({ cache, tags, keys, pattern }) {
  return (method) =>
    async function (...args) {
      const result = /** @type {any} */ (await method.apply(this, args));
      const target = await resolve(cache, this);
      target.invalidateTag(...(typeof tags === "function" ? tags(...args) : (tags ?? [])));
      if (keys) target.deleteMany(keys(...args));
      if (pattern) target.invalidate(pattern);
      return result;
    };
}

/** @param {CacheSource} source @param {object} self */
function resolve(source, self) {
  return typeof source === "function" ? source(self) : source;
}
