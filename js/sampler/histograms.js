import * as layout from "../../dist/layout.js";
import { Owner } from "../core/owner.js";
import { windows } from "./options.js";
import { SeriesNames } from "./series.js";

/** @typedef {import("./series.js").Series} Series */
/** @typedef {import("./series.js").Tags} Tags */

/** @typedef {keyof typeof windows} WindowName */

/**
 * @typedef {object} Summary
 * @property {number} count
 * @property {number} min exact, as are max and mean
 * @property {number} max
 * @property {number} mean
 * @property {number} p50 within 0.55%, as are all quantiles; wider where memory was at its bound (`report().memory`)
 * @property {number} p75
 * @property {number} p90
 * @property {number} p95
 * @property {number} p99
 */

/**
 * The memory of all series. At its bound (`maxMemory`) all series become coarser, then windows older than a minute
 * are given up; values never are.
 * @typedef {object} Memory
 * @property {number} bytes
 * @property {number} error of the quantiles, at most: 0.0055 unless memory was at its bound
 * @property {number} folded how often older windows were given up
 */

const capacity = layout.SAMPLER_BUFFER;
const runWords = layout.SAMPLER_RUN_WORDS;

/** Series of numbers and their quantiles, kept in WASM. Values cross once a batch. */
export class Histograms {
  #core;
  #engine;
  #coreValues;
  #coreRuns;
  #numbers;
  // The batch is filled here and not in WASM memory, whose views must be checked at each
  // access: copying the whole batch costs less than those checks.
  #values = new Float64Array(capacity);
  #count = 0;
  // Values of one series in a row are a run: its series and where it ends.
  #runs = new Uint32Array(runWords * capacity);
  #runCount = 0;
  #last = -1;
  #now;
  #names;
  /** @type {(() => void) | undefined} called when the batch is no longer empty */
  onfill;

  /**
   * @param {import("../core/wasm.js").Wasm<"sampler">} core
   * @param {{ maxSeries: number, maxPerName: number, maxMemory?: number, now: () => number }} options `maxMemory` in
   *   bytes, default 6,000 a series; `now` in ms, never backwards
   * @throws {RangeError} when memory is exhausted
   */
  constructor(core, { maxSeries, maxPerName, maxMemory = 6000 * maxSeries, now }) {
    this.#core = core;
    const engine = core.apus_sampler_new(maxSeries, maxMemory);
    this.#engine = new Owner("Sampler", engine, core.apus_sampler_delete);
    const { address } = this.#engine;
    this.#coreValues = core.apus_sampler_values(address) >>> 3;
    this.#coreRuns = core.apus_sampler_runs(address) >>> 2;
    this.#numbers = core.apus_sampler_numbers(address) >>> 3;
    this.#names = new SeriesNames({ maxSeries, maxPerName, now });
    this.#now = now;
  }

  /**
   * The series of a name and tags, created at first use, up to the bounds (series.js).
   * @param {string} name @param {Tags} [tags] @param {boolean} [own] @param {string} [unit]
   * @returns {Series}
   */
  series(name, tags, own, unit) {
    return this.#names.series(name, tags, own, unit);
  }

  /** @param {string} name @param {Tags} [tags] @returns {Series | undefined} */
  find(name, tags) {
    return this.#names.find(name, tags);
  }

  /** All series; the common overflow only once it is used. @returns {Series[]} */
  list() {
    return this.#names.all.slice(this.count(0) > 0 ? 0 : 1);
  }

  /** One store; every 1024th call crosses. @param {number} id @param {number} value */
  record(id, value) {
    if (id !== this.#last) this.#startRun(id);
    const at = this.#count;
    this.#values[at] = value;
    this.#count = at + 1;
    if (at === capacity - 1) this.drain();
  }

  /**
   * Many values at once, at half the cost of one by one.
   * @param {number} id @param {ArrayLike<number>} values
   */
  recordAll(id, values) {
    const source = values instanceof Float64Array ? values : Float64Array.from(values);
    for (let from = 0; from < source.length; ) {
      if (id !== this.#last) this.#startRun(id);
      const part = source.subarray(from, from + capacity - this.#count);
      this.#values.set(part, this.#count);
      this.#count += part.length;
      from += part.length;
      if (this.#count === capacity) this.drain();
    }
  }

  /** @param {number} id */
  #startRun(id) {
    if (this.#count === 0) this.onfill?.();
    else this.#endRun();
    this.#runs[runWords * this.#runCount++ + layout.SAMPLER_RUN_SERIES] = id;
    this.#last = id;
  }

  #endRun() {
    this.#runs[runWords * (this.#runCount - 1) + layout.SAMPLER_RUN_END] = this.#count;
  }

  /** Hands the batch to the core. */
  drain() {
    const runs = this.#runCount;
    if (runs > 0) this.#endRun();
    const { f64, u32 } = this.#core.memory;
    f64.set(this.#values.subarray(0, this.#count), this.#coreValues);
    u32.set(this.#runs.subarray(0, runWords * runs), this.#coreRuns);
    this.#core.apus_sampler_drain(this.#engine.address, runs, this.#now());
    this.#count = this.#runCount = 0;
    this.#last = -1;
  }

  /** @param {number} id @param {WindowName} [window] @returns {number} */
  count(id, window = "visit") {
    this.drain();
    return this.#core.apus_sampler_select(this.#engine.address, id, windows[window]);
  }

  /** @param {number} id @param {WindowName} [window] @returns {Summary | undefined} `undefined` when empty */
  summary(id, window) {
    const count = this.count(id, window);
    if (count === 0) return undefined;
    return {
      count,
      min: this.#number(layout.SAMPLER_MIN),
      max: this.#number(layout.SAMPLER_MAX),
      mean: this.#number(layout.SAMPLER_SUM) / count,
      p50: this.#quantile(0.5),
      p75: this.#quantile(0.75),
      p90: this.#quantile(0.9),
      p95: this.#quantile(0.95),
      p99: this.#quantile(0.99),
    };
  }

  /** One quantile, for alerts. @param {number} id @param {WindowName} window @param {number} q 0 to 1 */
  quantile(id, window, q) {
    return this.count(id, window) ? this.#quantile(q) : undefined;
  }

  /** Adds one series' visit to another's, exactly, and empties it. @param {number} into @param {number} from */
  merge(into, from) {
    this.drain();
    this.#core.apus_sampler_merge(this.#engine.address, into, from);
  }

  /**
   * The numbers of a window and its counters, as layout.js describes them, until the next call.
   * @param {number} id @param {WindowName} [window]
   * @returns {{ count: number, numbers: Float64Array, counters: Uint32Array }}
   */
  counters(id, window) {
    const count = this.count(id, window);
    const start = this.#core.apus_sampler_buckets(this.#engine.address) >>> 2;
    const { f64, u32 } = this.#core.memory;
    return { count, numbers: f64.subarray(this.#numbers), counters: u32.subarray(start) };
  }

  /** Of the selected window. @param {number} q */
  #quantile(q) {
    return this.#core.apus_sampler_quantile(this.#engine.address, q);
  }

  /** Values that could not be counted: NaN and the infinities. */
  get rejected() {
    return this.#number(layout.SAMPLER_REJECTED);
  }

  /** @returns {Memory} */
  get memory() {
    const scale = layout.SAMPLER_SCALE - this.#number(layout.SAMPLER_SHIFT);
    return {
      bytes: this.#number(layout.SAMPLER_BYTES),
      // (b - 1) / (b + 1), b = 2^(2^-scale)
      error: Math.tanh(Math.LN2 / 2 ** (scale + 1)),
      folded: this.#number(layout.SAMPLER_FOLDED),
    };
  }

  /** @param {number} offset of a number that the core keeps, most of them of the selected window */
  #number(offset) {
    return this.#core.memory.f64[this.#numbers + offset];
  }

  dispose() {
    this.#engine.dispose();
  }
}
