/** @typedef {import("./cache.js").Cache} Cache */

/**
 * A cache, a promise of one, or a function that returns one. The function is called with the
 * instance, at the first call of the method.
 * @typedef {Cache | Promise<Cache> | ((self: object) => Cache | Promise<Cache>)} CacheSource
 */

/**
 * Method decorator: answers come from the cache, calls with the same arguments
 * share one run. The method becomes asynchronous.
 *
 *     class Api {
 *       @cacheable({ cache, key: (id) => `user:${id}`, ttl: 60_000, tags: ["users"] })
 *       async user(id) { … }
 *     }
 *
 * @param {{ cache: CacheSource, key?: (...args: any[]) => string, name?: string } & import("./options.js").FetchOptions} options
 *   as `Cache.memoize`'s. Instances share keys unless `key` or `name` tells them apart.
 */
export function cacheable({ cache, ...options }) {
  /** @param {(...args: any[]) => any} method */
  return (method) =>
    /** @this {any} @param {any[]} args */
    async function (...args) {
      return (await resolve(cache, this)).memoize(method, options).apply(this, args);
    };
}

/**
 * Method decorator: when the method has succeeded, entries are invalidated.
 *
 * @param {{ cache: CacheSource, tags?: string[] | ((...args: any[]) => string[]),
 *   keys?: (...args: any[]) => string[], pattern?: string | RegExp }} options
 */
export function invalidates({ cache, tags, keys, pattern }) {
  /** @param {(...args: any[]) => any} method */
  return (method) =>
    /** @this {any} @param {any[]} args */
    async function (...args) {
      const result = await method.apply(this, args);
      const target = await resolve(cache, this);
      target.invalidateTag(...(typeof tags === "function" ? tags(...args) : (tags ?? [])));
      if (keys) target.deleteMany(keys(...args));
      if (pattern) target.invalidate(pattern);
      return result;
    };
}

/** @param {CacheSource} source @param {any} self */
function resolve(source, self) {
  return typeof source === "function" ? source(self) : source;
}
