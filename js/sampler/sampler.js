import { unwatch, watchForLeak } from "#leaks";
import { dispose } from "../core/dispose.js";
import { loadWasm } from "../core/wasm.js";
import { Histograms, windows } from "./histograms.js";
import { entryTypes, observeTimeline, takeBoot } from "./observers.js";
import { checkSamplerOptions } from "./options.js";
import { Timings } from "./timings.js";

/** @typedef {import("./histograms.js").Summary} Summary */
/** @typedef {import("./histograms.js").Series} Series */
/** @typedef {import("./histograms.js").Tags} Tags */
/** @typedef {import("./histograms.js").WindowName} WindowName */
/** @typedef {import("./vitals.js").Vital} Vital */
/** @typedef {import("./options.js").SamplerOptions} SamplerOptions */

/**
 * Measures what the page's visitor feels: the browser's performance entries,
 * Web Vitals and the page's own timings, as quantiles in constant memory.
 *
 * Events (CustomEvent; `detail`): `vital`, the metric of the `web-vitals`
 * library; `alert` {rule, metric, stat, state, value, threshold, at}; `budget`
 * {path, limit, value}, once each when it is exceeded; `sent` {id, bytes}; `delivery` {state: "waiting" | "refused" | "off", reason}.
 */
export class Sampler extends Timings {
  #options;
  #now;
  /** @type {Histograms | undefined} */
  #histograms;
  /** @type {import("./observers.js").Timeline | undefined} */
  #timeline;
  /** @type {import("./visit.js").Visit | undefined} */
  #visit;
  /** @type {Map<string, Vital>} */
  #vitals = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * Observes from this call on, and what the browser or boot.js has kept from before.
   * @param {SamplerOptions} [options]
   * @returns {Promise<Sampler>} once the WebAssembly is there
   * @throws {TypeError | RangeError} for an option that does not fit
   * @throws {ApusError} `WASM_UNAVAILABLE`
   */
  static async start(options = {}) {
    checkSamplerOptions(options);
    const { sampleRate = 1, types = entryTypes, random = Math.random } = options;
    if (random() >= sampleRate) {
      takeBoot()?.stop();
      return new Sampler(options);
    }
    const timeline = takeBoot() ?? observeTimeline(types);
    try {
      const [core, { Visit, parseOptions }] = await Promise.all([
        loadWasm("sampler"),
        import("./visit.js"),
      ]);
      const parsed = await parseOptions(options);
      const sampler = new Sampler(options);
      sampler.#begin(
        core,
        timeline,
        (host) => new Visit({ ...host, types, random }, options, parsed),
      );
      return sampler;
    } catch (error) {
      timeline.stop();
      throw error;
    }
  }

  /** Use `Sampler.start`: made like this, it observes nothing. @param {SamplerOptions} [options] */
  constructor(options = {}) {
    const { now = () => performance.now(), strict } = options;
    super(() => this.#histograms, { now, strict });
    this.#options = options;
    this.#now = now;
  }

  /**
   * @param {import("../core/wasm.js").Wasm<"sampler">} core
   * @param {import("./observers.js").Timeline} timeline
   * @param {(host: Omit<import("./visit.js").Host, "types" | "random">) => import("./visit.js").Visit} makeVisit
   */
  #begin(core, timeline, makeVisit) {
    const { maxSeries = 256, maxPerName = 32 } = this.#options;
    const histograms = new Histograms(core, { maxSeries, maxPerName, now: this.#now });
    histograms.onfill = () => this.#pulseSoon();
    this.#histograms = histograms;
    this.#timeline = timeline;
    this.#visit = makeVisit({
      histograms,
      timeline,
      vitals: this.#vitals,
      now: this.#now,
      losses: () => this.losses,
      dispatch: (type, detail) => this.dispatchEvent(new CustomEvent(type, { detail })),
    });
    this.#pulseSoon();
    watchForLeak(this, "Sampler");
  }

  /** Whether this visit is observed (`sampleRate`). */
  get sampled() {
    return this.#histograms !== undefined;
  }

  /** The Web Vitals known so far, by name. @returns {ReadonlyMap<string, Vital>} */
  get vitals() {
    return this.#vitals;
  }

  /**
   * What was not counted: values `rejected`, entries that the browser `dropped`
   * before it could tell, times its buffer of resources was `full`.
   */
  get losses() {
    return {
      rejected: this.rejected + (this.#histograms?.rejected ?? 0),
      dropped: this.#timeline?.dropped ?? 0,
      full: this.#timeline?.full ?? 0,
    };
  }

  /**
   * @param {string} name
   * @param {{ tags?: Tags, window?: WindowName }} [options] default: without tags, the whole visit
   * @returns {Summary | undefined} `undefined` when nothing was counted
   */
  summary(name, { tags, window = "visit" } = {}) {
    if (!Object.hasOwn(windows, window))
      throw new TypeError(`Sampler.summary: unknown window "${window}"`);
    this.#timeline?.collect();
    const series = this.#histograms?.find(name, tags);
    return series && this.#histograms?.summary(series.id, window);
  }

  /** Every series counted so far. @returns {Series[]} */
  series() {
    this.#timeline?.collect();
    return this.#histograms?.list() ?? [];
  }

  /**
   * All that is known, as plain data: vitals, series with summaries and
   * exemplars, resources, long frames, errors, lifecycle, connection, alerts,
   * budgets, losses.
   * @param {{ window?: WindowName }} [options] of the summaries; default: the whole visit
   * @returns {import("./report.js").Report | undefined} `undefined` outside the sample
   */
  report({ window } = {}) {
    return this.#visit?.report(window);
  }

  /**
   * Reads numbers that something else keeps, every 5 s, into series `name.field`:
   * `sampler.watch("cache", () => cache.stats())`.
   * @param {string} name @param {() => Record<string, unknown>} read
   * @returns {() => void} ends it
   */
  watch(name, read) {
    const end = this.#visit?.watch(name, read);
    if (end) this.#pulseSoon();
    return end ?? (() => {});
  }

  /** Sends what has not been sent. @returns {Promise<void>} when it is delivered or queued */
  async flush() {
    await this.#visit?.flush();
  }

  /**
   * `addEventListener` that returns its undoing.
   * @param {string} type @param {(event: any) => void} listener
   * @returns {() => void}
   */
  on(type, listener) {
    this.addEventListener(type, listener);
    return () => this.removeEventListener(type, listener);
  }

  /** Stops observing and frees the memory; later calls do nothing. */
  dispose() {
    clearTimeout(this.#timer);
    this.#visit?.dispose();
    this.#timeline?.stop();
    this.#histograms?.dispose();
    this.#visit = this.#timeline = this.#histograms = undefined;
    unwatch(this);
  }

  [dispose]() {
    this.dispose();
  }

  // A batch is counted in the slice of time in which it is drained, so it must not wait long.
  #pulseSoon() {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#histograms?.drain();
      if (this.#visit?.pulse(this.#now())) this.#pulseSoon();
    }, 1000);
    // A timer must not keep Node alive.
    /** @type {any} */ (this.#timer).unref?.();
  }
}
