/**
 * A cache's live entries, the most recently used first. `ttl` and `stale` are
 * what was left of their time, in ms, `null` for ever.
 * @typedef {{ version: 1, entries: DumpedEntry[] }} Dump
 * @typedef {{ key: string, value: any, ttl: number | null, stale: number, size: number, priority: number, tags: string[] }} DumpedEntry
 */

/** @param {import("./js-heap.js").JsHeap} heap @param {number} now @returns {Dump} */
export function dump(heap, now) {
  const entries = [];
  for (const key of [...heap.keys()]) {
    const value = heap.peek(key);
    const { deadline, staleUntil, size, priority, tags } = heap.about(key);
    const forEver = deadline === Number.POSITIVE_INFINITY;
    const ttl = forEver ? null : deadline - now;
    entries.push({
      key,
      value,
      ttl,
      stale: forEver ? 0 : staleUntil - deadline,
      size,
      priority,
      tags,
    });
  }
  return { version: 1, entries };
}

/**
 * @param {import("./cache.js").Cache} cache @param {Dump} dump
 * @returns {number} entries taken over
 * @throws {TypeError} when it is not what `dump()` makes: nothing was changed then
 */
export function restore(cache, { version, entries }) {
  if (version !== 1 || !Array.isArray(entries)) throw new TypeError("load: not what dump() makes");
  for (const { key, value } of entries) {
    if (typeof key !== "string" || value === undefined)
      throw new TypeError("load: a damaged entry");
  }
  for (const { key, value, ttl, stale, size, priority, tags } of entries.toReversed()) {
    cache.set(key, value, {
      ...{ size, priority, tags },
      ttl: ttl ?? Number.POSITIVE_INFINITY,
      staleWhileRevalidate: stale,
    });
  }
  return entries.length;
}
