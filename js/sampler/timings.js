/** @typedef {import("./histograms.js").Tags} Tags */

/**
 * Gives back a function like the one it gets.
 * @typedef {<F extends (...args: any[]) => any>(fn: F, context?: { name: string | symbol }) => F} Timed
 */

/** The page's own timings: what a Sampler is told rather than finds. */
export class Timings extends EventTarget {
  #histograms;
  #now;
  #strict;
  #rejected = 0;
  /** @type {Map<string, number>} */
  #started = new Map();

  /**
   * @param {() => import("./histograms.js").Histograms | undefined} histograms where values go now
   * @param {{ now: () => number, strict?: boolean }} options
   */
  constructor(histograms, { now, strict = false }) {
    super();
    this.#histograms = histograms;
    this.#now = now;
    this.#strict = strict;
  }

  /** Calls that could not be counted: no name, no number, no such mark. */
  get rejected() {
    return this.#rejected;
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
    const histograms = this.#histograms();
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
    const histograms = this.#histograms();
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
