import { onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals/attribution";

/** @typedef {import("web-vitals").MetricWithAttribution} Vital */
/** @typedef {Vital["name"]} VitalName `LCP`, `INP`, `CLS`, `FCP` or `TTFB` */

/**
 * Reports each change of each Web Vital, as if web-vitals had been loaded when the timeline began.
 * @param {import("../observers.js").Timeline} timeline whose queue still holds every entry
 * @param {(vital: Vital) => void} report
 */
export function observeVitals(timeline, report) {
  timeline.collect();
  const undo = replay(timeline);
  for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB]) on(report, { reportAllChanges: true });
  // CLS creates its observer once FCP is known: in a microtask that was queued before this one.
  queueMicrotask(undo);
}

/**
 * Until it is undone, a PerformanceObserver that asks for `buffered` entries gets them from the
 * timeline, which has kept all of them. The browser itself keeps 150 entries of a type, and of
 * events only those of 104 ms and more.
 *
 * It replaces the page's own class, so undo it before the turn ends.
 *
 * @param {Pick<import("../observers.js").Timeline, "queue" | "types">} timeline
 * @returns {() => void} undoes it
 */
function replay({ queue, types }) {
  const Native = globalThis.PerformanceObserver;
  if (!Native) return () => {};
  const kept = [...queue];
  globalThis.PerformanceObserver = class extends Native {
    #callback;

    /** @param {PerformanceObserverCallback} callback */
    constructor(callback) {
      super(callback);
      this.#callback = callback;
    }

    /** @override @param {PerformanceObserverInit} options */
    observe(options) {
      const { type = "", buffered } = options;
      const ours = buffered && types.includes(type);
      super.observe(ours ? { ...options, buffered: false } : options);
      const entries = kept.filter(({ entryType }) => ours && entryType === type);
      const list = /** @type {any} */ ({ getEntries: () => entries });
      if (entries.length) this.#callback(list, this);
    }
  };
  return () => {
    globalThis.PerformanceObserver = Native;
    kept.length = 0; // the observers live on
  };
}
