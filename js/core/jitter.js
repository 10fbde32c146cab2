/**
 * How long to wait after failures in a row: at random, so that a crowd does not come back at once.
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 ("full jitter").
 * @param {number} failures from 1 @param {number} fastest ms @param {number} slowest ms
 * @param {number} random 0 to 1
 * @returns {number} ms
 */
export const jitter = (failures, fastest, slowest, random) =>
  random * Math.min(fastest * 2 ** failures, slowest);
