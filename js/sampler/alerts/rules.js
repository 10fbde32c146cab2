/** Alert rules, checked at start; an error names the path of the wrong field. */
import { windows } from "../options.js";

/** @typedef {import("../sources/vitals.js").VitalName} VitalName */

/** The limits of "good" (web.dev). @type {Readonly<Record<VitalName, number>>} */
export const vitalThresholds = { LCP: 2500, INP: 200, CLS: 0.1, FCP: 1800, TTFB: 800 };

// `rate` is per second, `value` is that of a Web Vital; any quantile is written like p95 or p99.9.
const stats = ["min", "max", "mean", "count", "rate", "value"];

/**
 * `p50`, `p99.9` or any other quantile; `rate` is per second, `value` for Web Vitals alone.
 * @typedef {"min" | "max" | "mean" | "count" | "rate" | "value" | `p${number}`} Stat
 */

/**
 * @typedef {object} AlertRule
 * @property {string} metric a series or a Web Vital
 * @property {import("../series.js").Tags} [tags]
 * @property {Stat} [stat] default: `value` for a Web Vital, otherwise `p95`
 * @property {number} [above] fires when the stat exceeds it; default: the limit of "good" for a Web Vital
 * @property {number} [below] fires when the stat falls below it
 * @property {import("../histograms.js").WindowName} [window] default `1m`
 * @property {number} [minCount] values in the window before it may fire; default 1
 * @property {number} [clear] the value at which it is resolved; default: 10% on the good side of the threshold
 * @property {number} [cooldown] ms after it fired before it may fire again; default 60,000
 * @property {string} [name] default: the metric, the stat, the threshold and what else tells
 *   it from other rules
 */

/**
 * @typedef {Required<Omit<AlertRule, "above" | "below" | "tags">> & { threshold: number, direction: 1 | -1,
 *   quantile: number | undefined, tags: import("../series.js").Tags | undefined }} Rule as the alerts use it
 */

/**
 * @param {unknown} alerts `true`: LCP, INP and CLS; otherwise an array of rules and names of vitals
 * @param {string} path of the option, for errors
 * @returns {Rule[]}
 * @throws {TypeError} names the field
 */
export function parseRules(alerts, path = "alerts") {
  const list = alerts === true ? ["LCP", "INP", "CLS"] : alerts;
  if (!Array.isArray(list)) throw new TypeError(`${path} must be true or an array of rules`);
  const rules = list.map((rule, at) => parseRule(rule, `${path}[${at}]`));
  const names = new Set(list.map((rule) => rule?.name));
  for (const [at, rule] of rules.entries()) {
    if (list[at].name !== undefined) continue;
    const { name } = rule;
    for (let other = 2; names.has(rule.name); other++) rule.name = `${name} (${other})`;
    names.add(rule.name);
  }
  return rules;
}

/** @param {any} given @param {string} path @returns {Rule} */
function parseRule(given, path) {
  const rule = typeof given === "string" ? { metric: given } : given;
  if (rule === null || typeof rule !== "object") throw new TypeError(`${path} must be an object`);
  for (const field of Object.keys(rule)) {
    if (!fields.includes(field)) throw new TypeError(`${path}.${field} is not a field of a rule`);
  }
  const metric = text(rule.metric, `${path}.metric`);
  const vital = Object.hasOwn(vitalThresholds, metric);
  const above =
    rule.above ??
    (vital && rule.below === undefined
      ? vitalThresholds[/** @type {"LCP"} */ (metric)]
      : undefined);
  if ((above === undefined) === (rule.below === undefined)) {
    throw new TypeError(`${path}.above or ${path}.below is needed, but not both`);
  }
  const direction = above === undefined ? -1 : 1;
  const threshold = number(above ?? rule.below, `${path}.${direction > 0 ? "above" : "below"}`);
  const stat = rule.stat ?? (vital ? "value" : "p95");
  const quantile = quantileOf(stat);
  if (quantile === undefined && !stats.includes(stat)) {
    throw new TypeError(`${path}.stat must be a quantile like "p95" or one of ${stats.join(", ")}`);
  }
  if ((stat === "value") !== vital) {
    throw new TypeError(`${path}.stat: "value" is for Web Vitals, which have no other stat`);
  }
  const clear = number(
    rule.clear ?? threshold - direction * 0.1 * Math.abs(threshold),
    `${path}.clear`,
  );
  if (direction * (clear - threshold) > 0) {
    throw new TypeError(`${path}.clear lies beyond the threshold: the alert would never end`);
  }
  const window = oneOf(rule.window ?? "1m", Object.keys(windows), `${path}.window`);
  const tags = tagsOf(rule.tags, `${path}.tags`);
  const label = [metric, ...Object.entries(tags ?? {}).map((tag) => tag.join("="))].join(" ");
  const span = window === "1m" || stat === "value" ? "" : ` in ${window}`;
  return {
    metric,
    stat,
    threshold,
    direction,
    clear,
    window: /** @type {any} */ (window),
    quantile,
    tags,
    minCount: number(rule.minCount ?? 1, `${path}.minCount`, 1),
    cooldown: number(rule.cooldown ?? 60_000, `${path}.cooldown`, 0),
    name: text(
      rule.name ?? `${label} ${stat} ${direction > 0 ? "above" : "below"} ${threshold}${span}`,
      `${path}.name`,
    ),
  };
}

const fields = "metric tags stat above below window minCount clear cooldown name".split(" ");

/** @param {unknown} stat @returns {number | undefined} 0 to 1 */
function quantileOf(stat) {
  const [, percent] = /^p(\d{1,2}(?:\.\d{1,4})?)$/.exec(String(stat)) ?? [];
  return percent === undefined ? undefined : Number(percent) / 100;
}

/** @param {unknown} value @param {string} path */
function text(value, path) {
  if (typeof value !== "string" || value === "") throw new TypeError(`${path} must be a string`);
  return value;
}

/** @param {unknown} value @param {string} path @param {number} [min] */
export function number(value, path, min = -Infinity) {
  if (typeof value !== "number" || !Number.isFinite(value) || value < min) {
    throw new TypeError(
      `${path} must be a finite number${min > -Infinity ? ` of at least ${min}` : ""}`,
    );
  }
  return value;
}

/** @param {unknown} value @param {string[]} values @param {string} path */
function oneOf(value, values, path) {
  if (!values.includes(/** @type {string} */ (value))) {
    throw new TypeError(`${path} must be one of ${values.join(", ")}`);
  }
  return /** @type {string} */ (value);
}

/** @param {any} tags @param {string} path */
function tagsOf(tags, path) {
  if (tags === undefined) return undefined;
  if (tags === null || typeof tags !== "object") throw new TypeError(`${path} must be an object`);
  return { ...tags };
}
