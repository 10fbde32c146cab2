import { WINDOW_MAX_LIMIT } from "../../../dist/layout.js";
import { abortSignal, checkOptions, integerIn, numberIn } from "../../core/check.js";
import { dispose } from "../../core/dispose.js";
import { Owner } from "../../core/owner.js";
import { loadWasm } from "../../core/wasm.js";
import { page, sleep } from "../net/environment.js";

/** Limits the number of calls in a span of time. */
export class RateLimiter {
  #core;
  #engine;
  #sliding;

  /**
   * An exact sliding window: at most `limit` calls in any `window` ms. Or a token
   * bucket: `capacity` calls at once, `perSecond` in the long run.
   * @param {{ limit: number, window: number } | { capacity: number, perSecond: number }} options
   */
  static async create(options) {
    checkOptions("RateLimiter", options, {
      limit: integerIn(1, WINDOW_MAX_LIMIT),
      window: numberIn(0, Number.MAX_SAFE_INTEGER),
      capacity: numberIn(1, 1e9),
      perSecond: numberIn(0, 1e9),
    });
    const { limit, window, capacity, perSecond } = /** @type {Record<string, any>} */ (options);
    const sliding = limit !== undefined && window !== undefined;
    if (sliding === (capacity !== undefined && perSecond !== undefined)) {
      throw new TypeError("RateLimiter: needs limit and window, or capacity and perSecond");
    }
    const core = await loadWasm("lazy");
    const engine = sliding
      ? core.apus_lazy_window(limit, window)
      : core.apus_lazy_tokens(capacity, perSecond, page.now());
    return new RateLimiter(core, engine, sliding);
  }

  /**
   * Use `create`, which checks.
   * @param {import("../../core/wasm.js").Wasm<"lazy">} core @param {number} engine its address
   * @param {boolean} sliding whether it is a sliding window
   */
  constructor(core, engine, sliding) {
    const free = sliding ? core.apus_lazy_window_free : core.apus_lazy_free;
    this.#core = core;
    this.#engine = new Owner("RateLimiter", engine, free);
    this.#sliding = sliding;
  }

  /** Takes a slot. @returns {number} 0, or the ms until one is free */
  take() {
    return this.#sliding
      ? this.#core.apus_lazy_window_take(this.#engine.address, page.now())
      : this.#core.apus_lazy_tokens_take(this.#engine.address, page.now(), 1);
  }

  /**
   * Waits for a slot and takes it.
   * @param {{ signal?: AbortSignal }} [options]
   */
  async wait(options = {}) {
    checkOptions("RateLimiter.wait", options, { signal: abortSignal });
    for (let ms = this.take(); ms > 0; ms = this.take()) {
      await sleep(page, ms, { ...options, awake: true });
    }
  }

  /** Frees the memory. A second call does nothing. */
  dispose() {
    this.#engine.dispose();
  }

  [dispose]() {
    this.dispose();
  }
}
