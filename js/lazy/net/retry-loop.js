import { loadWasm } from "../../core/wasm.js";
import { rest } from "./environment.js";
import { Failure } from "./failure.js";

/**
 * How long and how often one thing is tried. Durations in ms.
 *
 * @typedef {object} Patience
 * @property {number} [budget] bounds the whole, from the first attempt on; 30,000
 * @property {number} [retries] bounds the attempts after the first; no bound
 * @property {number} [delay] the first wait is drawn from 0 to this, the bound doubles each time; 100
 * @property {number} [maxDelay] until it is this; 5,000
 * @property {AbortSignal} [signal] ends everything at once; rejects with its reason
 * @property {(detail: { attempt: number, delay: number, error: unknown }) => void} [onretry]
 *   told before each wait: the attempt that failed (from 1), how long it waits now, and why
 */

/**
 * Runs `attempt` until it succeeds, fails for good, or patience ends. The C++
 * core decides when (include/apus/lazy/schedule.h).
 *
 * @template T
 * @param {(number: number, left: number) => T | Promise<T>} attempt gets its number (from 1) and the ms that are left
 * @param {Patience & { retryable?: (error: any) => unknown, bell?: import("./environment.js").Bell,
 *   awake?: boolean, pause?: () => number | undefined }} options `retryable` says which errors are worth another attempt; default:
 *   those that say so themselves; `pause`: ms to wait in place of the backoff, where something
 *   else paces the attempts
 * @param {import("./environment.js").Environment} env
 * @returns {Promise<T>}
 * @throws {Failure} the attempt's own when it is not retryable, else `GAVE_UP`
 */
export async function persist(attempt, options, env) {
  const { budget = 30_000, retries = Infinity, delay = 100, maxDelay = 5000 } = options;
  const { signal, onretry, retryable = (error) => error?.retryable } = options;
  signal?.throwIfAborted();
  const core = await loadWasm("lazy");
  const began = env.now();
  for (let number = 1; ; number++) {
    try {
      return await attempt(number, began + budget - env.now());
    } catch (error) {
      signal?.throwIfAborted();
      if (!retryable(error)) throw error;
      const elapsed = env.now() - began;
      const { retryAfter = 0 } = /** @type {Partial<Failure>} */ (error ?? {});
      let wait = core.apus_lazy_next_delay(
        delay,
        maxDelay,
        budget,
        retries,
        number,
        env.random(),
        elapsed,
        retryAfter,
      );
      if (wait < 0) {
        const message = /** @type {any} */ (error)?.message;
        const what = `attempt ${number} failed after ${Math.round(elapsed)} ms: ${message}`;
        throw new Failure("GAVE_UP", what, { cause: error });
      }
      // A pace of its own would use up a bounded number of attempts at once.
      if (retries === Infinity && !retryAfter) wait = options.pause?.() ?? wait;
      onretry?.({ attempt: number, delay: wait, error });
      await rest(env, wait, { ...options, left: budget - elapsed });
    }
  }
}
