import { unwatch, watchForLeak } from "#leaks";
import { dispose } from "../core/dispose.js";
import { loadCore } from "../core/wasm.js";
import { Histograms, windows } from "./histograms.js";
import { entryTypes, observeTimeline, takeBoot } from "./observers.js";
import { checkSamplerOptions } from "./options.js";

/** @typedef {import("./histograms.js").Summary} Summary */
/** @typedef {import("./histograms.js").Series} Series */
/** @typedef {import("./histograms.js").Tags} Tags */
/** @typedef {import("./histograms.js").WindowName} WindowName */
/** @typedef {import("./vitals.js").Vital} Vital */
/** @typedef {import("./options.js").SamplerOptions} SamplerOptions */

/**
 * Gives back a function like the one it gets.
 * @typedef {<F extends (...args: any[]) => any>(fn: F, context?: { name: string | symbol }) => F} Timed
 */

/**
 * Measures what the page's visitor feels: the browser's performance entries,
 * Web Vitals and the page's own timings, as quantiles in constant memory.
 *
 * Events (CustomEvent; `detail`): `vital`, the metric of the `web-vitals`
 * library; `alert` {rule, metric, stat, state, value, threshold, at}; `budget`
 * {path, limit, value}, once each when it is exceeded; `sent` {id, bytes}; `delivery` {state: "waiting" | "refused" | "off", reason}.
 */
export class Sampler extends EventTarget {
  #options;
  #now;
  /** @type {Histograms | undefined} */
  #histograms;
  /** @type {import("./observers.js").Timeline | undefined} */
  #timeline;
  /** @type {import("./visit.js").Visit | undefined} */
  #visit;
  #rejected = 0;
  /** @type {Map<string, number>} */
  #started = new Map();
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
    if (random() >= sampleRate) return new Sampler(options);
    const timeline = takeBoot() ?? observeTimeline(types);
    try {
      const [core, { Visit, parseOptions }] = await Promise.all([loadCore(), import("./visit.js")]);
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
    super();
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * @param {import("../core/wasm.js").Core} core
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
      rooms: core.rooms,
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
      rejected: this.#rejected + (this.#histograms?.rejected ?? 0),
      dropped: this.#timeline?.dropped ?? 0,
      full: this.#timeline?.full ?? 0,
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
   * Counts a value, in about 30 ns. A name that is not a string and a value that
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
   * Counts many values of one series at once, at about 5 ns each.
   * @param {string} name @param {ArrayLike<number>} values @param {Tags} [tags]
   */
  trackAll(name, values, tags) {
    const histograms = this.#histograms;
    if (typeof name !== "string" || typeof values?.length !== "number") {
      this.#reject(() => new TypeError("Sampler.trackAll: a name and an array of numbers"));
    } else histograms?.recordAll(histograms.series(name, tags, true).id, values);
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
   * A decorator of methods, and a wrapper of functions, that tracks each call:
   * `@sampler.timed("load") load() {}` or `const f = sampler.timed("f")(fn)`.
   * @param {string} [name] default: the function's own
   * @returns {Timed}
   */
  timed(name) {
    const sampler = this;
    return (fn, context = fn) => {
      const label = name ?? String(context.name);
      return /** @type {any} */ (
        /** @this {any} @param {any[]} args */
        function (...args) {
          return sampler.trackExecution(label, () => fn.apply(this, args));
        }
      );
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
    if (this.#options.strict) throw error();
  }
}
