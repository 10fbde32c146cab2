import { checkOptions, func } from "../../core/check.js";
import * as checks from "../load/options.js";
import { page } from "../net/environment.js";
import { retryLoop } from "../net/retry-loop.js";

/**
 * Calls `fn` until it succeeds.
 *
 * @template T
 * @param {(attempt: number) => T | Promise<T>} fn gets the attempt's number, from 1
 * @param {import("../net/retry-loop.js").RetryOptions & { retryable?: (error: unknown) => boolean }} [options]
 *   `retryable`: whether to retry after an error; default: always
 * @returns {Promise<T>}
 * @throws {import("../net/failure.js").Failure} `GAVE_UP`
 * @throws the error that is not retryable, or the reason of `signal`
 */
export async function retry(fn, options = {}) {
  func(fn, "retry: fn");
  checkOptions("retry", options, { ...checks.retrying, retryable: func });
  return retryLoop(fn, { retryable: () => true, ...options, awake: true }, page);
}
