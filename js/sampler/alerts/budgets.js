/** Performance budgets: limits as JSON, turned into rules that hold for the whole visit. */
import { number, vitalThresholds } from "./rules.js";

/**
 * @typedef {object} Budgets
 * @property {Record<string, number>} [vitals] at most, e.g. `{ "LCP": 2000 }`
 * @property {Record<string, Record<string, number>>} [timings] by series and stat, e.g. `{ "filter": { "p95": 50 } }`
 * @property {Record<string, Record<string, number>>} [resources] by type or `total`: `count`, `bytes`, `time`
 */

/** @typedef {{ path: string, limit: number, kind: "vitals" | "timings" | "resources", name: string, stat: string }} Budget */

const timingStats = ["p50", "p75", "p90", "p95", "p99", "max", "mean", "count"];
const resourceStats = ["count", "bytes", "time"];

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
    throw new TypeError(`budgets.${field} is no kind of budget`);
  /** @type {Budget[]} */
  const list = [];
  for (const [name, limit] of entriesOf(vitals, "budgets.vitals")) {
    const path = `budgets.vitals.${name}`;
    if (!Object.hasOwn(vitalThresholds, name)) throw new TypeError(`${path} is no Web Vital`);
    list.push({ path, limit: number(limit, path, 0), kind: "vitals", name, stat: "value" });
  }
  for (const [kind, given, stats] of /** @type {const} */ ([
    ["timings", timings, timingStats],
    ["resources", resources, resourceStats],
  ])) {
    for (const [name, limits] of entriesOf(given, `budgets.${kind}`)) {
      for (const [stat, limit] of entriesOf(limits, `budgets.${kind}.${name}`)) {
        const path = `budgets.${kind}.${name}.${stat}`;
        if (!stats.includes(stat)) throw new TypeError(`${path}: expected ${stats.join(", ")}`);
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
