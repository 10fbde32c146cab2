import { unwatch, watchForLeak } from "#leaks";
import { boolean, checkOptions, func, integerIn, numberIn } from "../core/check.js";
import { dispose } from "../core/dispose.js";
import { loadCore } from "../core/wasm.js";
import { countEntries } from "./entries.js";
import { Histograms, windows } from "./histograms.js";
import { entryTypes, observeTimeline } from "./observers.js";

/** @typedef {import("./histograms.js").Summary} Summary */
/** @typedef {import("./histograms.js").Series} Series */
/** @typedef {import("./histograms.js").Tags} Tags */
/** @typedef {import("./histograms.js").WindowName} WindowName */
/** @typedef {import("./vitals.js").Vital} Vital */

/**
 * @typedef {object} SamplerOptions
 * @property {number} [sampleRate] share of visits that are observed, 0 to 1; default 1
 * @property {readonly string[]} [types] entry types to observe; default: all the engine has
 * @property {boolean} [vitals] Web Vitals; default true
 * @property {number} [maxSeries] names with tags kept apart, at most; default 256
 * @property {number} [maxPerName] series of one name that differ by tags, at most; default 32
 * @property {boolean} [strict] bad values throw instead of being counted as rejected; default false
 * @property {() => number} [random] default `Math.random`
 * @property {() => number} [now] ms, never backwards; default `performance.now()`
 */

const checks = {
  sampleRate: numberIn(0, 1),
  types: checkTypes,
  vitals: boolean,
  maxSeries: integerIn(2, 4096),
  maxPerName: integerIn(1, 4096),
  strict: boolean,
  random: func,
  now: func,
};

/**
 * Measures what the page's visitor feels: the browser's performance entries,
 * Web Vitals and the page's own timings, as quantiles in constant memory.
 *
 * Events: `vital` (`detail`: the metric of the `web-vitals` library).
 */
export class Sampler extends EventTarget {
  #histograms;
  #timeline;
  #strict;
  #now;
  #rejected = 0;
  /** @type {Map<string, number>} */
  #started = new Map();
  /** @type {Map<string, Vital>} */
  #vitals = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * Observes from this call on, and what the browser has buffered before.
   * @param {SamplerOptions} [options]
   * @returns {Promise<Sampler>} once the WebAssembly is there
   * @throws {TypeError | RangeError} for an option that does not fit
   * @throws {ApusError} `WASM_UNAVAILABLE`
   */
  static async start(options = {}) {
    checkOptions("Sampler.start", options, checks);
    const { sampleRate = 1, types = entryTypes, random = Math.random } = options;
    if (random() >= sampleRate) return new Sampler(undefined, undefined, options);
    const timeline = observeTimeline(types);
    try {
      return new Sampler(await loadCore(), timeline, options);
    } catch (error) {
      timeline.stop();
      throw error;
    }
  }

  /**
   * Use `Sampler.start`.
   * @param {import("../core/wasm.js").Core | undefined} core `undefined`: this visit is not in the sample
   * @param {import("./observers.js").Timeline | undefined} timeline
   * @param {SamplerOptions} options
   */
  constructor(core, timeline, options) {
    super();
    const { maxSeries = 256, maxPerName = 32, strict = false, vitals = true } = options;
    this.#strict = strict;
    this.#now = options.now ?? (() => performance.now());
    if (!core || !timeline) return;
    this.#histograms = new Histograms(core, { maxSeries, maxPerName, now: this.#now });
    this.#histograms.onfill = () => this.#drainSoon();
    this.#timeline = timeline;
    timeline.sink = (entries) => countEntries(entries, this.#count);
    timeline.sink(timeline.queue.splice(0));
    if (vitals) this.#observeVitals();
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

  /** Values refused, and entries the browser dropped before it could tell. */
  get losses() {
    return {
      rejected: this.#rejected + (this.#histograms?.rejected ?? 0),
      dropped: this.#timeline?.dropped ?? 0,
    };
  }

  /**
   * `performance.mark`. An invalid name or option is rejected as `track` does.
   * @param {string} name @param {PerformanceMarkOptions} [options]
   * @returns {PerformanceMark | undefined}
   */
  mark(name, options) {
    return this.#attempt(() => performance.mark(name, options));
  }

  /**
   * `performance.measure`; the duration joins the series `name`.
   * @param {string} name @param {string | PerformanceMeasureOptions} [start] @param {string} [end]
   * @returns {PerformanceMeasure | undefined} `undefined` for marks that do not exist
   */
  measure(name, start, end) {
    return this.#attempt(() => performance.measure(name, /** @type {string} */ (start), end));
  }

  /** Starts a stopwatch; a second start of the same name restarts it. @param {string} name */
  time(name) {
    this.#started.set(name, this.#now());
  }

  /**
   * Stops it and tracks the time under its name.
   * @param {string} name @param {Tags} [tags]
   * @returns {number | undefined} ms; `undefined` when it was not started
   */
  timeEnd(name, tags) {
    const start = this.#started.get(name);
    if (start === undefined) {
      this.#reject(() => new RangeError(`Sampler.timeEnd: "${name}" was not started`));
      return undefined;
    }
    this.#started.delete(name);
    const elapsed = this.#now() - start;
    this.track(name, elapsed, tags);
    return elapsed;
  }

  /**
   * Counts a value; about 30 ns. A name that is not a string and a value that
   * is not a finite number are counted in `losses.rejected`, or thrown when `strict`.
   * @param {string} name @param {number} value any unit @param {Tags} [tags]
   */
  track(name, value, tags) {
    const histograms = this.#histograms;
    if (typeof name !== "string" || !Number.isFinite(value)) {
      this.#reject(
        () =>
          new TypeError(`Sampler.track: a name and a finite number, got ${String(name)}, ${value}`),
      );
    } else histograms?.record(histograms.series(name, tags, true).id, value);
  }

  /**
   * Runs `fn` and tracks how long it took, until its promise settles if it
   * returns one; an error passes through.
   * @template Result
   * @param {string} name @param {() => Result} fn
   * @returns {Result}
   */
  trackExecution(name, fn) {
    const start = this.#now();
    const end = () => this.track(name, this.#now() - start);
    /** @type {any} */
    let result;
    try {
      result = fn();
    } catch (error) {
      end();
      throw error;
    }
    if (typeof result?.then === "function")
      return result.finally ? result.finally(end) : result.then(end, end);
    end();
    return result;
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
    this.#timeline?.stop();
    this.#histograms?.dispose();
    this.#timeline = undefined;
    this.#histograms = undefined;
    unwatch(this);
  }

  [dispose]() {
    this.dispose();
  }

  /** @type {import("./entries.js").Count} */
  #count = (name, value, tags, own) => {
    const histograms = this.#histograms;
    histograms?.record(histograms.series(name, tags, own).id, value);
  };

  async #observeVitals() {
    if (!globalThis.document) return;
    const { observeVitals } = await import("./vitals.js");
    observeVitals((vital) => {
      if (!this.sampled) return;
      this.#vitals.set(vital.name, vital);
      this.dispatchEvent(new CustomEvent("vital", { detail: vital }));
    });
  }

  // A batch is counted in the slice of time in which it is drained, so it must not wait long.
  #drainSoon() {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#histograms?.drain();
    }, 1000);
    // A timer must not keep Node alive.
    /** @type {any} */ (this.#timer).unref?.();
  }

  /** @template T @param {() => T} action @returns {T | undefined} */
  #attempt(action) {
    try {
      return action();
    } catch (error) {
      this.#reject(() => /** @type {Error} */ (error));
      return undefined;
    }
  }

  /** @param {() => Error} error */
  #reject(error) {
    this.#rejected++;
    if (this.#strict) throw error();
  }
}

/** @type {import("../core/check.js").Check} */
function checkTypes(value, name) {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array of entry types`);
  for (const type of value) {
    if (!entryTypes.includes(type)) throw new TypeError(`${name}: unknown entry type "${type}"`);
  }
}
