/**
 * Watches the browser's performance timeline and keeps what it says until
 * somebody takes it. One observer, told each type by itself: `buffered` works
 * with `type` alone, and mixing `type` and `entryTypes` throws.
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
  "error", // of scripts and resources, and unhandled rejections
  "lifecycle", // hidden, visible, freeze, resume, restored from bfcache, prerender activation
];

/**
 * What is no performance entry but kept in one line with them.
 * @typedef {object} Happening
 * @property {"error" | "lifecycle"} entryType
 * @property {string} name of the event
 * @property {number} startTime ms
 * @property {Event} event
 * @property {DocumentVisibilityState} visibility at that moment
 */

/** @typedef {PerformanceEntry | Happening} Entry */

/**
 * @typedef {object} Timeline
 * @property {string[]} types that this engine has, and are observed
 * @property {Entry[]} queue what nobody has taken yet
 * @property {((entries: Entry[]) => void) | undefined} sink takes new entries instead of the queue
 * @property {number} dropped entries that the browser says it threw away before we came, or that nobody came for
 * @property {number} full how often the browser's buffer of resource entries was full
 * @property {() => void} collect brings what the browser has seen but not yet told
 * @property {() => void} stop
 */

const kept = 10_000; // entries, if no sampler ever comes for them

/**
 * Starts at once. A type the engine does not know is left out.
 * @param {readonly string[]} types
 * @returns {Timeline}
 */
export function observeTimeline(types) {
  const Observer = globalThis.PerformanceObserver;
  /** @type {(list: PerformanceObserverEntryList, self: unknown, options?: any) => void} */
  const tell = (list, _, options) => {
    timeline.dropped += options?.droppedEntriesCount ?? 0;
    take(list.getEntries());
  };
  const observer = Observer && new Observer(tell);
  const abort = new AbortController();
  /** @type {Timeline} */
  const timeline = {
    types: [],
    queue: [],
    sink: undefined,
    dropped: 0,
    full: 0,
    collect() {
      if (observer) take(observer.takeRecords());
    },
    stop() {
      observer?.disconnect();
      abort.abort();
    },
  };
  /** @param {Entry[]} entries */
  const take = (entries) => {
    if (timeline.sink) timeline.sink(entries);
    else if (timeline.queue.length < kept) timeline.queue.push(...entries);
    else timeline.dropped += entries.length;
  };
  for (const type of types) {
    if (!Observer?.supportedEntryTypes?.includes(type)) continue;
    try {
      // Events of more than two frames, as web-vitals has it: the many quick ones
      // would cost the page more than they tell.
      observer.observe(
        /** @type {PerformanceObserverInit} */ ({ type, buffered: true, durationThreshold: 40 }),
      );
      timeline.types.push(type);
    } catch {
      // An engine that lists a type and refuses it lacks it.
    }
  }
  const { document, performance } = globalThis;
  if (!document) return timeline;
  /** @param {EventTarget} target @param {string} name @param {(event: any) => void} listener */
  const on = (target, name, listener) =>
    // Captured: errors of resources do not bubble.
    target.addEventListener(name, listener, { signal: abort.signal, capture: true, passive: true });
  on(performance, "resourcetimingbufferfull", () => timeline.full++);
  for (const [entryType, target, ...names] of happenings(document)) {
    if (!types.includes(entryType)) continue;
    for (const name of names) {
      on(target, name, (event) =>
        take([
          {
            entryType,
            name,
            startTime: performance.now(),
            event,
            visibility: document.visibilityState,
          },
        ]),
      );
    }
  }
  return timeline;
}

/**
 * @param {Document} document
 * @returns {["error" | "lifecycle", EventTarget, ...string[]][]}
 */
function happenings(document) {
  return [
    ["error", window, "error", "unhandledrejection"],
    ["lifecycle", document, "visibilitychange", "freeze", "resume", "prerenderingchange"],
    ["lifecycle", window, "pageshow"],
  ];
}

const bootKey = Symbol.for("apus.sampler.boot");

/** Starts observing before anything else is there; for boot.js. */
export function boot() {
  if (globalThis.document) Object.assign(globalThis, { [bootKey]: observeTimeline(entryTypes) });
}

/** What boot.js has observed, for the first who asks. @returns {Timeline | undefined} */
export function takeBoot() {
  const page = /** @type {Record<symbol, any>} */ (globalThis);
  const timeline = page[bootKey];
  delete page[bootKey];
  return timeline;
}
