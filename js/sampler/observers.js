/**
 * Watches the browser's performance timeline and keeps its entries until a sampler takes them.
 * One observer observes each type separately: `buffered` works with `type` only, and mixing
 * `type` and `entryTypes` throws.
 *
 * Written to be small: boot.js contains it and runs first in a page's head.
 */

/** Every type the sampler knows. */
export const entryTypes = /** @type {const} */ ([
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
]);

/** @typedef {(typeof entryTypes)[number]} EntryType */

/**
 * An event of the page, queued like a performance entry.
 * @typedef {object} PageEvent
 * @property {"error" | "lifecycle"} entryType
 * @property {string} name of the event
 * @property {number} startTime ms
 * @property {Event} event
 * @property {DocumentVisibilityState} visibility at that moment
 */

/** @typedef {PerformanceEntry | PageEvent} Entry */

/**
 * @typedef {object} Timeline
 * @property {string[]} types that are observed, of those the engine has
 * @property {Entry[]} queue entries that no sampler has taken yet
 * @property {((entries: Entry[]) => void) | undefined} sink takes new entries instead of the queue
 * @property {number} dropped entries that the browser or a full queue dropped
 * @property {number} full how often the browser's buffer of resource entries was full
 * @property {() => void} collect takes the entries that the browser has not delivered yet
 * @property {() => void} stop
 */

const kept = 10_000; // entries, while no sampler takes them

/**
 * Starts at once. Types that the engine lacks are skipped.
 * @param {readonly EntryType[]} types
 * @returns {Timeline}
 */
export function observeTimeline(types) {
  const Observer = globalThis.PerformanceObserver;
  /** @type {(list: PerformanceObserverEntryList, self: unknown, options?: any) => void} */
  const deliver = (list, _, options) => {
    timeline.dropped += options?.droppedEntriesCount ?? 0;
    take(list.getEntries());
  };
  const observer = Observer && new Observer(deliver);
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
      abort.abort("stopped"); // the stack of a DOMException would keep its callers alive
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
      // Events of more than two frames, as in web-vitals: recording the many quick ones costs
      // the page more than they are worth.
      observer.observe(
        /** @type {PerformanceObserverInit} */ ({ type, buffered: true, durationThreshold: 40 }),
      );
      timeline.types.push(type);
    } catch {
      // The engine lists a type that it then refuses.
    }
  }
  if (globalThis.document) {
    /** @param {EventTarget} target @param {string} name @param {(event: any) => void} listener */
    const on = (target, name, listener) =>
      // Captured: errors of resources do not bubble.
      target.addEventListener(name, listener, {
        signal: abort.signal,
        capture: true,
        passive: true,
      });
    on(performance, "resourcetimingbufferfull", () => timeline.full++);
    for (const [entryType, target, ...names] of pageEvents(document)) {
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
  }
  return timeline;
}

/**
 * @param {Document} document
 * @returns {["error" | "lifecycle", EventTarget, ...string[]][]}
 */
function pageEvents(document) {
  return [
    ["error", window, "error", "unhandledrejection"],
    ["lifecycle", document, "visibilitychange", "freeze", "resume", "prerenderingchange"],
    ["lifecycle", window, "pageshow"],
  ];
}

const bootKey = Symbol.for("apus.sampler.boot");

/** Starts observing before any other script has run; for boot.js. */
export function boot() {
  if (globalThis.document) Object.assign(globalThis, { [bootKey]: observeTimeline(entryTypes) });
}

/** The timeline that boot.js started. It is handed out once. @returns {Timeline | undefined} */
export function takeBoot() {
  const page = /** @type {Record<symbol, any>} */ (globalThis);
  const timeline = page[bootKey];
  delete page[bootKey];
  return timeline;
}
