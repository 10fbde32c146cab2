import { Histograms } from "./histograms.js";

export { parseOptions, Visit } from "./visit.js";

/** @typedef {import("./sources/vitals.js").Vital} Vital */

const pulseMs = 1000;

/** A sampled visit while it is observed, with its resources and its pulse. */
export class Observation {
  #now;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #pulsing = false;
  #over = false;
  histograms;
  timeline;
  visit;

  /**
   * @param {import("../core/wasm.js").Wasm<"sampler">} core
   * @param {import("./observers.js").Timeline} timeline stopped by dispose()
   * @param {{ maxSeries?: number, maxPerName?: number, maxMemory?: number, now: () => number }} options
   * @param {(histograms: Histograms) => import("./visit.js").Visit} makeVisit
   * @throws {RangeError} when memory is exhausted
   */
  constructor(core, timeline, { maxSeries = 256, maxPerName = 32, maxMemory, now }, makeVisit) {
    this.#now = now;
    this.timeline = timeline;
    this.histograms = new Histograms(core, { maxSeries, maxPerName, maxMemory, now });
    this.histograms.onfill = () => this.pulseSoon();
    this.visit = makeVisit(this.histograms);
    this.pulseSoon();
  }

  /** A listener may call it in mid-pulse, which reads the histograms to its end. */
  dispose() {
    this.#over = true;
    clearTimeout(this.#timer);
    this.visit.dispose();
    this.timeline.stop();
    if (!this.#pulsing) this.histograms.dispose();
  }

  /**
   * Pulses within a second, and again while the visit wants it. A batch is counted in the slice of
   * time in which it is drained, so it must not wait long.
   */
  pulseSoon() {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#pulse();
    }, pulseMs);
    // A timer must not keep Node alive.
    /** @type {any} */ (this.#timer).unref?.();
  }

  #pulse() {
    this.#pulsing = true;
    try {
      this.histograms.drain();
      if (this.visit.pulse(this.#now())) this.pulseSoon();
    } finally {
      this.#pulsing = false;
      if (this.#over) this.histograms.dispose();
    }
  }
}
