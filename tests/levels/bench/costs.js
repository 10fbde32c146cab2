// What an event costs: a value with its event, and reading 10,000 events, next to bare commands
// through the same client.
import { fork } from "node:child_process";
import { once } from "node:events";
import { Feed } from "../../../js/gateway/feed.node.js";
import { connect } from "../../../js/gateway/valkey-client.node.js";
import { ValkeyEngine } from "../../../js/gateway/valkey-engine.node.js";
import { bucketOf } from "../../../js/sync/bucket.js";
import { freePorts } from "../../../tools/ports.js";
import { value } from "../../gateway/conformance.js";
import { startNode } from "../../gateway/servers.js";
import { typical } from "./typical.js";

const EVENTS = 10_000;
const LISTENERS = 4;
const BATCH = 100; // calls of a round

/**
 * ms for `count` calls.
 * @param {number} count @param {number} workers calls under way
 * @param {(i: number) => Promise<unknown>} call
 */
async function timed(count, workers, call) {
  let next = 0;
  const begin = performance.now();
  const work = async () => {
    while (next < count) await call(next++);
  };
  await Promise.all(Array.from({ length: workers }, work));
  return performance.now() - begin;
}

/**
 * Each round measures all three, in an order that changes.
 * @param {{ quick: boolean }} options @param {import("../../../tools/bench/report.js").Report} report
 */
export async function costs({ quick }, report) {
  const node = await startNode((await freePorts(1))[0]);
  const engine = await ValkeyEngine.open({ url: node.url, keepEvents: 2 * EVENTS });
  const client = /** @type {import("iovalkey").Redis} */ (await connect({ url: node.url }));
  const others = fork(new URL("listeners.js", import.meta.url), [node.url, String(LISTENERS)]);
  try {
    await once(others, "message");
    const body = Buffer.alloc(1000, "x");
    const stored = { ...value(""), body };
    const keys = Array.from({ length: 1000 }, (_, i) => `product:${i}`);
    const key = (/** @type {number} */ i) => keys[i % keys.length];
    /** @type {Record<string, (i: number) => Promise<unknown>>} */
    const calls = {
      SET: (i) => client.set(`plain:${key(i)}`, body),
      "SET, then PUBLISH": async (i) => {
        await client.set(`plain:${key(i)}`, body);
        await client.publish("changes", key(i));
      },
      "a value with its event": (i) => engine.write(key(i), stored),
    };
    const names = Object.keys(calls);
    /** @type {number[][]} */
    const results = [];
    for (const workers of [1, 16]) {
      /** @type {number[][]} */
      const times = names.map(() => []);
      for (const name of names) await timed(300, workers, calls[name]); // warm
      for (let round = 0; round < (quick ? 100 : 400); round++) {
        for (let i = 0; i < names.length; i++) {
          const at = (i + round) % names.length;
          times[at].push((await timed(BATCH, workers, calls[names[at]])) / BATCH);
        }
      }
      results.push(times.map(typical));
    }
    const [[set, both, event], [set16, , event16]] = results;
    report.table("event", {
      caption: `Writing 1 kB of which ${LISTENERS} others hear, us a write`,
      columns: ["", "one after the other", "16 under way"],
      rows: names.map((name, i) => [name, ...results.map((times) => 1000 * times[i])]),
    });
    return {
      set_event_vs_set: event / set,
      set_event_vs_set_publish: event / both,
      set_event_vs_set_16_under_way: event16 / set16,
      ...(await catchUp(engine, client, quick, report)),
    };
  } finally {
    client.disconnect();
    others.kill();
    await engine.close();
    await node.kill();
  }
}

/**
 * @param {ValkeyEngine} engine @param {import("iovalkey").Redis} client @param {boolean} quick
 * @param {import("../../../tools/bench/report.js").Report} report
 */
async function catchUp(engine, client, quick, report) {
  const log = bucketOf("k");
  await engine.write("k", value(""));
  const feed = new Feed(engine, { fastest: 1e6, slowest: 1e6 });
  await feed.start();
  const start = feed.heads[log];
  await timed(EVENTS, 16, () => engine.write("k", value("")));
  let told = 0;
  feed.listen(({ events }) => {
    told += events.length;
  });
  const stream = `apus:{b${log}}:log`;
  const from = `(${start?.epoch}-${start?.offset}`;
  /** @type {Record<string, () => Promise<number>>} */
  const calls = {
    "bare XRANGE": async () => (await client.xrange(stream, from, "+")).length,
    "the feed": async () => {
      told = 0;
      feed.heads[log] = start;
      await feed.catchUp(log);
      return told;
    },
  };
  const names = Object.keys(calls);
  /** @type {number[][]} */
  const times = [[], []];
  for (let round = -2; round < (quick ? 20 : 60); round++) {
    for (const i of round % 2 ? [0, 1] : [1, 0]) {
      const begin = performance.now();
      const count = await calls[names[i]]();
      const time = performance.now() - begin;
      if (count !== EVENTS) throw new Error(`${names[i]} read ${count} events`);
      if (round >= 0) times[i].push(time); // the first warm up
    }
  }
  feed.stop();
  report.table("catchup", {
    caption: "Reading 10,000 events, ms",
    columns: ["", "lower quartile"],
    rows: names.map((name, i) => [name, typical(times[i])]),
  });
  return { catchup_10k_vs_xrange: typical(times[1]) / typical(times[0]) };
}
