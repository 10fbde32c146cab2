import { onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals/attribution";

/**
 * A Web Vital as web-vitals reports it, and which registration of the option `vitals` it is of, from 0.
 * @typedef {import("web-vitals").MetricWithAttribution & { registration: number }} Vital
 */
/** @typedef {Vital["name"]} VitalName `LCP`, `INP`, `CLS`, `FCP` or `TTFB` */

/**
 * Options of web-vitals 6, and `route`.
 * @typedef {object} VitalsOptions
 * @property {boolean} [reportAllChanges] whether a vital is reported whenever it changes, not only when it is final;
 *   default true
 * @property {boolean} [reportSoftNavs] whether each soft navigation is a page view of its own, where the engine
 *   reports them; default false
 * @property {(node: Node | null) => string | undefined} [generateTarget] names elements in attributions; default:
 *   a selector
 * @property {boolean} [includeProcessedEventEntries] whether INP's attribution holds all events of its frame;
 *   default false
 * @property {number} [durationThreshold] ms of events that count for INP, 16 or more; default 40
 * @property {number} [resourceBufferSize] resources that are kept to attribute LCP, besides those that the browser
 *   keeps; default 50
 * @property {(url: string) => string | undefined} [route] the route of a page view's URL, e.g. `/products/:id`: a
 *   key of the vitals in reports and batches
 */

/** @typedef {import("../observers.js").Timeline} Timeline */
/** @typedef {import("../observers.js").PageEvent} PageEvent */

/**
 * Registers with web-vitals, as if it had been loaded when the timeline began.
 * @param {Timeline} timeline whose queue still holds every entry
 * @param {readonly VitalsOptions[]} registrations
 * @param {(vital: Vital) => void} report
 */
export function observeVitals(timeline, registrations, report) {
  timeline.collect();
  const undo = [replayEntries(timeline), replayHiding(timeline)];
  for (const [registration, { route, ...given }] of registrations.entries()) {
    const options = { reportAllChanges: true, ...given };
    for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB])
      on((vital) => report(Object.assign(vital, { registration })), options);
  }
  // CLS creates its observer once FCP is known: in a microtask that was queued before this one.
  queueMicrotask(() => {
    for (const each of undo) each();
  });
}

/**
 * Until it is undone, a PerformanceObserver that asks for `buffered` entries gets them from the
 * timeline, which has kept all of them. The browser itself keeps 150 entries of a type, and of
 * events only those of 104 ms and more.
 *
 * It replaces the page's own class, so undo it before the turn ends.
 *
 * @param {Timeline} timeline
 * @returns {() => void} undoes it
 */
function replayEntries({ queue, types }) {
  const Native = globalThis.PerformanceObserver;
  if (!Native) return () => {};
  // The browser gives these out at any time.
  const kept = [...queue, ...performance.getEntriesByType("soft-navigation")];
  const keptTypes = new Set([...types, "soft-navigation"]);
  globalThis.PerformanceObserver = class extends Native {
    #callback;
    /** @type {((entry: import("../observers.js").Entry) => boolean)[]} */
    #wanted = [];
    #delivered = false;

    /** @param {PerformanceObserverCallback} callback */
    constructor(callback) {
      super(callback);
      this.#callback = callback;
    }

    /** @override @param {PerformanceObserverInit & { durationThreshold?: number }} options */
    observe(options) {
      const { type = "", buffered, durationThreshold = 0 } = options;
      const ours = buffered === true && keptTypes.has(type);
      super.observe(ours ? { ...options, buffered: false } : options);
      if (!ours) return;
      this.#wanted.push(
        (entry) =>
          entry.entryType === type &&
          !(type === "event" && "duration" in entry && entry.duration < durationThreshold),
      );
      const entries = () => kept.filter((entry) => this.#wanted.some((wants) => wants(entry)));
      if (this.#delivered || !entries().length) return;
      this.#delivered = true;
      // web-vitals reads the list in a microtask, when it has asked for all types: a view's entries
      // and the navigation that ends it come together, as they would from the browser.
      this.#callback(/** @type {any} */ ({ getEntries: entries }), this);
    }
  };
  return () => {
    globalThis.PerformanceObserver = Native;
    // The observers live on. CLS reads its entries in a microtask that is queued by now.
    queueMicrotask(() => {
      kept.length = 0;
    });
  };
}

/**
 * Where the page is hidden by now, web-vitals would take it for one that was never seen. It finds
 * the page visible until this is undone; then its listeners get the event by which it was hidden.
 * @param {Timeline} timeline
 * @returns {() => void} undoes it
 */
function replayHiding({ queue }) {
  const hiding = /** @type {PageEvent | undefined} */ (
    queue.find((entry) => entry.name === "visibilitychange" && entry.entryType === "lifecycle")
  );
  if (document.visibilityState !== "hidden" || hiding?.visibility !== "hidden") return () => {};
  /** @type {((event: Event) => void)[]} */
  const listeners = [];
  const listen = {
    /** @type {typeof globalThis.addEventListener} */
    value(/** @type {string} */ type, /** @type {any} */ listener, /** @type {any} */ options) {
      if (type === "visibilitychange") listeners.push(listener);
      EventTarget.prototype.addEventListener.call(globalThis, type, listener, options);
    },
  };
  const restore = [
    replace(document, "visibilityState", { value: "visible" }),
    replace(globalThis, "addEventListener", listen),
  ];
  return () => {
    for (const each of restore) each();
    // After the microtask in which CLS gets its entries. The latest first: those wait with entries of
    // INP, which the first one reports.
    queueMicrotask(() => {
      for (const listener of listeners.reverse()) listener(hiding.event);
    });
  };
}

/**
 * @param {object} object @param {string} name @param {PropertyDescriptor} descriptor
 * @returns {() => void} puts the property back
 */
function replace(object, name, descriptor) {
  const before = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { ...descriptor, configurable: true });
  return () => {
    if (before) Object.defineProperty(object, name, before);
    else Reflect.deleteProperty(object, name);
  };
}
