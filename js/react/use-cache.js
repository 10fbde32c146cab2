import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { func, string } from "../core/check.js";

/**
 * @template Value
 * @typedef {import("../cache/cache.js").Cache<Value>} Cache
 */

/**
 * What `useCache` knows of an entry.
 * @template Value
 * @typedef {object} Cached
 * @property {Value | undefined} value the one in memory; `undefined` until it has loaded
 * @property {unknown} error why the last load failed; `undefined` since a later one succeeded
 * @property {boolean} loading whether a load of this component is under way, or about to begin
 * @property {() => Promise<void>} refresh loads again and never rejects; the old value stays until the
 *   new one has loaded
 */

/**
 * An entry of a cache, which renders again when it changes, whoever changed it. Without a value in
 * memory, `loader` loads it; all components with the key share the load, and it ends when none of
 * them is left.
 *
 *     const { value, error } = useCache(cache, `city:${id}`, ({ signal }) => getCity(id, signal));
 *
 * @template Value
 * @param {Cache<Value> | undefined} cache `undefined` until it is open
 * @param {string} key
 * @param {import("../cache/flights.js").Loader<Value>} [loader] default: only what others put there.
 *   It may be another function each time: the one of the render in which a load begins counts
 * @returns {Cached<Value>} a server has no value
 * @throws {TypeError} for a wrong key or loader
 */
export function useCache(cache, key, loader) {
  string(key, "useCache: key");
  if (loader) func(loader, "useCache: loader");
  const subscribe = useCallback(
    (/** @type {() => void} */ listener) => cache?.subscribe(key, listener) ?? (() => {}),
    [cache, key],
  );
  const value = useSyncExternalStore(
    subscribe,
    () => cache?.peek(key),
    () => undefined,
  );
  const [state, setState] = useState({
    ...{ cache, key, stage: /** @type {"new" | "loading" | "over"} */ ("new") },
    error: /** @type {unknown} */ (undefined),
  });
  const mine = state.cache === cache && state.key === key;
  const stage = mine ? state.stage : "new";
  const missing = value === undefined;

  /** @param {"fetch" | "refresh"} how @param {AbortSignal} [signal] */
  const load = async (how, signal) => {
    if (!cache || !loader) return;
    setState({ cache, key, stage: "loading", error: undefined });
    let error;
    try {
      await cache[how](key, loader, { signal });
    } catch (reason) {
      error = reason;
    }
    if (!signal?.aborted) setState({ cache, key, stage: "over", error });
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: another loader starts no load
  useEffect(() => {
    if (!missing) return;
    const end = new AbortController();
    load("fetch", end.signal);
    return () => end.abort();
  }, [cache, key, missing]);

  return {
    value,
    error: mine ? state.error : undefined,
    loading: Boolean(cache && loader) && (stage === "loading" || (stage === "new" && missing)),
    refresh: () => load("refresh"),
  };
}
