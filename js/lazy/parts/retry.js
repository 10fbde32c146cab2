import { checkOptions, func } from "../../core/check.js";
import * as checks from "../load/options.js";
import { page } from "../net/environment.js";
import { persist } from "../net/retry-loop.js";

/**
 * Calls `fn` until its promise is fulfilled.
 *
 * @template T
 * @param {(attempt: number) => T | Promise<T>} fn gets the attempt's number, from 1
 * @param {import("../net/retry-loop.js").Patience & { retryable?: (error: unknown) => boolean }} [options]
 *   `retryable` says which errors are worth another attempt; all
 * @returns {Promise<T>}
 * @throws {import("../net/failure.js").Failure} `GAVE_UP`
 * @throws the error that is not retryable, or what `signal` was aborted with
 */
export async function retry(fn, options = {}) {
  func(fn, "retry: fn");
  checkOptions("retry", options, { ...checks.patience, retryable: func });
  return persist(fn, { retryable: () => true, ...options, awake: true }, page);
}
