/** Changes after which a key's value must be loaded again. */
const lost = ["delete", "clear", "invalidate", "expire", "outside"];

/**
 * Follows a key, for wrappers of frameworks: reports each new value, and when the value is no longer
 * valid. An eviction is not reported, because a view that has the value can go on showing it.
 * @template Value
 * @param {import("./cache.js").Cache<Value>} cache @param {string} key
 * @param {(value: Value) => void} changed @param {() => void} gone
 * @returns {() => void} ends it
 */
export const follow = (cache, key, changed, gone) =>
  cache.subscribe(key, ({ type, value }) => {
    if (value !== undefined) changed(value);
    else if (lost.includes(type)) gone();
  });
