import { abortSignal, checkOptions, func, integerIn, numberIn } from "../../core/check.js";

/** @typedef {import("./drain.js").News} News */

/**
 * @typedef {object} RetryOptions
 * @property {number} [attempts] parked after so many answers that ask for another attempt; default 12
 * @property {number} [unanswered] parked after so many attempts without an answer while the browser
 *   was online; default 100
 * @property {number} [fastest] ms; the first wait is random up to that, each later one up to twice
 *   as long; default 1,000
 * @property {number} [slowest] ms; default 300,000
 * @property {number} [timeout] ms for an attempt; default 30,000
 * @property {number} [keyLife] ms for which the server keeps keys; default 24 h. A POST or PATCH whose
 *   answer is missing for longer is parked, because it could be applied twice
 * @property {{ capacity?: number, ratio?: number, perSecond?: number }} [budget] of retries, as
 *   `RetryBudget` of apus/lazy takes it
 */

/** @type {Required<Omit<RetryOptions, "budget">>} */
export const retryDefaults = {
  ...{ attempts: 12, unanswered: 100, fastest: 1000, slowest: 300_000, timeout: 30_000 },
  keyLife: 86_400_000,
};

/**
 * @typedef {object} OutboxOptions
 * @property {typeof fetch} [fetch] sends requests, for example with a fresh token
 * @property {number} [lanes] how many are sent at once, 1 to 64; default 4
 * @property {RetryOptions} [retry]
 * @property {import("./optimistic.js").OutboxCache} [cache] of `optimistic` values, and of the tags
 * @property {AbortSignal} [signal] closes it
 */

/**
 * @typedef {object} OutboxEvents
 * @property {CustomEvent<News>} progress anything happened to an entry
 * @property {CustomEvent<News>} sent an entry was applied
 * @property {CustomEvent<News>} parked an entry was refused
 * @property {CustomEvent<{ error: unknown }>} error the browser's storage failed; it is tried again
 */

const ms = numberIn(1, 2 ** 40);
const count = integerIn(1, 1e6);
const retryChecks = {
  ...{ attempts: count, unanswered: count, fastest: ms, slowest: ms, timeout: ms, keyLife: ms },
  budget: () => {}, // RetryBudget checks it
};
/** @type {Record<string, import("../../core/check.js").Check>} */
const checks = {
  fetch: func,
  lanes: integerIn(1, 64),
  retry: (value, name) => checkOptions(name, value, retryChecks),
  cache: (value, name) => func(value?.peek, `${name}.peek`),
  signal: abortSignal,
};

/** @param {OutboxOptions} options @throws {TypeError | RangeError} */
export const checkOutbox = (options) => checkOptions("Outbox.open", options, checks);
