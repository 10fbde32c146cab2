import * as layout from "../../../dist/layout.js";
import { checkOptions, integerIn, numberIn } from "../../core/check.js";
import { dispose } from "../../core/dispose.js";
import { ApusError } from "../../core/errors.js";
import { Owner } from "../../core/owner.js";
import { loadWasm } from "../../core/wasm.js";
import { page } from "../net/environment.js";
import { outcomeCode } from "../net/outcome.js";

/** Names of the breaker's states. @type {Record<number, "closed" | "open" | "half-open">} */
export const breakerStates = {
  [layout.BREAKER_CLOSED]: "closed",
  [layout.BREAKER_OPEN]: "open",
  [layout.BREAKER_HALF_OPEN]: "half-open",
};

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
 * Keeps calls away from a failing service, and notices soon, with few calls,
 * that it works again (include/apus/lazy/circuit_breaker.h).
 */
export class CircuitBreaker {
  #core;
  #engine;
  #minOpen;

  /**
   * @param {{ failures?: number, ratio?: number, minimum?: number, window?: number, minOpen?: number,
   *   steady?: number, growth?: number, maxOpen?: number }} [options] opens after `failures` in a
   *   row (5), or when more than `ratio` (0.5) of at least `minimum` (20) calls in `window` ms
   *   (10,000) failed. Stays open for `minOpen` ms (180), then lets one probe through. When the probe
   *   fails it opens again: `steady` times (5) equally long, then `growth` times (2.7) as long each
   *   time, at most `maxOpen` ms (15,000). Each wait is random between half and all of that.
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
      minOpen,
    );
  }

  /**
   * Use `create`, which checks.
   * @param {import("../../core/wasm.js").Wasm<"lazy">} core @param {number} engine its address
   * @param {number} minOpen ms
   */
  constructor(core, engine, minOpen) {
    this.#core = core;
    this.#minOpen = minOpen;
    this.#engine = new Owner("CircuitBreaker", engine, core.apus_lazy_free);
  }

  /** @returns {"closed" | "open" | "half-open"} */
  get state() {
    return breakerStates[this.#core.apus_lazy_breaker_state(this.#engine.address, page.now())];
  }

  /**
   * Calls `fn` if the breaker lets it.
   * @template T @param {() => T | Promise<T>} fn @returns {Promise<T>}
   * @throws {ApusError} `CIRCUIT_OPEN`; its `retryAfter` (ms) is obeyed by `retry`. While a probe runs
   *   that is at most `minOpen`, since the probe usually ends long before it counts as lost
   * @throws the error of `fn`; an AbortError counts as no outcome
   */
  async run(fn) {
    let wait = this.#core.apus_lazy_breaker_enter(this.#engine.address, page.now());
    if (wait > 0) {
      if (this.state === "half-open") wait = Math.min(wait, Math.max(1, this.#minOpen));
      const error = new ApusError(
        "CIRCUIT_OPEN",
        `the circuit stays open for ${Math.ceil(wait)} ms more`,
      );
      throw Object.assign(error, { retryable: true, retryAfter: wait });
    }
    try {
      const result = await fn();
      this.#record(true);
      return result;
    } catch (error) {
      this.#record(/** @type {any} */ (error)?.name === "AbortError" ? undefined : false);
      throw error;
    }
  }

  /** @param {boolean | undefined} ok `undefined`: aborted */
  #record(ok) {
    if (this.#engine.closed) return; // the call's own result counts, not the breaker's end
    this.#core.apus_lazy_breaker_record(
      this.#engine.address,
      page.now(),
      outcomeCode(ok),
      page.random(),
    );
  }

  /** Frees the memory. A second call does nothing. */
  dispose() {
    this.#engine.dispose();
  }

  [dispose]() {
    this.dispose();
  }
}
