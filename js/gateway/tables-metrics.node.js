import { family } from "./metrics.node.js";

/** @typedef {import("./postgres/tables/work.node.js").Stats} Stats */

/**
 * What tables did in their databases, as families of OpenMetrics. Labels hold names alone, never values.
 * @param {Map<string, import("./postgres/tables/spec.node.js").Table>} tables by name
 * @returns {string[]}
 */
export function tableFamilies(tables) {
  const all = [...tables].flatMap(([name, { stats }]) => (stats ? [{ name, stats }] : []));
  if (all.length === 0) return [];
  const counter = (
    /** @type {string} */ name,
    /** @type {string} */ help,
    /** @type {(stats: Stats) => number} */ of,
  ) =>
    family(
      name,
      "counter",
      help,
      all.map(({ name, stats }) => [`_total{table="${name}"}`, of(stats)]),
    );
  const connections = all.flatMap(({ name, stats }) =>
    Object.entries(stats.pool()).map(([state, count]) => [
      `{table="${name}",state="${state}"}`,
      count,
    ]),
  );
  const plans = all.flatMap(({ name, stats }) =>
    [...stats.plans].map(([plan, count]) => [
      `_total{table="${name}",plan="${escaped(plan)}"}`,
      count,
    ]),
  );
  return [
    counter("apus_table_queries", "Statements of tables.", (stats) => stats.queries),
    counter("apus_table_query_seconds", "Time that they took.", (stats) => stats.seconds),
    counter("apus_table_slow_queries", "Those that were slow.", (stats) => stats.slow),
    family("apus_table_slow_plans", "counter", "Plans of some of them.", plans),
    counter(
      "apus_table_retries",
      "Serialization failures and deadlocks.",
      (stats) => stats.retries,
    ),
    counter("apus_table_pool_waits", "Times that no connection was idle.", (stats) => stats.waits),
    counter("apus_table_pool_wait_seconds", "Time until one was there.", (stats) => stats.waited),
    family("apus_table_pool_connections", "gauge", "Connections of the pools.", connections),
  ];
}

/** A label's value. Source: OpenMetrics, "Escaping". @param {string} text */
const escaped = (text) => text.replaceAll(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");
