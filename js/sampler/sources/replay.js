/**
 * Until it is undone, a PerformanceObserver that asks for what was `buffered`
 * gets it from the timeline, which has kept all since it began; the browser
 * keeps 150 entries of a type, and of events only those of 104 ms and more.
 *
 * It stands in for the page's own class, so undo it before the turn ends.
 *
 * @param {Pick<import("../observers.js").Timeline, "queue" | "types">} timeline
 * @returns {() => void} undoes it
 */
export function replay({ queue, types }) {
  const Native = globalThis.PerformanceObserver;
  if (!Native) return () => {};
  const kept = [...queue];
  globalThis.PerformanceObserver = class extends Native {
    #tell;

    /** @param {PerformanceObserverCallback} tell */
    constructor(tell) {
      super(tell);
      this.#tell = tell;
    }

    /** @override @param {PerformanceObserverInit} options */
    observe(options) {
      const { type = "", buffered } = options;
      const ours = buffered && types.includes(type);
      super.observe(ours ? { ...options, buffered: false } : options);
      const entries = kept.filter(({ entryType }) => ours && entryType === type);
      const list = /** @type {any} */ ({ getEntries: () => entries });
      if (entries.length) this.#tell(list, this);
    }
  };
  return () => {
    globalThis.PerformanceObserver = Native;
    kept.length = 0; // the observers live on
  };
}
