/**
 * Evaluates alert rules. A rule fires once when its threshold is crossed, is resolved at its
 * `clear` value, and fires again only after its cooldown. Reads no clock: `now` comes with the call.
 */

/**
 * @typedef {object} Alert
 * @property {string} rule its name
 * @property {string} metric
 * @property {import("./rules.js").Stat} stat
 * @property {"firing" | "resolved"} state
 * @property {number} value the rule's `clear` when its window is empty
 * @property {number} threshold
 * @property {number} at ms
 */

const history = 50;

export class Alerts {
  #numbers;
  #states;
  #report;
  /** The latest last. @type {Alert[]} */
  log = [];

  /**
   * @param {import("./rules.js").Rule[]} rules
   * @param {Pick<import("./numbers.js").Numbers, "read">} numbers
   * @param {(alert: Alert) => void} report
   */
  constructor(rules, numbers, report) {
    this.#numbers = numbers;
    this.#states = rules.map((rule) => ({ rule, firing: false, until: -Infinity }));
    this.#report = report;
  }

  /** Names of the rules that are firing. */
  get firing() {
    return this.#states.filter(({ firing }) => firing).map(({ rule }) => rule.name);
  }

  /** @param {number} now ms, never backwards */
  evaluate(now) {
    for (const state of this.#states) {
      const { rule } = state;
      const answer = this.#numbers.read(rule);
      // An empty window proves nothing, so no alert begins; one that fires has nothing left to fire for.
      const { value, count } = answer ?? { value: rule.clear, count: 0 };
      if (state.firing) {
        if (rule.direction * (value - rule.clear) > 0) continue;
        state.firing = false;
      } else {
        if (count < rule.minCount || now < state.until) continue;
        if (!(rule.direction * (value - rule.threshold) > 0)) continue;
        state.firing = true;
        state.until = now + rule.cooldown;
      }
      const { name, metric, stat, threshold } = rule;
      const alert = /** @type {const} */ ({
        rule: name,
        metric,
        stat,
        state: state.firing ? "firing" : "resolved",
        value,
        threshold,
        at: now,
      });
      this.log.push(alert);
      if (this.log.length > history) this.log.shift();
      this.#report(alert);
    }
  }
}
