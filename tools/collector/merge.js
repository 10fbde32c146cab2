/**
 * Merges the histograms of many visits. Counters of the same bucket are added, so the quantiles of
 * the sum are as exact as those of one visit.
 */

/** @typedef {{ offset: number, counts: number[] }} Buckets */
/**
 * @typedef {object} Histogram
 * @property {number} count
 * @property {number} sum
 * @property {number} min
 * @property {number} max
 * @property {number} [scale] 2^scale buckets an octave; default 6
 * @property {number} zeros
 * @property {Buckets} positive
 * @property {Buckets} negative
 */

/**
 * @typedef {object} Total
 * @property {number} count
 * @property {number} sum
 * @property {number} min
 * @property {number} max
 * @property {number} zeros
 * @property {number} scale the coarsest of all
 * @property {Map<number, number>} positive counters by index
 * @property {Map<number, number>} negative
 */

/** An empty total. @returns {Total} */
export function nothing() {
  return {
    ...{ count: 0, sum: 0, min: Infinity, max: -Infinity, zeros: 0, scale: Infinity },
    ...{ positive: new Map(), negative: new Map() },
  };
}

/** Adds a histogram to a total. @param {Total} total @param {Histogram} one */
export function include(total, one) {
  const { scale = 6 } = one;
  if (scale < total.scale) coarsen(total, scale);
  total.count += one.count;
  total.sum += one.sum;
  total.min = Math.min(total.min, one.min);
  total.max = Math.max(total.max, one.max);
  total.zeros += one.zeros;
  // A bucket of a finer scale lies within one bucket of the coarser scale.
  const finer = 2 ** (scale - total.scale);
  add(total.positive, one.positive, finer);
  add(total.negative, one.negative, finer);
}

/** @param {Total} total @param {number} scale */
function coarsen(total, scale) {
  const finer = 2 ** (total.scale - scale);
  for (const side of /** @type {const} */ (["positive", "negative"])) {
    const before = total[side];
    total[side] = new Map();
    for (const [index, count] of before) increase(total[side], Math.floor(index / finer), count);
  }
  total.scale = scale;
}

/** @param {Map<number, number>} counters @param {number} index @param {number} count */
function increase(counters, index, count) {
  counters.set(index, (counters.get(index) ?? 0) + count);
}

/** @param {Map<number, number>} into @param {Buckets} buckets @param {number} finer how many of their buckets fill one of ours */
function add(into, { offset, counts }, finer) {
  for (const [at, count] of counts.entries()) {
    if (count > 0) increase(into, Math.floor((offset + at) / finer), count);
  }
}

/**
 * The value of rank floor(q * (count - 1)), at scale 6 within 0.55%.
 * @param {Total} total @param {number} q 0 to 1
 */
export function quantile(total, q) {
  let left = Math.floor(q * (total.count - 1));
  const clamp = (/** @type {number} */ value) => Math.min(total.max, Math.max(total.min, value));
  for (const [index, count] of [...total.negative].sort(([a], [b]) => b - a)) {
    if (left < count) return clamp(-middle(index, total.scale));
    left -= count;
  }
  if (left < total.zeros) return 0;
  left -= total.zeros;
  for (const [index, count] of [...total.positive].sort(([a], [b]) => a - b)) {
    if (left < count) return clamp(middle(index, total.scale));
    left -= count;
  }
  return total.max;
}

/** @param {number} index of the bucket (b^index, b^(index+1)], b = 2^(2^-scale) @param {number} scale */
function middle(index, scale) {
  const low = 2 ** (index / 2 ** scale);
  const high = 2 ** ((index + 1) / 2 ** scale);
  return 2 / (1 / low + 1 / high); // also where they are 0 or Infinity
}
