import { checkOptions, numberIn } from "../../core/check.js";
import { loadWasm } from "../../core/wasm.js";
import { page } from "../net/environment.js";
import { Owner } from "../net/owner.js";

const amount = numberIn(0, 1e9);

/**
 * Limits retries to a share of the traffic: each request earns a fraction of a
 * retry (Finagle, gRPC A6).
 */
export class RetryBudget extends Owner {
  #ratio = 0.2;

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
    const budget = new RetryBudget(core, core.apus_lazy_tokens(capacity, perSecond, page.now()));
    budget.#ratio = ratio;
    return budget;
  }

  /** Reports that a first request was sent. */
  request() {
    this.core.apus_lazy_tokens_give(this.engine, page.now(), this.#ratio);
  }

  /** Takes a retry. @returns {boolean} false when none is left */
  take() {
    return this.core.apus_lazy_tokens_take(this.engine, page.now(), 1) === 0;
  }

  /** Retries that are left now. */
  get left() {
    return this.core.apus_lazy_tokens_give(this.engine, page.now(), 0);
  }
}
