// One event for a thousand clients: how long until each has it.
import { setTimeout as sleep } from "node:timers/promises";
import { freePorts } from "../../../tools/ports.js";
import { startNode } from "../../gateway/servers.js";
import { clock, startChild } from "./child.js";
import { wires } from "./wires.js";

const CLIENTS = 1000;
const PROCESSES = 2; // of clients
const RATE = 100; // events a second
const CHANNEL = "ticks";

/** @typedef {{ p50: number, p99: number, missing: number }} Fanout */

/**
 * Gateway and socket.io in turns, each with Redis and without.
 * @param {{ quick: boolean }} options @param {import("../../../tools/bench/report.js").Report} report
 */
export async function fanout({ quick }, report) {
  const node = await startNode((await freePorts(1))[0]);
  const rounds = quick ? 1 : 5;
  const seconds = quick ? 2 : 6;
  /** @type {{ name: string, kind: "apus" | "socketIo", redis?: string }[]} */
  const plan = [
    { name: "Apus, Redis", kind: "apus", redis: node.url },
    { name: "socket.io, Redis Streams", kind: "socketIo", redis: node.url },
    { name: "Apus, one process", kind: "apus" },
    { name: "socket.io, one process", kind: "socketIo" },
  ];
  const kinds = (quick ? plan.slice(0, 2) : plan).map((it) => ({
    ...it,
    results: /** @type {Fanout[]} */ ([]),
  }));
  try {
    for (let round = 0; round < rounds; round++) {
      for (const it of kinds) it.results.push(await measure(it.kind, it.redis, seconds));
    }
  } finally {
    await node.kill();
  }
  const rows = kinds.map(({ name, results }) => ({
    name,
    p50: median(results.map(({ p50 }) => p50)),
    p99: median(results.map(({ p99 }) => p99)),
    missing: results.reduce((sum, { missing }) => sum + missing, 0),
  }));
  report.table("fanout", {
    caption: `${RATE} events a second for ${CLIENTS} clients, ms from publishing to arrival`,
    columns: ["", "p50", "p99", "not arrived in time"],
    rows: rows.map(({ name, p50, p99, missing }) => [name, p50, p99, missing]),
  });
  const [apus, peer, alone, peerAlone] = rows;
  return {
    fanout_p99_ms: apus.p99,
    fanout_p99_vs_socket_io: apus.p99 / peer.p99,
    ...(alone && {
      fanout_p99_ms_one_process: alone.p99,
      fanout_p99_vs_socket_io_one_process: alone.p99 / peerAlone.p99,
    }),
  };
}

/**
 * @param {"apus" | "socketIo"} kind @param {string | undefined} redis @param {number} seconds
 * @returns {Promise<Fanout>}
 */
async function measure(kind, redis, seconds) {
  const server =
    kind === "apus"
      ? await startChild("gateway-child.js", { redis, live: { channels: { [CHANNEL]: {} } } })
      : await startChild("peer-child.js", { redis });
  const { url } = server.begun;
  const options = { kind, url, channel: CHANNEL };
  const processes = await Promise.all(
    Array.from({ length: PROCESSES }, () => startChild("clients-child.js", options)),
  );
  const sender = wires[kind](url, CHANNEL);
  try {
    await Promise.all(processes.map((it) => it.ask("open", CLIENTS / PROCESSES)));
    await sender.ready;
    await publish(sender, 1, false);
    const sent = await publish(sender, seconds, true);
    await sleep(300);
    const times = await Promise.all(processes.map((it) => it.ask("times")));
    const count = times.reduce((sum, it) => sum + it.count, 0);
    return {
      p50: Math.max(...times.map(({ p50 }) => p50)),
      p99: Math.max(...times.map(({ p99 }) => p99)),
      missing: sent * CLIENTS - count,
    };
  } finally {
    sender.close();
    await Promise.all([...processes, server].map((it) => it.end()));
  }
}

/** @param {import("./wires.js").Wire} sender @param {number} seconds @param {boolean} counts not when it warms up */
async function publish(sender, seconds, counts) {
  const begin = clock();
  const total = RATE * seconds;
  for (let n = 0; n < total; n++) {
    const due = begin + (1000 / RATE) * n - clock();
    if (due > 0) await sleep(due);
    const t = clock();
    sender.publish({
      t: counts ? t : 0,
      n,
      symbol: "APUS",
      price: 100 + (n % 7),
      text: "x".repeat(60),
    });
  }
  return total;
}

/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
