import { checkOptions, func } from "../../core/check.js";
import * as checks from "../load/options.js";
import { abortable } from "../net/abort.js";
import { page } from "../net/environment.js";
import { Failure } from "../net/failure.js";
import { retryAfter, retryLoop } from "../net/retry-loop.js";

/**
 * Calls `fn` until it succeeds.
 *
 * @template T
 * @param {(attempt: number) => T | Promise<T>} fn gets the attempt's number, from 1. An error that it
 *   throws may ask for a wait: `retryAfter`, in ms or as the text of the header `Retry-After`
 * @param {import("../net/retry-loop.js").RetryOptions & { retryable?: (error: unknown) => boolean }} [options]
 *   `retryable`: whether to retry after an error; default: its property `retryable`, or else all but the
 *   program's own mistakes (a ReferenceError, or a TypeError that is not the network's)
 * @returns {Promise<T>}
 * @throws {import("../net/failure.js").Failure} `GAVE_UP`; also when an attempt has not ended when
 *   the budget does (its result is then ignored)
 * @throws the error that is not retryable, or the reason of `signal`
 */
export async function retry(fn, options = {}) {
  func(fn, "retry: fn");
  checkOptions("retry", options, { ...checks.retrying, retryable: func });
  return retryLoop(
    (number, left) => inTime(() => fn(number), left, options.signal),
    { ...options, retryable: options.retryable ?? retryable, asked, awake: true },
    page,
  );
}

/** How browsers and Node call a TypeError of the network. */
const network =
  /^(failed to fetch|network|load failed|fetch failed|terminated|error loading|importing|the (internet|network))/i;

/** @param {any} error */
const retryable = (error) =>
  error?.retryable ??
  !(
    error?.name === "ReferenceError" ||
    (error?.name === "TypeError" && !network.test(error.message))
  );

/** Ms of an error's `retryAfter`; what makes no sense is 0. @param {unknown} value */
function asked(value) {
  if (typeof value === "string") return retryAfter(value, page);
  return typeof value === "number" && value > 0 ? value : 0;
}

/**
 * @template T
 * @param {() => T | Promise<T>} call @param {number} left ms @param {AbortSignal} [signal]
 * @returns {Promise<T>} rejects when the call has not ended after `left`, or as soon as `signal` aborts
 */
function inTime(call, left, signal) {
  /** @type {Promise<T>} */
  const result = new Promise((resolve, reject) => {
    const stop = page.after(left, () => reject(new Failure("TIMEOUT", "no result in time")));
    Promise.resolve().then(call).then(resolve, reject).finally(stop);
  });
  return abortable(result, signal);
}
