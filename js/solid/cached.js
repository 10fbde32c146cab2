import { createEffect, createMemo, createResource, onCleanup } from "solid-js";
import { follow } from "../cache/follow.js";
import { func } from "../core/check.js";

/**
 * @template T
 * @typedef {T | import("solid-js").Accessor<T | undefined>} MaybeAccessor
 */

/**
 * A resource whose values are kept in a cache: `const [city] = createCached(cache, () => id(), load)`.
 * A value in memory is there at once; otherwise `cache.fetch` loads it, and `<Suspense>` waits. It
 * follows the key: a `set()` anywhere shows its value; after an invalidation, a deletion or an expiry
 * it loads again, while the old value stays.
 * @template Value
 * @param {MaybeAccessor<import("../cache/cache.js").Cache<Value>>} cache e.g. a resource of `Cache.open`
 * @param {MaybeAccessor<string>} key nothing is loaded while there is no key or no cache
 * @param {import("../cache/flights.js").Loader<Value>} loader
 * @param {import("../cache/options.js").FetchOptions} [options]
 * @returns {import("solid-js").ResourceReturn<Value, unknown>} the value, which throws what the loader
 *   threw; `refetch()` loads again in any case
 * @throws {TypeError} when the loader is not a function
 */
export function createCached(cache, key, loader, options) {
  func(loader, "createCached: loader");
  const source = createMemo(
    () => {
      const of = typeof cache === "function" ? cache() : cache;
      const name = typeof key === "function" ? key() : key;
      return of && name !== undefined && { of, name };
    },
    undefined,
    { equals: (a, b) => a === b || Boolean(a && b && a.of === b.of && a.name === b.name) },
  );
  const resource = /** @type {import("solid-js").ResourceReturn<Value, unknown>} */ (
    createResource(source, ({ of, name }, { refetching }) => {
      if (refetching instanceof Failed) return Promise.reject(refetching.error);
      if (refetching) return of.refresh(name, loader, options);
      return of.get(name) ?? of.fetch(name, loader, options);
    })
  );
  const [, { mutate, refetch }] = resource;
  createEffect(() => {
    const at = source();
    if (!at) return;
    const { of, name } = at;
    let ended = false;
    const show = (/** @type {Value} */ value) => {
      if (!ended) mutate(() => value);
    };
    const reload = () =>
      of.fetch(name, loader, options).then(show, (error) => {
        if (!ended) refetch(new Failed(error));
      });
    const end = follow(of, name, show, () => void reload());
    onCleanup(() => {
      ended = true;
      end();
    });
  });
  return resource;
}

/** Gives a reload's error to the resource. */
class Failed {
  /** @param {unknown} error */
  constructor(error) {
    this.error = error;
  }
}
