/** The numbers of a visit that alert rules and budgets compare. */

/** @typedef {import("../histograms.js").Histograms} Histograms */
/** @typedef {import("../histograms.js").WindowName} WindowName */

// The rate of a series that has just begun is noise.
const youngMs = 10_000;

export class Numbers {
  #histograms;
  #vitals;
  #now;
  #resources;

  /**
   * @param {{ histograms: Histograms, vitals: ReadonlyMap<string, { value: number }>, now: () => number }} visit
   * @param {import("../details/resources.js").Resources} resources
   */
  constructor({ histograms, vitals, now }, resources) {
    this.#histograms = histograms;
    this.#vitals = vitals;
    this.#now = now;
    this.#resources = resources;
  }

  /**
   * @param {import("./rules.js").Rule} rule
   * @returns {{ value: number, count: number } | undefined} `undefined` when nothing was measured
   */
  read({ metric, stat, tags, window, quantile }) {
    const histograms = this.#histograms;
    if (stat === "value") {
      const vital = this.#vitals.get(metric);
      return vital && { value: vital.value, count: Infinity };
    }
    const series = histograms.find(metric, tags);
    const summary = series && histograms.summary(series.id, window);
    const count = summary?.count ?? 0;
    if (stat === "count") return { value: count, count: Infinity };
    if (stat === "rate") {
      if (!series) return { value: 0, count: Infinity };
      const age = this.#now() - series.born;
      if (age < youngMs) return undefined;
      return { value: count / seconds(window, age), count: Infinity };
    }
    if (!series || !summary) return undefined;
    const value =
      quantile === undefined
        ? summary[/** @type {"min"} */ (stat)]
        : histograms.quantile(series.id, window, quantile);
    return value === undefined ? undefined : { value, count };
  }

  /** @param {import("./budgets.js").Budget} budget @returns {number} 0 when nothing was measured */
  spent({ kind, name, stat }) {
    if (kind === "vitals") return this.#vitals.get(name)?.value ?? 0;
    if (kind === "resources") return this.#resources.total(name, /** @type {"bytes"} */ (stat));
    const series = this.#histograms.find(name);
    const summary = series && this.#histograms.summary(series.id);
    return summary?.[/** @type {"p95"} */ (stat)] ?? 0;
  }
}

/** A window that began before its series is as long as that. @param {WindowName} window @param {number} age ms */
function seconds(window, age) {
  const length = { "1m": 60, "5m": 300, "15m": 900, visit: Infinity }[window];
  return Math.max(1, Math.min(length, age / 1000));
}
