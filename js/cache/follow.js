/** Reasons after which a key's value must be loaded again. */
const lost = ["delete", "clear", "invalidate", "expire"];

/**
 * Follows a key, for wrappers of frameworks: reports each new value, and when the value is no longer
 * valid. An eviction is not reported, because a view that has the value can go on showing it.
 * @template Value
 * @param {import("./cache.js").Cache<Value>} cache @param {string} key
 * @param {(value: Value) => void} changed @param {() => void} gone
 * @returns {() => void} ends it
 */
export function follow(cache, key, changed, gone) {
  const ended = new AbortController();
  const { signal } = ended;
  const on =
    /** @type {(type: "set" | "remove", listener: (event: CustomEvent<any>) => void) => void} */ (
      (type, listener) => cache.addEventListener(type, listener, { signal })
    );
  on("set", ({ detail }) => {
    if (detail.key === key) changed(detail.value);
  });
  on("remove", ({ detail }) => {
    if (detail.key === key && lost.includes(detail.reason)) gone();
  });
  return () => ended.abort();
}
