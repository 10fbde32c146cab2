/**
 * How long to wait after failures in a row: at random, so that a crowd does not come back at once.
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 ("full jitter").
 * @param {number} failures each doubles what the wait may be
 * @param {number} fastest ms at most without a failure @param {number} slowest ms at most
 * @param {number} random 0 to 1
 * @returns {number} ms
 */
export const jitter = (failures, fastest, slowest, random) =>
  random * Math.min(fastest * 2 ** failures, slowest);
