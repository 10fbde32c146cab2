// What a connected client costs a server that says nothing.
import { startChild } from "./child.js";

const CHANNEL = "quiet";

/** @param {{ quick: boolean }} options @param {import("../../../tools/bench/report.js").Report} report */
export async function idle({ quick }, report) {
  const clients = quick ? 1000 : 2000;
  const rows = [];
  for (const [name, kind] of /** @type {const} */ ([
    ["Apus", "apus"],
    ["socket.io", "socketIo"],
  ])) {
    rows.push({ name, ...(await measure(kind, clients)) });
  }
  const [apus, peer] = rows;
  report.table("idle", {
    caption: `${clients} more idle clients, after as many, each in a channel: kB of the server for each`,
    columns: ["", "resident memory", "heap and buffers"],
    rows: rows.map(({ name, rss, heap }) => [name, rss / 1024, heap / 1024]),
  });
  return {
    gateway_bytes_per_idle_client: apus.rss,
    gateway_heap_bytes_per_idle_client: apus.heap,
    socket_io_bytes_per_idle_client: peer.rss,
    socket_io_heap_bytes_per_idle_client: peer.heap,
  };
}

/** @param {"apus" | "socketIo"} kind @param {number} count */
async function measure(kind, count) {
  // A young generation that grows is more than what 1,000 clients need.
  const flags = ["--expose-gc", "--max-semi-space-size=2"];
  const live = { channels: { [CHANNEL]: {} } };
  const server = await (kind === "apus"
    ? startChild("gateway-child.js", { live }, flags)
    : startChild("peer-child.js", {}, flags));
  const options = { kind, url: server.begun.url, channel: CHANNEL };
  const clients = await startChild("clients-child.js", options);
  try {
    // Before the first ones the process is small, and grows by whole pages.
    await clients.ask("open", count);
    const before = await server.ask("memory");
    await clients.ask("open", count);
    const after = await server.ask("memory");
    const { clients: connected } = await server.ask("stats");
    if (connected !== 2 * count) throw new Error(`${connected} clients, not ${2 * count}`);
    return {
      rss: (after.rss - before.rss) / count,
      heap: (after.heap - before.heap) / count,
    };
  } finally {
    await Promise.all([clients.end(), server.end()]);
  }
}
