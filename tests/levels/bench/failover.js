// A master of a cluster is killed: when writes are back, through the gateway and with iovalkey alone,
// and whether reads of what the gateway has kept go on.
import { setTimeout as sleep } from "node:timers/promises";
import { Cluster } from "iovalkey";
import { Gateway } from "../../../js/gateway/gateway.node.js";
import { ValkeyEngine } from "../../../js/gateway/valkey-engine.node.js";
import { startCluster } from "../../gateway/servers.js";

const KEYS = Array.from({ length: 60 }, (_, i) => `key${i}`);
const LONGEST = 60_000; // ms

/**
 * @param {{ quick: boolean }} options @param {import("../../../tools/bench/report.js").Report} report
 */
export async function failover({ quick }, report) {
  const kills = [];
  for (let i = 0; i < (quick ? 1 : 5); i++) kills.push(await kill());
  const sum = (/** @type {(kill: any) => number} */ of) =>
    kills.reduce((sum, kill) => sum + of(kill), 0);
  const [apus, peer] = [sum(({ apus }) => apus), sum(({ peer }) => peer)];
  const failed = sum(({ failed }) => failed);
  report.table("failover", {
    caption: `A master is killed, mean of ${kills.length}`,
    columns: ["", "gateway", "iovalkey alone"],
    rows: [
      ["all writes are back after, ms", apus / kills.length, peer / kills.length],
      ["reads of kept values", sum(({ reads }) => reads), ""],
      ["of these failed", failed, ""],
    ],
  });
  return { failover_write_recovery_vs_iovalkey: apus / peer, failed_cached_reads: failed };
}

/** Both write all the time, to all masters. */
async function kill() {
  const cluster = await startCluster();
  const engine = await ValkeyEngine.open({ nodes: cluster.addresses });
  const gateway = await Gateway.open({ engine, authorize: () => true });
  const ask = async (/** @type {string} */ key, /** @type {RequestInit} */ init = {}) =>
    (await gateway.handle(new Request(`http://x/apus/k/${key}`, init))).ok;
  const client = new Cluster(cluster.addresses);
  client.on("error", () => {});
  const put = (/** @type {string} */ key) => ask(key, { method: "PUT", body: key });
  const set = async (/** @type {string} */ key) =>
    (await client.set(key, key).catch(() => "")) === "OK";
  const counts = { reads: 0, failed: 0 };
  try {
    for (const key of KEYS) {
      if (!(await put(`read:${key}`)) || !(await set(key))) throw new Error("the cluster is down");
    }
    await cluster.nodes[0].crash();
    const begin = performance.now();
    let going = true;
    const reading = (async () => {
      while (going) {
        const answers = await Promise.all(KEYS.map((key) => ask(`read:${key}`)));
        counts.reads += answers.length;
        counts.failed += answers.filter((ok) => !ok).length;
        await sleep(5);
      }
    })();
    // Each key is written again until it is taken, so no writer waits for another's answer.
    const back = async (/** @type {(key: string) => Promise<boolean>} */ write) => {
      await Promise.all(
        KEYS.map(async (key) => {
          while (!(await write(key))) {
            if (performance.now() - begin > LONGEST) throw new Error("writes did not come back");
            await sleep(5);
          }
        }),
      );
      return performance.now() - begin;
    };
    const [apus, peer] = await Promise.all([back(put), back(set)]);
    going = false;
    await reading;
    return { apus, peer, ...counts };
  } finally {
    client.disconnect();
    await gateway.close();
    await cluster.stop();
  }
}
