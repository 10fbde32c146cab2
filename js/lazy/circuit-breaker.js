import { checkOptions, integerIn, numberIn } from "../core/check.js";
import { ApusError } from "../core/errors.js";
import { loadCore } from "../core/wasm.js";
import { page } from "./environment.js";
import { Owner } from "./owner.js";

const ms = numberIn(0, Number.MAX_SAFE_INTEGER);
const checks = {
  failures: integerIn(1, 2 ** 31),
  ratio: numberIn(0, 1),
  minimum: integerIn(1, 2 ** 31),
  window: numberIn(1, Number.MAX_SAFE_INTEGER),
  share: ms,
  minOpen: ms,
  maxOpen: ms,
};

/**
 * Keeps calls away from what fails, and finds out soon, with few calls, that
 * it works again (include/apus/lazy/circuit_breaker.h).
 */
export class CircuitBreaker extends Owner {
  /**
   * @param {{ failures?: number, ratio?: number, minimum?: number, window?: number, share?: number,
   *   minOpen?: number, maxOpen?: number }} [options] opens after `failures` in a row (5), or when
   *   more than `ratio` (0.5) of at least `minimum` (20) calls in `window` ms (10,000) failed; stays
   *   open for a `share` (0.125) of the time it has been failing, from `minOpen` (50) to `maxOpen`
   *   (5,000) ms
   */
  static async create(options = {}) {
    checkOptions("CircuitBreaker", options, checks);
    const { failures = 5, ratio = 0.5, minimum = 20, window = 10_000, share = 0.125 } = options;
    const { minOpen = 50, maxOpen = Math.max(5000, minOpen) } = options;
    if (minOpen > maxOpen) throw new RangeError("CircuitBreaker: minOpen exceeds maxOpen");
    const core = await loadCore();
    return new CircuitBreaker(
      core,
      core._apus_lazy_breaker(failures, ratio, minimum, window, share, minOpen, maxOpen),
    );
  }

  /** @returns {"closed" | "open" | "half-open"} */
  get state() {
    return /** @type {const} */ (["closed", "open", "half-open"])[
      this.core._apus_lazy_breaker_state(this.engine, page.now())
    ];
  }

  /**
   * Calls `fn` if it may.
   * @template T @param {() => T | Promise<T>} fn @returns {Promise<T>}
   * @throws {ApusError} `CIRCUIT_OPEN`, with the ms to wait as `retryAfter`, so that `retry` obeys it
   * @throws what `fn` throws; an AbortError counts as no outcome
   */
  async run(fn) {
    const wait = this.core._apus_lazy_breaker_enter(this.engine, page.now());
    if (wait > 0) {
      const error = new ApusError("CIRCUIT_OPEN", `open for ${Math.ceil(wait)} ms more`);
      throw Object.assign(error, { retryable: true, retryAfter: wait });
    }
    try {
      const result = await fn();
      this.#record(1);
      return result;
    } catch (error) {
      this.#record(/** @type {any} */ (error)?.name === "AbortError" ? 2 : 0);
      throw error;
    }
  }

  /** @param {number} outcome */
  #record(outcome) {
    this.core._apus_lazy_breaker_record(this.engine, page.now(), outcome, page.random());
  }
}
