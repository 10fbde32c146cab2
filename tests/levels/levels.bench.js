// The four levels of a cache, their change log and the gateway, next to their alternatives, on real
// servers: Redis or Valkey, a cluster of them, and Varnish.
import { programs } from "../gateway/servers.js";
import { costs } from "./bench/costs.js";
import { edge } from "./bench/edge.js";
import { failover } from "./bench/failover.js";
import { faults } from "./bench/faults.js";
import { bentocache, dropped } from "./bench/peers.js";

/**
 * `--quick` does a tenth of the faults and of the racing writes, and says how many.
 * @param {{ quick: boolean }} options
 * @param {import("../../tools/bench/report.js").Report} report
 * @returns {Promise<Record<string, number>>}
 */
export async function bench({ quick }, report) {
  if (!programs) throw new Error("this benchmark needs redis-server and varnishd: npm run setup");
  /** @type {Record<string, number>} */
  const metrics = {};
  for (const part of [costs, edge, failover, faults, peers]) {
    for (const [name, value] of Object.entries(await part({ quick }, report))) {
      metrics[name] = Math.round(value * 1000) / 1000;
    }
  }
  return metrics;
}

/** @type {typeof faults} */
async function peers({ quick }, report) {
  const bento = await bentocache({ quick });
  const entries = quick ? 600 : 3000;
  const { apus, peer } = await dropped(entries);
  report.table("peers", {
    caption: `What peers lose: ${bento.faults} cut connections while ${bento.changes} values change; one cut connection with ${entries} valid entries`,
    columns: ["", "Apus", "peer"],
    rows: [
      ["changes missed for good, bentocache", "0 (see above)", bento.lost],
      ["valid entries dropped, node-redis", apus, peer],
    ],
  });
  return {
    lost_invalidations_bentocache: bento.lost,
    bentocache_faults: bento.faults,
    entries_dropped_on_reconnect: apus,
    entries_dropped_on_reconnect_node_redis: peer,
  };
}
