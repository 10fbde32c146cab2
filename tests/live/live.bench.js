// Live data next to its alternatives, on real servers: gateways in processes of their own, Redis or
// Valkey, PostgreSQL, Chromium.
import { programs } from "../gateway/servers.js";
import { fanout } from "./bench/fanout.js";
import { faults } from "./bench/faults.js";
import { feed } from "./bench/feed.js";
import { idle } from "./bench/idle.js";
import { shared } from "./bench/shared.js";
import { sizes } from "./bench/sizes.js";
import { tabs } from "./bench/tabs.js";

/** @typedef {import("../../tools/bench/report.js").Report} Report */

/**
 * `--quick` does a tenth of the faults and of the writes, and says how many.
 * @param {{ quick: boolean }} options @param {Report} report
 * @returns {Promise<Record<string, number>>}
 */
export async function bench({ quick }, report) {
  if (!programs) throw new Error("this benchmark needs redis-server and varnishd: npm run setup");
  /** @type {Record<string, number>} */
  const metrics = {};
  for (const part of [sizes, idle, fanout, feed, tabs, shared, postgres, faults]) {
    const begin = performance.now();
    for (const [name, value] of Object.entries(await part({ quick }, report))) {
      metrics[name] = Math.round(value * 1000) / 1000;
    }
    if (process.env.APUS_TIMES) console.error(part.name, Math.round(performance.now() - begin));
  }
  return metrics;
}

/** Either side of the PostgreSQL source is killed while rows are written. @type {typeof faults} */
async function postgres({ quick }, report) {
  const { postgresKills } = await import("../gateway/postgres/kills.js");
  const result = await postgresKills({ kills: quick ? 4 : 50 });
  report.table("postgres", {
    caption: "PostgreSQL, or the process that follows it, is killed while rows are written",
    columns: ["", "number"],
    rows: [
      ["kills of PostgreSQL", result.postgres_kills],
      ["kills of the follower", result.postgres_follower_kills],
      ["changes committed", result.postgres_changes],
      ["lost", result.postgres_changes_lost],
      ["twice, or out of order", result.postgres_changes_duplicated],
      ["sent again, and refused as known", result.postgres_repeated],
    ],
  });
  return result;
}
