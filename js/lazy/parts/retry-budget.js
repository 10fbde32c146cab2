import { checkOptions, numberIn } from "../../core/check.js";
import { dispose } from "../../core/dispose.js";
import { Owner } from "../../core/owner.js";
import { loadWasm } from "../../core/wasm.js";
import { page } from "../net/environment.js";

const amount = numberIn(0, 1e9);

/**
 * Limits retries to a share of the traffic: each request earns a fraction of a
 * retry (Finagle, gRPC A6).
 */
export class RetryBudget {
  #core;
  #engine;
  #ratio;

  /**
   * @param {{ capacity?: number, ratio?: number, perSecond?: number }} [options] `capacity` retries
   *   at once (10); each request earns `ratio` (0.2), each second `perSecond` (0.5)
   */
  static async create(options = {}) {
    checkOptions("RetryBudget", options, {
      capacity: numberIn(1, 1e9),
      ratio: amount,
      perSecond: amount,
    });
    const { capacity = 10, ratio = 0.2, perSecond = 0.5 } = options;
    const core = await loadWasm("lazy");
    return new RetryBudget(core, core.apus_lazy_tokens(capacity, perSecond, page.now()), ratio);
  }

  /**
   * Use `create`, which checks.
   * @param {import("../../core/wasm.js").Wasm<"lazy">} core @param {number} engine its address
   * @param {number} ratio
   */
  constructor(core, engine, ratio) {
    this.#core = core;
    this.#engine = new Owner("RetryBudget", engine, core.apus_lazy_free);
    this.#ratio = ratio;
  }

  /** Reports that a first request was sent. */
  request() {
    this.#core.apus_lazy_tokens_give(this.#engine.address, page.now(), this.#ratio);
  }

  /** Takes a retry. @returns {boolean} false when none is left */
  take() {
    return this.#core.apus_lazy_tokens_take(this.#engine.address, page.now(), 1) === 0;
  }

  /** Retries that are left now. */
  get left() {
    return this.#core.apus_lazy_tokens_give(this.#engine.address, page.now(), 0);
  }

  /** Frees the memory. A second call does nothing. */
  dispose() {
    this.#engine.dispose();
  }

  [dispose]() {
    this.dispose();
  }
}
