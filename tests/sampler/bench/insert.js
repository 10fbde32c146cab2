// Runs in the page or in Node. Measures the cost of inserting a value, next to other sketches, and
// the distance of the quantiles from the sorted values.
import { DDSketch } from "@datadog/sketches-js";
import { Digest } from "tdigest";
import { loadWasm } from "../../../js/core/wasm.js";
import { Histograms } from "../../../js/sampler/histograms.js";
import { histogramOf } from "../../../js/sampler/transport/histogram.js";

/** A seeded uniform generator (mulberry32). @param {number} seed */
export function uniform(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** @param {() => number} next */
export const lognormal = (next) =>
  Math.exp(4 + 1.2 * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()));

/** @type {Record<string, (next: () => number) => number>} */
const distributions = {
  lognormal,
  pareto: (next) => 10 / (1 - next()) ** (1 / 1.1),
  "8 ms steps": (next) => Math.max(8, 8 * Math.round(lognormal(next) / 8)),
};

const quantiles = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999];

/** @param {Float64Array} sorted @param {(q: number) => number} quantile in percent, the worst */
function worstError(sorted, quantile) {
  let worst = 0;
  for (const q of quantiles) {
    const truth = sorted[Math.floor(q * (sorted.length - 1))];
    worst = Math.max(worst, Math.abs(quantile(q) / truth - 1));
  }
  return worst * 100;
}

/** @param {{ values: number, rounds: number }} size */
export async function benchInsert({ values, rounds }) {
  const core = await loadWasm("sampler");
  // Each peer has its own loop: a shared loop would call through a
  // megamorphic site and add its cost to all of them.
  const make = {
    apus() {
      const histograms = new Histograms(core, { maxSeries: 4, maxPerName: 4, now: () => 0 });
      const { id } = histograms.series("work");
      return {
        insert(/** @type {Float64Array} */ data) {
          for (let i = 0; i < data.length; i++) histograms.record(id, data[i]);
          histograms.drain();
        },
        quantile: (/** @type {number} */ q) => histograms.quantile(id, "visit", q) ?? Number.NaN,
        free: () => histograms.dispose(),
      };
    },
    "apus, batched"() {
      const histograms = new Histograms(core, { maxSeries: 4, maxPerName: 4, now: () => 0 });
      const { id } = histograms.series("work");
      return {
        insert(/** @type {Float64Array} */ data) {
          // Values arrive by the hundred.
          for (let i = 0; i < data.length; i += 250)
            histograms.recordAll(id, data.subarray(i, i + 250));
          histograms.drain();
        },
        quantile: (/** @type {number} */ q) => histograms.quantile(id, "visit", q) ?? Number.NaN,
        free: () => histograms.dispose(),
      };
    },
    "sketches-js"() {
      const sketch = new DDSketch({ relativeAccuracy: 0.01 });
      return {
        insert(/** @type {Float64Array} */ data) {
          for (let i = 0; i < data.length; i++) sketch.accept(data[i]);
        },
        quantile: (/** @type {number} */ q) => sketch.getValueAtQuantile(q),
        free() {},
      };
    },
    tdigest() {
      const digest = new Digest();
      return {
        insert(/** @type {Float64Array} */ data) {
          for (let i = 0; i < data.length; i++) digest.push(data[i]);
        },
        quantile: (/** @type {number} */ q) => digest.percentile(q) ?? Number.NaN,
        free() {},
      };
    },
  };
  /** @type {{ distribution: string, peer: string, ns: number, error: number }[]} */
  const rows = [];
  for (const [distribution, draw] of Object.entries(distributions)) {
    const next = uniform(42);
    const data = Float64Array.from({ length: values }, () => draw(next));
    const sorted = data.slice().sort();
    const best = new Map();
    for (let round = 0; round < rounds; round++) {
      for (const [peer, build] of Object.entries(make)) {
        const sketch = build();
        const start = performance.now();
        sketch.insert(data);
        const ns = ((performance.now() - start) * 1e6) / values;
        const known = best.get(peer) ?? { ns: Infinity, error: 0 };
        best.set(peer, { ns: Math.min(known.ns, ns), error: worstError(sorted, sketch.quantile) });
        sketch.free();
      }
    }
    for (const [peer, { ns, error }] of best) rows.push({ distribution, peer, ns, error });
  }
  return { rows, mergeExact: mergeExact(core, uniform(7)) };
}

/** Two series merged must equal one that saw all: every bucket. @param {any} core @param {() => number} next */
function mergeExact(core, next) {
  const histograms = new Histograms(core, { maxSeries: 4, maxPerName: 4, now: () => 0 });
  for (let i = 0; i < 100_000; i++) {
    const value = lognormal(next);
    histograms.record(1 + (i % 2), value);
    histograms.record(3, value);
  }
  histograms.merge(1, 2);
  // Sums of floating-point numbers depend on their order; every counter must not.
  const counters = (/** @type {number} */ id) =>
    JSON.stringify({ ...histogramOf(histograms, id), sum: undefined });
  const exact = counters(1) === counters(3) ? 1 : 0;
  histograms.dispose();
  return exact;
}
