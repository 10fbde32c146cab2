import {
  getCurrentInstance,
  onMounted,
  onScopeDispose,
  readonly,
  ref,
  shallowReadonly,
  shallowRef,
  toValue,
  watch,
} from "vue";
import { follow } from "../cache/follow.js";
import { func } from "../core/check.js";

/**
 * A value that is kept in a cache: `const { data, error, loading, refresh } = useCache(cache, () => id, load)`.
 * A value in memory is there at once; otherwise `cache.fetch` loads it. `data` follows the key: a `set()`
 * anywhere shows its value; after an invalidation, a deletion or an expiry it loads again, while the old
 * value stays. A server loads nothing.
 * @template Value
 * @param {import("vue").MaybeRefOrGetter<import("../cache/cache.js").Cache<Value> | undefined>} cache
 * @param {import("vue").MaybeRefOrGetter<string | undefined>} key nothing is loaded without a key or a cache
 * @param {import("../cache/flights.js").Loader<Value>} loader
 * @param {import("../cache/options.js").FetchOptions} [options]
 * @returns {import("./types.js").CacheHandle<Value>}
 * @throws {TypeError} when the loader is not a function
 */
export function useCache(cache, key, loader, options) {
  func(loader, "useCache: loader");
  const data = shallowRef(/** @type {Value | undefined} */ (undefined));
  const error = shallowRef(/** @type {unknown} */ (undefined));
  const loading = ref(true);
  let refresh = async () => {};

  /** @param {import("../cache/cache.js").Cache<Value> | undefined} of @param {string | undefined} name */
  const begin = (of, name) => {
    data.value = error.value = undefined;
    loading.value = true;
    if (!of || name === undefined) return () => {};
    let last = 0;
    const settled = (/** @type {Value | undefined} */ value, /** @type {unknown} */ reason) => {
      last++;
      if (reason === undefined) data.value = value;
      error.value = reason;
      loading.value = false;
    };
    const load = async (/** @type {"fetch" | "refresh"} */ how) => {
      const own = ++last;
      loading.value = true;
      try {
        const value = await of[how](name, loader, options);
        if (own === last) settled(value, undefined);
      } catch (reason) {
        if (own === last) settled(undefined, reason ?? new Error("the loader failed"));
      }
    };
    const value = of.get(name);
    const end = follow(
      of,
      name,
      (value) => settled(value, undefined),
      () => void load("fetch"),
    );
    refresh = () => load("refresh");
    if (value === undefined) load("fetch");
    else settled(value, undefined);
    return () => {
      last++;
      end();
    };
  };

  let end = () => {};
  onScopeDispose(() => end());
  const start = () =>
    watch(
      [() => toValue(cache), () => toValue(key)],
      ([of, name]) => {
        end();
        end = begin(of, name);
      },
      { immediate: true },
    );
  // The first rendering equals the server's, which loads nothing.
  if (getCurrentInstance()?.vnode.el) onMounted(start);
  else if (typeof window !== "undefined") start();

  return {
    data: shallowReadonly(data),
    error: shallowReadonly(error),
    loading: readonly(loading),
    refresh: () => refresh(),
  };
}
