// The four levels of a cache, their change log and the gateway, next to their alternatives, on real
// servers: Redis or Valkey, a cluster of them, and Varnish.
import { sizes } from "../../tools/size.js";
import { programs } from "../gateway/servers.js";
import { costs } from "./bench/costs.js";
import { edge } from "./bench/edge.js";
import { failover } from "./bench/failover.js";
import { faults } from "./bench/faults.js";
import { hits } from "./bench/hits.js";
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
  for (const part of [hits, costs, edge, failover, faults, peers, size]) {
    for (const [name, value] of Object.entries(await part({ quick }, report))) {
      metrics[name] = Math.round(value * 1000) / 1000;
    }
  }
  return metrics;
}

/** What a page downloads for `apus/sync`. @returns {Promise<Record<string, number>>} */
async function size() {
  const rows = await sizes();
  const kb = (/** @type {string} */ name) =>
    (rows.find((row) => row.name === name)?.bytes ?? Number.NaN) / 1024;
  return { client_script_kb_gz: kb("sync"), client_wasm_kb_gz: kb("apus-sync.wasm") };
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
