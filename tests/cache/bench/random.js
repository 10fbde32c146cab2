/** Seeded generators: the same traces on every machine. */

/** mulberry32. @param {number} seed @returns {() => number} in [0, 1) */
export function random(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Draws from a Zipf distribution over 0 … n-1 (0 the most popular).
 * @param {number} n @param {number} exponent @param {() => number} next
 * @returns {() => number}
 */
export function zipf(n, exponent, next) {
  const sums = new Float64Array(n);
  let sum = 0;
  for (let i = 0; i < n; i++) sums[i] = sum += (i + 1) ** -exponent;
  return () => {
    const target = next() * sum;
    let low = 0;
    let high = n - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] < target) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** Numbers 0 … n-1 in random order. @param {number} n @param {() => number} next */
export function shuffled(n, next) {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
