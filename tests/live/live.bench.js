// Live data next to its alternatives, on real servers: gateways in processes of their own, Redis or
// Valkey, PostgreSQL, Chromium.
import { programs } from "../gateway/servers.js";
import { startChild } from "./bench/child.js";
import { deltas } from "./bench/deltas.js";
import { fanout } from "./bench/fanout.js";
import { faults } from "./bench/faults.js";
import { socketIoFaults } from "./bench/faults-peer.js";
import { feed } from "./bench/feed.js";
import { idle } from "./bench/idle.js";
import { reconnects } from "./bench/reconnects.js";
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
  const add = (/** @type {Record<string, number>} */ some) => {
    for (const [name, value] of Object.entries(some)) {
      metrics[name] = Math.round(value * 1000) / 1000;
    }
  };
  for (const part of [sizes, idle, fanout, feed, tabs]) add(await part({ quick }, report));
  // Nothing is timed here.
  const parts = [deltas, reconnects, shared, postgres, faults, peers].map((part) =>
    part({ quick }, report),
  );
  for (const some of await Promise.all(parts)) add(some);
  return metrics;
}

/** @type {typeof faults} */
async function peers({ quick }, report) {
  const { faults, published, subscribers, lost, twice } = await socketIoFaults({ quick });
  report.table("faults-peer", {
    caption: `socket.io with Redis Streams, retries and recovery: ${faults} faults while ${published} events were acknowledged, ${subscribers} subscribers`,
    columns: ["", "number"],
    rows: [
      ["lost", lost],
      ["twice", twice],
    ],
  });
  return {
    events_lost_socket_io: lost,
    events_duplicated_socket_io: twice,
    socket_io_faults: faults,
  };
}

/** Either side of the PostgreSQL source is killed while rows are written. @type {typeof faults} */
async function postgres({ quick }, report) {
  const child = await startChild("postgres-child.js", {});
  const result = await child.ask("kill", quick ? 4 : 50);
  await child.end("SIGTERM");
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
