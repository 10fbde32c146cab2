import { checkSet } from "./options.js";

/**
 * A cache's live entries, the most recently used first. `ttl` and `stale` are the remaining ms,
 * `null` for ever.
 * @template [Value=unknown]
 * @typedef {{ version: 1, entries: DumpedEntry<Value>[] }} Dump
 */

/**
 * @template [Value=unknown]
 * @typedef {{ key: string, value: Value, ttl: number | null, stale: number | null, size?: number, priority: number, tags: string[] }} DumpedEntry
 */

const NEVER = Number.POSITIVE_INFINITY;

/** @param {import("./levels.js").Heap} heap @param {number} now @returns {Dump<any>} */
export function dump(heap, now) {
  const entries = [];
  for (const key of [...heap.keys()]) {
    const value = heap.peek(key);
    if (value === undefined) continue; // it expired just now
    const { deadline, staleUntil, size, priority, tags } = heap.about(key);
    const stale = deadline === NEVER ? 0 : staleUntil - deadline;
    entries.push({
      key,
      value,
      ttl: left(deadline - now),
      stale: left(stale),
      size,
      priority,
      tags,
    });
  }
  return { version: 1, entries };
}

/** JSON knows no Infinity. @param {number} time */
const left = (time) => (time === NEVER ? null : time);

/**
 * @param {import("./cache.js").Cache<any>} cache @param {any} heap the cache's @param {Dump<any>} dump
 * @returns {number} entries taken over
 * @throws {TypeError | RangeError | import("../core/errors.js").ApusError} when `dump()` did not make
 *   it, or this cache cannot keep a value (`NOT_SERIALIZABLE`): nothing has changed then
 */
export function restore(cache, heap, { version, entries }) {
  if (version !== 1 || !Array.isArray(entries))
    throw new TypeError("load: expected a key or a result of dump()");
  const all = entries.map((entry, at) => {
    try {
      const { key, value, ttl, stale, size, priority, tags } = entry;
      if (typeof key !== "string") throw new TypeError("its key is not a string");
      if (value === undefined) throw new TypeError("it has no value");
      const options = {
        ...{ size: size ?? undefined, priority, tags },
        ttl: ttl ?? NEVER,
        staleWhileRevalidate: stale ?? NEVER,
      };
      checkSet(options);
      heap.check?.(key, value);
      return { key, value, options };
    } catch (cause) {
      if (cause instanceof TypeError || cause instanceof RangeError) {
        cause.message = `load: entry ${at} is damaged: ${cause.message}`;
      }
      throw cause;
    }
  });
  for (const { key, value, options } of all.reverse()) cache.set(key, value, options);
  return all.length;
}
