/** What is counted of each entry of the performance timeline. */

/**
 * @typedef {(name: string, value: number, tags?: import("./histograms.js").Tags, own?: boolean) => void} Count
 */

/** @type {Record<string, (entry: any, count: Count) => void>} */
const readers = {
  navigation(entry, count) {
    count("navigation.dom-content-loaded", entry.domContentLoadedEventEnd);
    count("navigation.load", entry.loadEventEnd);
  },
  resource(entry, count) {
    count("resource", entry.duration, { type: entry.initiatorType });
    count("resource.bytes", entry.transferSize, { type: entry.initiatorType });
  },
  paint: (entry, count) => count(entry.name, entry.startTime),
  "largest-contentful-paint": (entry, count) => count("lcp-candidate", entry.startTime),
  "layout-shift": (entry, count) => count("layout-shift", entry.value),
  event: (entry, count) => count("event", entry.duration, { type: entry.name }),
  "first-input"(entry, count) {
    count("first-input-delay", entry.processingStart - entry.startTime);
  },
  "long-animation-frame"(entry, count) {
    count("long-frame", entry.duration);
    count("long-frame.blocking", entry.blockingDuration);
  },
  longtask: (entry, count) => count("long-task", entry.duration),
  element: (entry, count) => count("element", entry.renderTime, { id: entry.identifier }),
  mark: (entry, count) => count("mark", entry.startTime, { name: entry.name }),
  measure: (entry, count) => count(entry.name, entry.duration, undefined, true),
};

/**
 * @param {PerformanceEntry[]} entries
 * @param {Count} count
 */
export function countEntries(entries, count) {
  for (const entry of entries) readers[entry.entryType]?.(entry, count);
}
