import { GIVE_UP } from "../../../dist/layout.js";
import { loadWasm } from "../../core/wasm.js";
import { sleep } from "./environment.js";
import { Failure } from "./failure.js";

/**
 * How long and how often a call is retried. Durations in ms.
 *
 * @typedef {object} RetryOptions
 * @property {number} [budget] for all attempts and waits, from the start of the first attempt; 30,000
 * @property {number} [retries] attempts after the first; unlimited
 * @property {number} [delay] the first wait is random between 0 and this; the bound doubles each time; 100
 * @property {number} [maxDelay] the largest bound of a wait; 5,000
 * @property {AbortSignal} [signal] ends everything at once; the result rejects with its reason
 * @property {(detail: { attempt: number, delay: number, error: unknown }) => void} [onretry]
 *   called before each wait, with the attempt that failed (from 1), the wait in ms, and the error
 */

/**
 * Calls `attempt` until it succeeds, fails for good, or the budget ends. The C++
 * core computes the waits (include/apus/lazy/backoff.h).
 *
 * @template T
 * @param {(number: number, left: number) => T | Promise<T>} attempt gets its number (from 1) and the rest of the budget, ms
 * @param {RetryOptions & { retryable?: (error: any) => unknown, bell?: import("./environment.js").Bell,
 *   awake?: boolean, asked?: (retryAfter: unknown) => number, pause?: () => number | undefined }} options `retryable`: whether to retry after an error; default: its
 *   property `retryable`. `asked`: ms to wait for what the error's
 *   `retryAfter` says; default: that is a number of ms. `pause`: ms to wait instead of the backoff, where something else paces
 *   the attempts
 * @param {import("./environment.js").Environment} env
 * @returns {Promise<T>}
 * @throws {Failure} the attempt's own error when it is not retryable, else `GAVE_UP`; its `cause` is the
 *   last failure that was no timeout, if there was one
 */
export async function retryLoop(attempt, options, env) {
  const { budget = 30_000, retries = Infinity, delay = 100, maxDelay = 5000 } = options;
  const { signal, onretry, retryable = (error) => error?.retryable } = options;
  signal?.throwIfAborted();
  const core = await loadWasm("lazy");
  const began = env.now();
  /** @type {any} */
  let cause;
  for (let number = 1; ; number++) {
    try {
      return await attempt(number, began + budget - env.now());
    } catch (error) {
      signal?.throwIfAborted();
      if (!retryable(error)) throw error;
      const { code, retryAfter = 0 } = /** @type {any} */ (error ?? {});
      // An attempt that the end of the budget cut short says less than the one before it.
      if (!cause || code !== "TIMEOUT") cause = error;
      const elapsed = env.now() - began;
      const asked = options.asked?.(retryAfter) ?? retryAfter;
      let wait = core.apus_lazy_next_delay(
        delay,
        maxDelay,
        budget,
        retries,
        number,
        env.random(),
        elapsed,
        asked,
      );
      if (wait === GIVE_UP) {
        const what = `attempt ${number} failed after ${Math.round(elapsed)} ms: ${cause?.message}`;
        throw new Failure("GAVE_UP", what, { cause });
      }
      // With a limited number of attempts, another pace could use them up at once.
      if (retries === Infinity && !asked) wait = options.pause?.() ?? wait;
      onretry?.({ attempt: number, delay: wait, error });
      await sleep(env, wait, { ...options, left: budget - elapsed });
    }
  }
}

/**
 * RFC 9110, 10.2.3: seconds, or a date.
 * @param {string | null} value @param {import("./environment.js").Environment} env
 * @returns {number} ms
 */
export function retryAfter(value, env) {
  const ms = Number(value) * 1000 || Date.parse(value ?? "") - env.date();
  return ms > 0 ? ms : 0;
}
