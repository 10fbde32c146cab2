/**
 * Watches the browser's performance timeline and keeps what it says until
 * somebody takes it: one observer a type, since mixing `type` and `entryTypes`
 * throws, and `buffered` works with `type` alone.
 *
 * Written to be small: boot.js is made of it and stands first in a page's head.
 */

/** Every type the sampler knows. @type {readonly string[]} */
export const entryTypes = [
  "navigation",
  "resource",
  "paint",
  "largest-contentful-paint",
  "layout-shift",
  "event",
  "first-input",
  "long-animation-frame",
  "longtask",
  "element",
  "mark",
  "measure",
  "visibility-state",
];

/**
 * @typedef {object} Timeline
 * @property {PerformanceEntry[]} queue what nobody has taken yet
 * @property {((entries: PerformanceEntry[]) => void) | undefined} sink takes new entries instead of the queue
 * @property {number} dropped entries that the browser says it threw away before we came
 * @property {() => void} collect brings what the browser has seen but not yet told
 * @property {() => void} stop
 */

/**
 * Starts at once. A type the engine does not know is left out.
 * @param {readonly string[]} types
 * @returns {Timeline}
 */
export function observeTimeline(types) {
  /** @type {PerformanceObserver[]} */
  const observers = [];
  /** @type {Timeline} */
  const timeline = {
    queue: [],
    sink: undefined,
    dropped: 0,
    collect() {
      for (const observer of observers) take(observer.takeRecords());
    },
    stop() {
      for (const observer of observers.splice(0)) observer.disconnect();
    },
  };
  /** @param {PerformanceEntry[]} entries */
  const take = (entries) => {
    if (!entries.length) return;
    if (timeline.sink) timeline.sink(entries);
    else timeline.queue.push(...entries);
  };
  const known = globalThis.PerformanceObserver?.supportedEntryTypes ?? [];
  for (const type of types) {
    if (!known.includes(type)) continue;
    try {
      /** @type {(list: PerformanceObserverEntryList, self: unknown, options?: any) => void} */
      const tell = (list, _, options) => {
        timeline.dropped += options?.droppedEntriesCount ?? 0;
        take(list.getEntries());
      };
      const observer = new PerformanceObserver(tell);
      // The lowest threshold that the event timing specification allows.
      observer.observe(
        /** @type {PerformanceObserverInit} */ ({ type, buffered: true, durationThreshold: 16 }),
      );
      observers.push(observer);
    } catch {
      // An engine that lists a type and refuses it lacks it.
    }
  }
  return timeline;
}
