import { checkSamplerOptions } from "../sampler/options.js";
import { Sampler } from "../sampler/sampler.js";

/** @typedef {import("../sampler/sampler.js").Tags} Tags */
/** @typedef {import("../sampler/histograms.js").Summary} Summary */
/** @typedef {import("../sampler/series.js").Series} Series */

/**
 * A sampler for unit tests, without WebAssembly and without observers: it counts what the code under
 * test tracks, with exact quantiles and one window, and sends nothing. `dispatchEvent` plays the
 * part of the browser: `sampler.dispatchEvent(new CustomEvent("vital", { detail }))`.
 */
export class FakeSampler extends Sampler {
  /** @type {Map<string, { series: Series, values: number[] }>} */
  #all = new Map();
  #closed = false;

  /**
   * As `Sampler.start`; ready in the next microtask.
   * @override
   * @param {import("../sampler/options.js").SamplerOptions} [options]
   * @returns {Promise<FakeSampler>}
   * @throws {TypeError | RangeError} for an invalid option
   */
  static async start(options = {}) {
    checkSamplerOptions(options);
    return new FakeSampler(options);
  }

  /** @override */
  get sampled() {
    return !this.#closed;
  }

  /** @override @param {string} name @param {string | PerformanceMeasureOptions} [start] @param {string} [end] */
  measure(name, start, end) {
    const measure = super.measure(name, start, end);
    if (measure) this.#add(name, [measure.duration], {}, "ms"); // no observer does it
    return measure;
  }

  /** @override @param {string} name @param {number} value @param {Tags} [tags] @param {string} [unit] */
  track(name, value, tags = {}, unit = "") {
    super.track(name, value, tags, unit); // checks
    if (typeof name === "string" && Number.isFinite(value)) this.#add(name, [value], tags, unit);
  }

  /** @override @param {string} name @param {ArrayLike<number>} values @param {Tags} [tags] @param {string} [unit] */
  trackAll(name, values, tags = {}, unit = "") {
    super.trackAll(name, values, tags, unit); // checks
    if (typeof name === "string" && typeof values?.length === "number") {
      this.#add(name, Array.from(values).filter(Number.isFinite), tags, unit);
    }
  }

  /** @override @param {string} name @param {{ tags?: Tags, window?: import("../sampler/histograms.js").WindowName }} [options] @returns {Summary | undefined} */
  summary(name, options = {}) {
    super.summary(name, options); // checks
    const sorted = this.#all.get(idOf(name, options.tags))?.values.toSorted((a, b) => a - b);
    if (!sorted?.length) return undefined;
    const count = sorted.length;
    const quantile = (/** @type {number} */ q) => sorted[Math.max(0, Math.ceil(q * count) - 1)];
    const mean = sorted.reduce((sum, value) => sum + value, 0) / count;
    const [p50, p75, p90, p95, p99] = [0.5, 0.75, 0.9, 0.95, 0.99].map(quantile);
    return { count, min: sorted[0], max: quantile(1), mean, p50, p75, p90, p95, p99 };
  }

  /** @override @returns {Series[]} */
  series() {
    return Array.from(this.#all.values(), ({ series }) => series);
  }

  /** @override */
  dispose() {
    this.#closed = true;
    this.#all.clear();
  }

  /** @param {string} name @param {number[]} values @param {Tags} tags @param {string} unit */
  #add(name, values, tags, unit) {
    if (this.#closed) return;
    const id = idOf(name, tags);
    const known = this.#all.get(id);
    if (known) known.values.push(...values);
    else {
      const born = performance.now();
      const series = { id: this.#all.size, name, tags: { ...tags }, own: true, born, unit };
      this.#all.set(id, { series, values });
    }
  }
}

/** @param {string} name @param {Tags} [tags] in any order */
const idOf = (name, tags = {}) => JSON.stringify([name, ...Object.entries(tags).sort()]);
