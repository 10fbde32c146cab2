import { Histograms } from "./histograms.js";
import { Visit } from "./visit.js";

export { parseOptions } from "./visit.js";

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
   * @param {import("./options.js").SamplerOptions & Pick<import("./visit.js").Host, "types" | "random" | "now">} options
   * @param {import("./visit.js").Parsed} parsed
   * @param {Pick<import("./visit.js").Host, "views" | "losses" | "dispatch">} host
   * @throws {RangeError} when memory is exhausted
   */
  constructor(core, timeline, options, parsed, host) {
    const { maxSeries = 256, maxPerName = 32, maxMemory, types, random, now } = options;
    this.#now = now;
    this.timeline = timeline;
    const histograms = new Histograms(core, { maxSeries, maxPerName, maxMemory, now });
    this.histograms = histograms;
    histograms.onfill = () => this.pulseSoon();
    this.visit = new Visit({ ...host, histograms, timeline, types, random, now }, options, parsed);
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
