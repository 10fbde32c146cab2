/**
 * Which modules the browser has loaded itself: by scripts and imports of the page, or by a link.
 * No API shows the module map, but every request of a page stands in its resource timing.
 */

/** @type {Set<string>} */
const native = new Set();

/** Entries that a browser keeps unless the page asks for more. */
const BUFFER = 250;

/** @param {PerformanceEntryList} entries */
function note(entries) {
  for (const entry of entries) {
    const { name, initiatorType, responseStatus } =
      /** @type {PerformanceResourceTiming & { responseStatus?: number }} */ (entry);
    const link = initiatorType === "link" && isModule(name);
    // A failed one is absent, or is a failure for ever. (Older engines have no status.)
    const failed = responseStatus === 0 || (responseStatus ?? 200) >= 400;
    if ((link || /^(script|other)$/.test(initiatorType)) && !failed) native.add(name);
  }
}

/** @param {string} url */
function isModule(url) {
  const links = document.querySelectorAll("link[rel=modulepreload]");
  return [...links].some((link) => /** @type {HTMLLinkElement} */ (link).href === url);
}

const before = globalThis.performance?.getEntriesByType?.("resource") ?? [];
/** @type {PerformanceObserver | undefined} */
let observer;
if (globalThis.PerformanceObserver) {
  observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ type: "resource" });
}
note(before);

/** Whether entries may have been lost before this chunk was there. */
export const unsure = before.length >= BUFFER;

/** Whether the browser has loaded a module itself. @param {string} url */
export function hasNative(url) {
  note(observer?.takeRecords() ?? []);
  return native.has(url);
}
