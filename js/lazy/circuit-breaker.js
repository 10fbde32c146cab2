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
  grace: ms,
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
   * @param {{ failures?: number, ratio?: number, minimum?: number, window?: number, grace?: number,
   *   share?: number, minOpen?: number, maxOpen?: number }} [options] opens after `failures` in a
   *   row (5), or when more than `ratio` (0.5) of at least `minimum` (20) calls in `window` ms
   *   (10,000) failed. While it has been failing for less than `grace` ms (700) it lets a probe
   *   through every `minOpen` ms (200); then it stays open `share` times (3) as long as it has been
   *   failing beyond that, at most `maxOpen` ms (12,000). All waits are drawn from half to whole.
   */
  static async create(options = {}) {
    checkOptions("CircuitBreaker", options, checks);
    const { failures = 5, ratio = 0.5, minimum = 20, window = 10_000 } = options;
    const { grace = 700, share = 3, minOpen = 200, maxOpen = Math.max(12_000, minOpen) } = options;
    if (minOpen > maxOpen) throw new RangeError("CircuitBreaker: minOpen exceeds maxOpen");
    const core = await loadCore();
    return new CircuitBreaker(
      core,
      core._apus_lazy_breaker(failures, ratio, minimum, window, grace, share, minOpen, maxOpen),
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
