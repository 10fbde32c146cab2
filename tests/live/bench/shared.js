// Shared state through the wire, on two gateways of one server: writes of holders who have slept
// beyond their lock, and ten writers of one number.
import { WebSocket } from "ws";
import { connect } from "../../../js/sync/live/connect.js";
import { freePorts } from "../../../tools/ports.js";
import { startNode } from "../../gateway/servers.js";
import { startChild } from "./child.js";

const WRITERS = 10;
const TTL = 15; // ms of a lock

/** @typedef {import("../../../js/sync/live/live.js").Live} Live */

/** @param {{ quick: boolean }} options @param {import("../../../tools/bench/report.js").Report} report */
export async function shared({ quick }, report) {
  const node = await startNode((await freePorts(1))[0]);
  const gateway = () =>
    startChild("gateway-child.js", { redis: node.url, live: { limits: { rate: 100_000 } } });
  const gateways = await Promise.all([gateway(), gateway()]);
  const clients = await Promise.all(
    Array.from({ length: WRITERS }, (_, i) =>
      connect(`${gateways[i % 2].begun.url}/apus/`, { WebSocket, share: false }),
    ),
  );
  try {
    const stale = await staleWrites(clients, quick ? 100 : 1000);
    const updates = quick ? 1000 : 10_000;
    const lost = await lostUpdates(clients, updates);
    report.table("shared", {
      caption: "Shared state on two gateways and one Redis",
      columns: ["", "tried", "wrong"],
      rows: [
        ["writes of holders whose lock has ended, accepted", stale.tried, stale.accepted],
        ["writes of the present holder, refused", stale.tried, stale.refused],
        [`updates of one number by ${WRITERS} writers at once, lost`, updates, lost],
      ],
    });
    return {
      stale_lock_writes_accepted: stale.accepted,
      stale_lock_writes: stale.tried,
      holders_writes_refused: stale.refused,
      lost_updates_10_writers: lost,
      updates_10_writers: updates,
    };
  } finally {
    for (const live of clients) live.close();
    await Promise.all(gateways.map((it) => it.end()));
    await node.kill();
  }
}

/**
 * Each round: one client takes a lock, and sleeps until another one has it; then both write.
 * @param {Live[]} clients @param {number} tried
 */
async function staleWrites(clients, tried) {
  let [accepted, refused] = [0, 0];
  const round = async (/** @type {number} */ n) => {
    const [sleeper, other] = [clients[n % WRITERS], clients[(n + 1) % WRITERS]];
    const [key, lock] = [`{job:${n}}`, `{job:${n}} lock`];
    const take = async (/** @type {Live} */ live, /** @type {number} */ ttl, holder = `h${n}`) => {
      for (;;) {
        const args = { name: lock, ttl, holder, wait: 1000 };
        const { token } = await live.request("lock", args);
        if (token > 0) return { lock, token };
      }
    };
    const first = await take(sleeper, TTL, "sleeper");
    const second = await take(other, 60_000, "other");
    // The sleeper writes before, while, and after the holder does.
    const writes = [sleeper, other, sleeper].map((live) =>
      live
        .state(key)
        .set(live === other ? "right" : "stale", { fence: live === other ? second : first })
        .then(
          () => true,
          (error) => {
            if (error.code !== "FENCED") throw error;
            return false;
          },
        ),
    );
    const [before, right, after] = await Promise.all(writes);
    if (before || after) accepted++;
    if (!right) refused++;
    const { value } = await other.state(key).get();
    if (value !== "right") accepted++;
  };
  for (let n = 0; n < tried; n += WRITERS) {
    await Promise.all(Array.from({ length: WRITERS }, (_, i) => round(n + i)));
  }
  return { tried, accepted, refused };
}

/** @param {Live[]} clients @param {number} updates in all @returns {Promise<number>} lost, or made twice */
async function lostUpdates(clients, updates) {
  await clients[0].state("count").set(0);
  await Promise.all(
    clients.map(async (live) => {
      const count = live.state("count");
      for (let i = 0; i < updates / WRITERS; i++) {
        await count.update((value) => value + 1, { retries: 1_000_000 });
      }
    }),
  );
  const { value } = await clients[0].state("count").get();
  return Math.abs(updates - value);
}
