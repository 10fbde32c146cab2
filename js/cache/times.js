/** Durations that are kept for the quantiles. */
const SAMPLE = 512;

/** The quantiles of the last 512 durations, in ms. */
export class Times {
  /** @type {number[]} */
  #times = [];
  #next = 0;

  /** @param {number} ms */
  note(ms) {
    this.#times[this.#next++ % SAMPLE] = ms;
  }

  /** 0 before the first. O(512 log 512). */
  get quantiles() {
    const sorted = [...this.#times].sort((a, b) => a - b);
    /** @param {number} q */
    const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }
}
