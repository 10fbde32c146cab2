/**
 * Histograms of many visits, merged: counters of the same bucket are added, so
 * the quantiles of the sum are as exact as those of one visit.
 */

/** @typedef {{ offset: number, counts: number[] }} Buckets */
/** @typedef {{ count: number, sum: number, min: number, max: number, zeros: number, positive: Buckets, negative: Buckets }} Histogram */

const perOctave = 64; // scale 6

/** @returns {Histogram & { buckets: Map<number, number>, negatives: Map<number, number> }} */
function empty() {
  const none = { offset: 0, counts: [] };
  return {
    count: 0,
    sum: 0,
    min: Infinity,
    max: -Infinity,
    zeros: 0,
    positive: none,
    negative: none,
    buckets: new Map(),
    negatives: new Map(),
  };
}

/** @param {Histogram[]} histograms */
export function merge(histograms) {
  const total = empty();
  for (const { count, sum, min, max, zeros, positive, negative } of histograms) {
    total.count += count;
    total.sum += sum;
    total.min = Math.min(total.min, min);
    total.max = Math.max(total.max, max);
    total.zeros += zeros;
    add(total.buckets, positive);
    add(total.negatives, negative);
  }
  return total;
}

/** @param {Map<number, number>} into @param {Buckets} buckets */
function add(into, { offset, counts }) {
  for (const [at, count] of counts.entries()) {
    if (count > 0) into.set(offset + at, (into.get(offset + at) ?? 0) + count);
  }
}

/**
 * The value of rank floor(q * (count - 1)), within 0.55%.
 * @param {ReturnType<typeof merge>} total @param {number} q 0 to 1
 */
export function quantile(total, q) {
  let left = Math.floor(q * (total.count - 1));
  const clamp = (/** @type {number} */ value) => Math.min(total.max, Math.max(total.min, value));
  for (const [index, count] of [...total.negatives].sort(([a], [b]) => b - a)) {
    if (left < count) return clamp(-middle(index));
    left -= count;
  }
  if (left < total.zeros) return 0;
  left -= total.zeros;
  for (const [index, count] of [...total.buckets].sort(([a], [b]) => a - b)) {
    if (left < count) return clamp(middle(index));
    left -= count;
  }
  return total.max;
}

/** @param {number} index of a bucket (b^index, b^(index+1)] */
function middle(index) {
  const low = 2 ** (index / perOctave);
  const high = 2 ** ((index + 1) / perOctave);
  return (2 * low * high) / (low + high);
}
