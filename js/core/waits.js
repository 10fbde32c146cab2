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

const DAY = 86_400_000;

/**
 * How long a server asks to wait: RFC 9110, 10.2.3, seconds or a date.
 * @param {Headers} headers of its response
 * @returns {number} ms, a day at most; 0 when `Retry-After` is absent or makes no sense
 */
export function retryAfter(headers) {
  const value = headers.get("retry-after") ?? "";
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Math.min(Math.max(ms, 0) || 0, DAY);
}
