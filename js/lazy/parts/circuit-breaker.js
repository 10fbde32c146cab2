import { checkOptions, integerIn, numberIn } from "../../core/check.js";
import { ApusError } from "../../core/errors.js";
import { loadWasm } from "../../core/wasm.js";
import { page } from "../net/environment.js";
import { Owner } from "../net/owner.js";

const ms = numberIn(0, Number.MAX_SAFE_INTEGER);
const checks = {
  failures: integerIn(1, 2 ** 31),
  ratio: numberIn(0, 1),
  minimum: integerIn(1, 2 ** 31),
  window: numberIn(1, Number.MAX_SAFE_INTEGER),
  minOpen: ms,
  steady: integerIn(0, 2 ** 31),
  growth: numberIn(1, 1e6),
  maxOpen: ms,
};

/**
 * Keeps calls away from what fails, and finds out soon, with few calls, that
 * it works again (include/apus/lazy/circuit_breaker.h).
 */
export class CircuitBreaker extends Owner {
  /**
   * @param {{ failures?: number, ratio?: number, minimum?: number, window?: number, minOpen?: number,
   *   steady?: number, growth?: number, maxOpen?: number }} [options] opens after `failures` in a
   *   row (5), or when more than `ratio` (0.5) of at least `minimum` (20) calls in `window` ms
   *   (10,000) failed. Stays open for `minOpen` ms (180), lets one probe through, and when that
   *   fails, too, opens again: `steady` times (5) for as long, then each time `growth` times (2.7)
   *   as long, at most `maxOpen` ms (15,000). All waits are drawn from half to whole.
   */
  static async create(options = {}) {
    checkOptions("CircuitBreaker", options, checks);
    const { failures = 5, ratio = 0.5, minimum = 20, window = 10_000 } = options;
    const {
      minOpen = 180,
      steady = 5,
      growth = 2.7,
      maxOpen = Math.max(15_000, minOpen),
    } = options;
    if (minOpen > maxOpen) throw new RangeError("CircuitBreaker: minOpen exceeds maxOpen");
    const core = await loadWasm("lazy");
    return new CircuitBreaker(
      core,
      core.apus_lazy_breaker(failures, ratio, minimum, window, minOpen, steady, growth, maxOpen),
    );
  }

  /** @returns {"closed" | "open" | "half-open"} */
  get state() {
    return /** @type {const} */ (["closed", "open", "half-open"])[
      this.core.apus_lazy_breaker_state(this.engine, page.now())
    ];
  }

  /**
   * Calls `fn` if it may.
   * @template T @param {() => T | Promise<T>} fn @returns {Promise<T>}
   * @throws {ApusError} `CIRCUIT_OPEN`, with the ms to wait as `retryAfter`, so that `retry` obeys it
   * @throws what `fn` throws; an AbortError counts as no outcome
   */
  async run(fn) {
    const wait = this.core.apus_lazy_breaker_enter(this.engine, page.now());
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
    this.core.apus_lazy_breaker_record(this.engine, page.now(), outcome, page.random());
  }
}
