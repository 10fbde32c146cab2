/** Performance budgets: limits that hold for the whole visit, given as JSON. */
import { number, vitalThresholds } from "./rules.js";

/** @typedef {import("./rules.js").VitalName} VitalName */
/** @typedef {(typeof timingStats)[number]} TimingStat */
/** @typedef {(typeof resourceStats)[number]} ResourceStat */

/**
 * @typedef {object} Budgets
 * @property {Partial<Record<VitalName, number>>} [vitals] at most, e.g. `{ "LCP": 2000 }`
 * @property {Record<string, Partial<Record<TimingStat, number>>>} [timings] by series and stat, e.g.
 *   `{ "filter": { "p95": 50 } }`
 * @property {Record<string, Partial<Record<ResourceStat, number>>>} [resources] by type or `total`
 */

/** @typedef {{ path: string, limit: number, kind: "vitals" | "timings" | "resources", name: string, stat: string }} Budget */
/** @typedef {{ path: string, limit: number, value: number, ok: boolean }} BudgetReport */

const timingStats = /** @type {const} */ ([
  "p50",
  "p75",
  "p90",
  "p95",
  "p99",
  "max",
  "mean",
  "count",
]);
const resourceStats = /** @type {const} */ (["count", "bytes", "time"]);

/** Compares the budgets with the measured values. */
export class BudgetWatch {
  #budgets;
  #numbers;
  /** @type {Set<string>} paths */
  #exceeded = new Set();

  /** @param {Budget[]} budgets @param {Pick<import("./numbers.js").Numbers, "spent">} numbers */
  constructor(budgets, numbers) {
    this.#budgets = budgets;
    this.#numbers = numbers;
  }

  /** @returns {BudgetReport[]} */
  report() {
    return this.#budgets.map((budget) => {
      const value = this.#numbers.spent(budget);
      return { path: budget.path, limit: budget.limit, value, ok: !(value > budget.limit) };
    });
  }

  /**
   * Reports each budget once, when it is exceeded.
   * @param {(exceeded: import("../events.js").ExceededBudget) => void} report
   */
  check(report) {
    for (const { path, limit, value, ok } of this.report()) {
      if (ok || this.#exceeded.has(path)) continue;
      this.#exceeded.add(path);
      report({ path, limit, value });
    }
  }
}

/**
 * @param {any} budgets
 * @returns {Budget[]}
 * @throws {TypeError} names the field
 */
export function parseBudgets(budgets) {
  if (budgets === null || typeof budgets !== "object" || Array.isArray(budgets)) {
    throw new TypeError("budgets must be an object");
  }
  const { vitals = {}, timings = {}, resources = {}, ...unknown } = budgets;
  for (const field of Object.keys(unknown))
    throw new TypeError(`budgets.${field} is not a kind of budget`);
  /** @type {Budget[]} */
  const list = [];
  for (const [name, limit] of entriesOf(vitals, "budgets.vitals")) {
    const path = `budgets.vitals.${name}`;
    if (!Object.hasOwn(vitalThresholds, name)) throw new TypeError(`${path} is not a Web Vital`);
    list.push({ path, limit: number(limit, path, 0), kind: "vitals", name, stat: "value" });
  }
  for (const [kind, given, stats] of /** @type {const} */ ([
    ["timings", timings, timingStats],
    ["resources", resources, resourceStats],
  ])) {
    for (const [name, limits] of entriesOf(given, `budgets.${kind}`)) {
      for (const [stat, limit] of entriesOf(limits, `budgets.${kind}.${name}`)) {
        const path = `budgets.${kind}.${name}.${stat}`;
        if (!(/** @type {readonly string[]} */ (stats).includes(stat)))
          throw new TypeError(`${path}: expected ${stats.join(", ")}`);
        list.push({ path, limit: number(limit, path, 0), kind, name, stat });
      }
    }
  }
  return list;
}

/** @param {unknown} value @param {string} path @returns {[string, any][]} */
function entriesOf(value, path) {
  if (value === null || typeof value !== "object") throw new TypeError(`${path} must be an object`);
  return Object.entries(value);
}
