// The loops that are timed. Imported once for each cache with its own query
// string, so that each gets its own compiled code. In a shared loop every call
// would be megamorphic and cost more than the operation that is measured.

/** @param {any} cache @param {string[]} keys @param {Uint32Array} order @returns {number} ms */
export function getHit(cache, keys, order) {
  let found = 0;
  const start = performance.now();
  for (let i = 0; i < order.length; i++) {
    if (cache.get(keys[order[i]]) !== undefined) found++;
  }
  const time = performance.now() - start;
  if (found !== order.length) throw new Error(`${order.length - found} misses`);
  return time;
}

/** @param {any} cache @param {string[]} keys @returns {number} ms */
export function setEvict(cache, keys) {
  const start = performance.now();
  for (let i = 0; i < keys.length; i++) cache.set(keys[i], i);
  return performance.now() - start;
}

/** @param {any} cache @param {string[]} keys @param {Uint32Array} order @returns {number} ms */
export function getOrSet(cache, keys, order) {
  const start = performance.now();
  for (let i = 0; i < order.length; i++) {
    const key = keys[order[i]];
    if (cache.get(key) === undefined) cache.set(key, i);
  }
  return performance.now() - start;
}
