/**
 * Named series of numbers and their quantiles, kept in WASM. Numbers go
 * through a ring in shared memory and cross once a batch.
 */

/** Windows by name: the last minute, 5 and 15 minutes, the whole visit. */
export const windows = { "1m": 0, "5m": 1, "15m": 2, visit: 3 };
/** @typedef {keyof typeof windows} WindowName */

/** @typedef {Record<string, string | number | boolean>} Tags */

/**
 * @typedef {object} Series
 * @property {number} id
 * @property {string} name
 * @property {Tags} tags
 * @property {boolean} own the page's own timing, not an entry the browser made by itself
 */

/**
 * @typedef {object} Summary
 * @property {number} count
 * @property {number} min exact, as are max and mean
 * @property {number} max
 * @property {number} mean
 * @property {number} p50 within 0.55%, as are all quantiles
 * @property {number} p75
 * @property {number} p90
 * @property {number} p95
 * @property {number} p99
 */

/**
 * Counters of consecutive buckets: bucket `offset + i` holds the values in
 * (b^(offset+i), b^(offset+i+1)], b = 2^(1/64).
 * @typedef {{ offset: number, counts: number[] }} Buckets
 */

/**
 * @typedef {object} Histogram
 * @property {number} count
 * @property {number} sum
 * @property {number} min
 * @property {number} max
 * @property {number} zeros values of magnitude 2^-20 or less
 * @property {Buckets} positive
 * @property {Buckets} negative
 */

const firstIndex = -20 * 64; // kFirstIndex
const side = 64 * 64; // kSide
const numbers = /** @type {const} */ (["sum", "min", "max", "zeros", "rejected", "folded"]);
const ring = 1024; // SeriesTable::kRing
const chunks = 8192; // at most 1.1 MB of counters
const overflowTags = Object.freeze({ overflow: true });

export class Histograms {
  #core;
  #address;
  #ringValues;
  #ringRuns;
  // Filled here rather than in WASM memory, whose views must be checked at each
  // touch; a copy of the whole batch costs less than those checks.
  #values = new Float64Array(ring);
  #count = 0;
  // Values of one series in a row are a run: its series and where it ends.
  #runs = new Uint32Array(2 * ring);
  #runCount = 0;
  #last = -1;
  #now;
  #maxSeries;
  #maxPerName;
  /** @type {Series[]} by id; the first takes what finds no place */
  #series = [{ id: 0, name: "overflow", tags: overflowTags, own: false }];
  /** @type {Map<string, Series>} */
  #byKey = new Map([[keyOf("overflow", overflowTags), this.#series[0]]]);
  /** @type {Map<string, number>} tagged series of each name */
  #perName = new Map();
  /** @type {(() => void) | undefined} called when the ring is no longer empty */
  onfill;

  /**
   * @param {import("../core/wasm.js").Wasm<"sampler">} core
   * @param {{ maxSeries: number, maxPerName: number, now: () => number }} options `now` in ms, never backwards
   */
  constructor(core, { maxSeries, maxPerName, now }) {
    this.#core = core;
    this.#address = core.apus_sampler_new(maxSeries, chunks);
    this.#ringValues = core.apus_sampler_values(this.#address) / 8;
    this.#ringRuns = core.apus_sampler_runs(this.#address) / 4;
    this.#maxSeries = maxSeries;
    this.#maxPerName = maxPerName;
    this.#now = now;
  }

  /**
   * The series of a name and tags, made at first use. When the bound is
   * reached, the series `{ overflow: true }` of the name, or of all names,
   * stands in.
   * @param {string} name @param {Tags} [tags] @param {boolean} [own]
   * @returns {Series}
   */
  series(name, tags, own = false) {
    const key = tags ? keyOf(name, tags) : name;
    return this.#byKey.get(key) ?? this.#add(key, name, tags ?? {}, own);
  }

  /** @param {string} key @param {string} name @param {Tags} tags @param {boolean} own @returns {Series} */
  #add(key, name, tags, own) {
    if (this.#series.length >= this.#maxSeries) return this.#series[0];
    if (key !== name && tags !== overflowTags) {
      const siblings = this.#perName.get(name) ?? 0;
      if (siblings >= this.#maxPerName) return this.series(name, overflowTags, own);
      this.#perName.set(name, siblings + 1);
    }
    const series = { id: this.#series.length, name, tags, own };
    this.#series.push(series);
    this.#byKey.set(key, series);
    return series;
  }

  /** Those that exist, without the common overflow until it is used. @returns {Series[]} */
  list() {
    return this.#series.slice(this.count(0) > 0 ? 0 : 1);
  }

  /** @param {string} name @param {Tags} [tags] @returns {Series | undefined} */
  find(name, tags) {
    return this.#byKey.get(tags ? keyOf(name, tags) : name);
  }

  /** One store; every 1024th call crosses. @param {number} id @param {number} value */
  record(id, value) {
    if (id !== this.#last) this.#startRun(id);
    const at = this.#count;
    this.#values[at] = value;
    this.#count = at + 1;
    if (at === ring - 1) this.drain();
  }

  /**
   * Many values at once, at half the cost of one by one.
   * @param {number} id @param {ArrayLike<number>} values
   */
  recordAll(id, values) {
    const source = values instanceof Float64Array ? values : Float64Array.from(values);
    for (let from = 0; from < source.length; ) {
      if (id !== this.#last) this.#startRun(id);
      const part = source.subarray(from, from + ring - this.#count);
      this.#values.set(part, this.#count);
      this.#count += part.length;
      from += part.length;
      if (this.#count === ring) this.drain();
    }
  }

  /** @param {number} id */
  #startRun(id) {
    if (this.#count === 0) this.onfill?.();
    else this.#runs[2 * this.#runCount - 1] = this.#count;
    this.#runs[2 * this.#runCount++] = id;
    this.#last = id;
  }

  /** Hands the batch to the core. */
  drain() {
    const runs = this.#runCount;
    if (runs > 0) this.#runs[2 * runs - 1] = this.#count;
    const { f64, u32 } = this.#core.memory;
    f64.set(this.#values.subarray(0, this.#count), this.#ringValues);
    u32.set(this.#runs.subarray(0, 2 * runs), this.#ringRuns);
    this.#core.apus_sampler_drain(this.#address, runs, this.#now());
    this.#count = this.#runCount = 0;
    this.#last = -1;
  }

  /** @param {number} id @param {WindowName} [window] @returns {number} */
  count(id, window = "visit") {
    this.drain();
    return this.#core.apus_sampler_select(this.#address, id, windows[window]);
  }

  /** @param {number} id @param {WindowName} [window] @returns {Summary | undefined} nothing counted: `undefined` */
  summary(id, window) {
    const count = this.count(id, window);
    if (count === 0) return undefined;
    return {
      count,
      min: this.#number("min"),
      max: this.#number("max"),
      mean: this.#number("sum") / count,
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
    this.#core.apus_sampler_merge(this.#address, into, from);
  }

  /**
   * The histogram of a window, as OpenTelemetry's ExponentialHistogram of scale 6 has it.
   * @param {number} id @param {WindowName} [window]
   * @returns {Histogram | undefined}
   */
  export(id, window) {
    const count = this.count(id, window);
    if (count === 0) return undefined;
    const start = this.#core.apus_sampler_buckets(this.#address) / 4;
    const { u32 } = this.#core.memory;
    return {
      count,
      sum: this.#number("sum"),
      min: this.#number("min"),
      max: this.#number("max"),
      zeros: this.#number("zeros"),
      positive: trimmed(u32.subarray(start, start + side)),
      negative: trimmed(u32.subarray(start + side, start + 2 * side)),
    };
  }

  /** @param {number} q */
  #quantile(q) {
    return this.#core.apus_sampler_quantile(this.#address, q);
  }

  /** Values that could not be counted: NaN, infinite or beyond 1.7e13. */
  get rejected() {
    return this.#number("rejected");
  }

  /** @param {(typeof numbers)[number]} name */
  #number(name) {
    return this.#core.apus_sampler_number(this.#address, numbers.indexOf(name));
  }

  dispose() {
    this.#core.apus_sampler_delete(this.#address);
  }
}

/** @param {string} name @param {Tags} tags */
function keyOf(name, tags) {
  let key = name;
  const names = Object.keys(tags);
  if (names.length > 1) names.sort();
  for (const tag of names) key += `\0${tag}\0${tags[tag]}`;
  return key;
}

/** @param {Uint32Array} counters of one sign @returns {Buckets} without the empty ends */
function trimmed(counters) {
  const first = counters.findIndex((count) => count > 0);
  if (first < 0) return { offset: 0, counts: [] };
  const last = counters.findLastIndex((count) => count > 0);
  return { offset: firstIndex + first, counts: [...counters.subarray(first, last + 1)] };
}
