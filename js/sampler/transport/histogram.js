import * as layout from "../../../dist/layout.js";

/** @typedef {import("../histograms.js").Histograms} Histograms */

/**
 * Counters of consecutive buckets: bucket `offset + i` holds the values in
 * (b^(offset+i), b^(offset+i+1)], b = 2^(2^-scale).
 * @typedef {{ offset: number, counts: number[] }} Buckets
 */

/**
 * @typedef {object} Histogram
 * @property {number} count
 * @property {number} sum
 * @property {number} min
 * @property {number} max
 * @property {number} scale 6, or less where memory was at its bound
 * @property {number} zeros values of magnitude 2^-20 or less
 * @property {Buckets} positive
 * @property {Buckets} negative
 */

/**
 * The histogram of a window, as OpenTelemetry's ExponentialHistogram has it.
 * @param {Histograms} histograms @param {number} id
 * @param {import("../histograms.js").WindowName} [window] default: the visit
 * @returns {Histogram | undefined} `undefined` when empty
 */
export function histogramOf(histograms, id, window) {
  const { count, numbers, counters } = histograms.counters(id, window);
  if (count === 0) return undefined;
  const shift = numbers[layout.SAMPLER_SHIFT];
  const side = layout.SAMPLER_SIDE >> shift;
  const first = layout.SAMPLER_FIRST_INDEX >> shift;
  const scale = layout.SAMPLER_SCALE - shift;
  const [min, max] = [numbers[layout.SAMPLER_MIN], numbers[layout.SAMPLER_MAX]];
  // JSON has no infinity.
  const sum = Math.max(-Number.MAX_VALUE, Math.min(numbers[layout.SAMPLER_SUM], Number.MAX_VALUE));
  /** @param {Uint32Array} counters of one sign @param {number} least @param {number} most magnitudes */
  const used = (counters, least, most) => {
    if (!(most > 0)) return { offset: 0, counts: [] };
    // Most series use a few of thousands of buckets.
    const at = (/** @type {number} */ magnitude) =>
      Math.floor(Math.log2(magnitude) * 2 ** scale) - first;
    const start = Math.max(0, Math.min(least > 0 ? at(least) - 1 : 0, side - 1));
    return trimmed(counters.subarray(start, Math.max(start + 1, at(most) + 2)), first + start);
  };
  return {
    count,
    sum,
    min,
    max,
    scale,
    zeros: numbers[layout.SAMPLER_ZEROS],
    positive: used(counters.subarray(0, side), min, max),
    negative: used(counters.subarray(side, 2 * side), -max, -min),
  };
}

/**
 * @param {Uint32Array} counters of consecutive buckets @param {number} index of the first one
 * @returns {Buckets} without the empty ends
 */
function trimmed(counters, index) {
  const first = counters.findIndex((count) => count > 0);
  if (first < 0) return { offset: 0, counts: [] };
  const last = counters.findLastIndex((count) => count > 0);
  const counts = [...counters.subarray(first, last + 1)];
  return { offset: index + first, counts };
}
