import { abortSignal, checkOptions, func, integerIn, numberIn, oneOf } from "../core/check.js";
import { page } from "./environment.js";
import { evaluate } from "./evaluate.js";
import { persist } from "./patience.js";
import { fetchModule } from "./request.js";
import { resolve } from "./resolve.js";

const ms = numberIn(0, Infinity);

/** @type {Record<string, import("../core/check.js").Check>} */
const patienceChecks = {
  budget: ms,
  delay: ms,
  maxDelay: ms,
  onretry: func,
  retries: (value, name) => value === Infinity || integerIn(0, 2 ** 32)(value, name),
  signal: abortSignal,
};

/** @type {Record<string, import("../core/check.js").Check>} */
const checks = { ...patienceChecks, timeout: ms, priority: oneOf(["high", "low", "auto"]) };

/**
 * @typedef {import("./patience.js").Patience & { timeout?: number, priority?: RequestPriority }} LazyOptions
 * `timeout` bounds each request, ms; 10,000
 */

/**
 * Loads a module through a network that fails: fetches it until it is here
 * and OK, then imports it under its plain URL, which the HTTP cache answers.
 * So a failed request never reaches the browser's module map, where it would
 * stay for ever, and there is never a second instance of a module.
 *
 * @param {string | URL} url relative to the page, or a bare specifier of the import map;
 *   inside a module pass `new URL("./x.js", import.meta.url)`
 * @param {LazyOptions} [options]
 * @returns {Promise<any>} the module's namespace
 * @throws {TypeError} for a URL that does not parse or a bare specifier that no import map knows
 * @throws {RangeError} for a negative or NaN duration
 * @throws {import("./failure.js").Failure} see there for the codes
 * @throws what `signal` was aborted with
 */
export async function lazy(url, options = {}) {
  checkOptions("lazy", options, checks);
  const href = resolve(url);
  const { timeout = 10_000, signal, priority } = options;
  return persist(
    async (number, left) => {
      const cache = number > 1 ? "reload" : "default";
      const limit = Math.min(timeout, left);
      await fetchModule(href, { timeout: limit, signal, cache, priority }, page);
      return evaluate(href, page);
    },
    options,
    page,
  );
}

/**
 * Calls `fn` until its promise is fulfilled.
 *
 * @template T
 * @param {(attempt: number) => T | Promise<T>} fn gets the attempt's number, from 1
 * @param {import("./patience.js").Patience & { retryable?: (error: unknown) => boolean }} [options]
 *   `retryable` says which errors are worth another attempt; all
 * @returns {Promise<T>}
 * @throws {import("./failure.js").Failure} `GAVE_UP`
 * @throws the error that is not retryable, or what `signal` was aborted with
 */
export async function retry(fn, options = {}) {
  func(fn, "retry: fn");
  checkOptions("retry", options, { ...patienceChecks, retryable: func });
  const { retryable = () => true, ...patience } = options;
  return persist(fn, { ...patience, retryable }, page);
}
