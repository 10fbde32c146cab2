import { dispose } from "../core/dispose.js";
import { loadWasm } from "../core/wasm.js";
import { idle, painted } from "./calm.js";
import { entryTypes, observeTimeline, takeBoot } from "./observers.js";
import { checkSamplerOptions, vitalsOf, windows } from "./options.js";
import { PageViews } from "./page-views.js";
import { runThen, timedBy } from "./timed.js";
import { VitalTarget } from "./vital-target.js";

/** @typedef {import("./series.js").Tags} Tags */
/** @typedef {import("./histograms.js").WindowName} WindowName */
/** @typedef {import("./options.js").SamplerOptions} SamplerOptions */
/** @typedef {import("./events.js").SamplerEvents} SamplerEvents */
/** @typedef {import("../core/event-types.js").TypedTarget<import("./events.js").SamplerEventMap>} Target */

/**
 * Measures the visitor's experience: the browser's performance entries, Web Vitals and the page's
 * own timings, as quantiles in constant memory.
 *
 * Dispatches `vital`, `alert`, `budget`, `sent` and `delivery`, as CustomEvents whose `detail` is
 * described by SamplerEvents (events.js). A listener for `vital` first gets what was reported before.
 */
export class Sampler extends /** @type {new (views: PageViews) => Target} */ (VitalTarget) {
  #now;
  #strict;
  #rejected = 0;
  /** Stopwatches: when they were started, by name. @type {Map<string, number>} */
  #started = new Map();
  /** `undefined` outside the sample and after dispose(). @type {import("./observation.js").Observation | undefined} */
  #observed;
  #views;

  /**
   * Starts to observe. The browser and boot.js also provide entries from before this call. Web Vitals come first; the
   * rest loads after the next frame (with an `endpoint`) or in idle time, and starts in idle time. A page that is hidden
   * waits for nothing.
   * @param {SamplerOptions} [options]
   * @returns {Promise<Sampler>} when everything has loaded; do not await it before you render
   * @throws {TypeError | RangeError} for an invalid option
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
    const views = new PageViews(vitalsOf(options));
    try {
      // First and alone, so that starting delays neither the page nor its vitals.
      await views.observe(timeline);
      // What is to be sent must be here when the page ends.
      if (globalThis.document) await (options.endpoint === undefined ? idle() : painted());
      const [core, { Observation }, parsed] = await Promise.all([
        loadWasm("sampler"),
        import("./observation.js"),
        import("./observation.js").then(({ parseOptions }) => parseOptions(options)),
      ]);
      if (globalThis.document) await idle();
      const sampler = new Sampler(options, views);
      const settled = { ...options, types, random, now: sampler.#now };
      sampler.#observed = new Observation(core, timeline, settled, parsed, {
        views,
        losses: () => sampler.losses,
        dispatch: (type, detail) => sampler.dispatchEvent(new CustomEvent(type, { detail })),
      });
      return sampler;
    } catch (error) {
      views.stop();
      timeline.stop();
      throw error;
    }
  }

  /** Use `Sampler.start`: a sampler constructed directly observes nothing. @param {SamplerOptions} [options] @param {PageViews} [views] */
  constructor(options = {}, views = new PageViews()) {
    super(views);
    this.#views = views;
    const { now = () => performance.now(), strict = false } = options;
    this.#now = now;
    this.#strict = strict;
  }

  /** Whether this visit is observed (`sampleRate`). */
  get sampled() {
    return this.#observed !== undefined;
  }

  /** The Web Vitals of the current page view, by name. @returns {ReadonlyMap<import("./sources/vitals.js").VitalName, import("./sources/vitals.js").Vital>} */
  get vitals() {
    return this.#views.current;
  }

  /**
   * Losses: how many values were `rejected`, how many entries the browser `dropped`
   * before it reported them, and how often its buffer of resources was `full`.
   */
  get losses() {
    return {
      rejected: this.#rejected + (this.#observed?.histograms.rejected ?? 0),
      dropped: this.#observed?.timeline.dropped ?? 0,
      full: this.#observed?.timeline.full ?? 0,
    };
  }

  /**
   * `performance.mark`. An invalid name or option is rejected, as in `track`.
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
   * Stops a stopwatch and tracks its time under its name.
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
    this.track(name, elapsed, tags, "ms");
    return elapsed;
  }

  /**
   * Counts a value, in about 30 ns. A name that is not a string, or a value that is not a finite
   * number, is counted in `losses.rejected`; with `strict` it throws a TypeError.
   * @param {string} name @param {number} value @param {Tags} [tags] copied
   * @param {string} [unit] of the series, by UCUM: `ms`, `By`, `1`; the first one counts; default: not stated
   */
  track(name, value, tags, unit = "") {
    const histograms = this.#observed?.histograms;
    if (typeof name !== "string" || !Number.isFinite(value)) {
      const got = `${String(name)}, ${value}`;
      this.#reject(
        () => new TypeError(`Sampler.track: expected a name and a finite number, got ${got}`),
      );
    } else histograms?.record(histograms.series(name, tags, true, unit).id, value);
  }

  /**
   * Counts many values of one series at once, at about 5 ns each.
   * @param {string} name @param {ArrayLike<number>} values @param {Tags} [tags] copied
   * @param {string} [unit] as in `track`
   */
  trackAll(name, values, tags, unit = "") {
    const histograms = this.#observed?.histograms;
    if (typeof name !== "string" || typeof values?.length !== "number") {
      this.#reject(
        () => new TypeError("Sampler.trackAll: expected a name and an array of numbers"),
      );
    } else histograms?.recordAll(histograms.series(name, tags, true, unit).id, values);
  }

  /**
   * Runs `fn` and tracks how long it took, in ms; if it returns a promise, until that settles; a
   * thenable, such as a query builder, once it is awaited. Results and errors pass through.
   * @template Result @param {string} name @param {() => Result} fn
   * @returns {Result}
   */
  trackExecution(name, fn) {
    const start = this.#now();
    return runThen(fn, () => this.track(name, this.#now() - start, undefined, "ms"));
  }

  /**
   * Decorates a method, or wraps a function, so that each call is tracked:
   * `@sampler.timed("load") load() {}` or `const f = sampler.timed("f")(fn)`.
   * @param {string} [name] default: the function's own
   * @returns {import("./timed.js").Timed}
   */
  timed(name) {
    return timedBy(this, name);
  }

  /**
   * @param {string} name
   * @param {{ tags?: Tags, window?: WindowName }} [options] default: no tags, the whole visit
   * @returns {import("./histograms.js").Summary | undefined} `undefined` when nothing was counted
   * @throws {TypeError} for an unknown window
   */
  summary(name, { tags, window = "visit" } = {}) {
    if (!Object.hasOwn(windows, window))
      throw new TypeError(`Sampler.summary: unknown window "${window}"`);
    const histograms = this.#collected();
    const series = histograms?.find(name, tags);
    return series && histograms?.summary(series.id, window);
  }

  /** Every series counted so far. @returns {import("./series.js").Series[]} */
  series() {
    return this.#collected()?.list() ?? [];
  }

  #collected() {
    this.#observed?.timeline.collect();
    return this.#observed?.histograms;
  }

  /**
   * All that is known, as plain data: vitals, series with summaries and exemplars, resources, long
   * frames, errors, lifecycle, connection, alerts, budgets, losses.
   * @param {{ window?: WindowName }} [options] of the summaries; default: the whole visit
   * @returns {import("./report.js").Report | undefined} `undefined` outside the sample
   */
  report({ window } = {}) {
    return this.#observed?.visit.report(window);
  }

  /**
   * Reads the numbers of another object every 5 s, into series `name.field`:
   * `sampler.watch("cache", () => cache.stats())`.
   * @param {string} name @param {() => object} read
   * @returns {() => void} stops reading
   */
  watch(name, read) {
    const end = this.#observed?.visit.watch(name, read);
    this.#observed?.pulseSoon();
    return end ?? (() => {});
  }

  /** Sends all unsent numbers. @returns {Promise<void>} when they are delivered or queued */
  async flush() {
    await this.#observed?.visit.flush();
  }

  /**
   * `addEventListener` that returns a function to remove the listener.
   * @template {keyof SamplerEvents} Type
   * @param {Type} type @param {import("./events.js").SamplerListener<Type>} listener
   * @returns {() => void}
   */
  on(type, listener) {
    this.addEventListener(type, listener);
    return () => this.removeEventListener(type, listener);
  }

  /** Stops observing and frees the memory; later calls do nothing. */
  dispose() {
    this.#observed?.dispose();
    this.#observed = undefined;
  }

  [dispose]() {
    this.dispose();
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
