const everyMs = 10_000;
const everyIsolatedMs = 60_000; // the exact measurement waits for a garbage collection

/**
 * Samples the page's memory: exactly if the page is cross-origin isolated, otherwise the
 * JavaScript heap if the engine exposes it, otherwise not at all.
 * @param {(bytes: number, source: string) => void} report
 * @returns {(now: number) => true} to be called about once a second
 */
export function memorySource(report) {
  let next = 0;
  const { performance } = /** @type {any} */ (globalThis);
  return (now) => {
    if (now < next) return true;
    if (globalThis.crossOriginIsolated && performance.measureUserAgentSpecificMemory) {
      next = now + everyIsolatedMs;
      performance
        .measureUserAgentSpecificMemory()
        .then((/** @type {any} */ { bytes }) => report(bytes, "page"))
        .catch(() => {}); // refused while the page is being unloaded
    } else {
      next = now + everyMs;
      const bytes = performance.memory?.usedJSHeapSize;
      if (bytes) report(bytes, "heap");
    }
    return true;
  };
}
