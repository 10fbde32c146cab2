import { abortSignal, checkOptions, integerIn, numberIn } from "../../core/check.js";
import { loadWasm } from "../../core/wasm.js";
import { page, rest } from "../net/environment.js";
import { Owner } from "../net/owner.js";

/**
 * At most so many calls in a time.
 */
export class RateLimiter extends Owner {
  #sliding = false;

  /**
   * A sliding window, exact: at most `limit` in any `window` ms. Or a token
   * bucket: `capacity` at once, `perSecond` on the long run.
   * @param {{ limit: number, window: number } | { capacity: number, perSecond: number }} options
   */
  static async create(options) {
    checkOptions("RateLimiter", options, {
      limit: integerIn(1, 2 ** 20),
      window: numberIn(0, Number.MAX_SAFE_INTEGER),
      capacity: numberIn(1, 1e9),
      perSecond: numberIn(0, 1e9),
    });
    const { limit, window, capacity, perSecond } = /** @type {Record<string, any>} */ (options);
    const sliding = limit !== undefined && window !== undefined;
    if (sliding === (capacity !== undefined && perSecond !== undefined)) {
      throw new TypeError("RateLimiter: takes limit and window, or capacity and perSecond");
    }
    const core = await loadWasm("lazy");
    const limiter = new RateLimiter(
      core,
      sliding
        ? core.apus_lazy_window(limit, window)
        : core.apus_lazy_tokens(capacity, perSecond, page.now()),
    );
    limiter.#sliding = sliding;
    return limiter;
  }

  /** Takes a place, or tells how long there is none. @returns {number} 0, or ms */
  take() {
    return this.#sliding
      ? this.core.apus_lazy_window_take(this.engine, page.now())
      : this.core.apus_lazy_tokens_take(this.engine, page.now(), 1);
  }

  /**
   * Waits for a place.
   * @param {{ signal?: AbortSignal }} [options]
   */
  async wait(options = {}) {
    checkOptions("RateLimiter.wait", options, { signal: abortSignal });
    for (let ms = this.take(); ms > 0; ms = this.take()) {
      await rest(page, ms, { ...options, awake: true });
    }
  }

  /** @override @protected @param {number} address */
  free(address) {
    if (this.#sliding) this.core.apus_lazy_window_free(address);
    else super.free(address);
  }
}
