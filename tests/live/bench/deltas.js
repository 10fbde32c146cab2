// Rows of which one field changes: bytes that reach a client, by deltas, whole, and compressed.
import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import { Gateway } from "../../../js/gateway/gateway.node.js";
import { serve } from "../../../js/gateway/serve.node.js";
import { decode } from "../../../js/sync/live/frames.js";
import { random } from "../../cache/random.js";

const CHANGES = 2000;

/** @param {{ quick: boolean }} _ @param {import("../../../tools/bench/report.js").Report} report */
export async function deltas(_, report) {
  const counts = [10, 100, 500];
  const columns = await Promise.all(counts.map(measure));
  const names = ["whole", "permessage-deflate", "deltas"];
  report.table("deltas", {
    caption: `${CHANGES.toLocaleString("en")} changes of one field in rows of about 1 KB: bytes for each that reach a client`,
    columns: ["", ...counts.map((count) => `${count} rows`)],
    rows: names.map((name, i) => [name, ...columns.map((of) => Math.round(of[i] / CHANGES))]),
  });
  const [, [whole, deflate, delta]] = columns;
  return { delta_bytes_vs_whole: delta / whole, delta_bytes_vs_deflate: delta / deflate };
}

/** @param {number} count of rows @returns {Promise<number[]>} bytes: whole, compressed, deltas */
async function measure(count) {
  const gateway = await Gateway.open({ live: { channels: { whole: {}, delta: { delta: true } } } });
  const server = await serve(gateway);
  const url = `${server.url.replace("http", "ws")}/apus/live`;
  const peer = createServer();
  const sockets = new WebSocketServer({ server: peer, perMessageDeflate: { threshold: 0 } });
  await new Promise((resolve) => peer.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (peer.address());
  try {
    const sizes = [];
    const publish = (/** @type {string} */ channel) => (/** @type {Row} */ row) =>
      gateway.live?.publish(channel, "row", row, { key: `${row.id}` });
    sizes.push(await received(url, "whole", count, publish("whole")));
    sizes.push(
      await received(`ws://127.0.0.1:${port}`, "", count, (row) => {
        const event = JSON.stringify(["row", row, `${row.id}`, Date.now()]);
        for (const socket of sockets.clients) socket.send(event);
      }),
    );
    sizes.push(await received(url, "delta", count, publish("delta")));
    return sizes;
  } finally {
    for (const socket of sockets.clients) socket.terminate();
    peer.close();
    await server.stop({ grace: 0 });
    await gateway.close();
  }
}

/** @typedef {{ id: number, name: string, notes: string[], price: number, at: number }} Row */

/** Each row once, and then changes. @param {number} count @returns {Generator<Row>} */
function* changesOf(count) {
  const below = random(count);
  // Texts repeat words, as languages do.
  const words = Array.from({ length: 500 }, () => below(36 ** (2 + below(4))).toString(36));
  const word = () => words[below(words.length)];
  const rows = Array.from({ length: count }, (_, id) => ({
    id,
    name: `${word()} ${word()}`,
    notes: Array.from({ length: 20 }, () => Array.from({ length: 10 }, word).join(" ")),
    price: below(1e6) / 100,
    at: 1_700_000_000_000,
  }));
  yield* rows;
  for (let n = 0; n < CHANGES; n++) {
    const row = rows[below(count)];
    row.price = below(1e6) / 100;
    row.at += below(100_000);
    yield row;
  }
}

/**
 * Bytes of the socket for the changes alone: one row in a frame.
 * @param {string} url @param {string} channel "": of no gateway
 * @param {number} count of rows @param {(row: Row) => unknown} publish
 */
async function received(url, channel, count, publish) {
  const socket = new WebSocket(url, { perMessageDeflate: !channel });
  let heard = () => {};
  const message = () =>
    new Promise((resolve) => {
      heard = () => resolve(undefined);
    });
  socket.on("message", (frame, binary) => {
    const messages = channel ? decode(binary ? frame : String(frame)) : [["ev"]];
    if (messages.some(([kind]) => kind === "ev" || kind === "sub")) heard();
  });
  await new Promise((resolve) => socket.on("open", resolve));
  if (channel) {
    const subscribed = message();
    socket.send(JSON.stringify([["hello", 1, null, { deltas: true }]]));
    socket.send(JSON.stringify([["sub", channel, channel, null]]));
    await subscribed;
  }
  const bytes = () => /** @type {any} */ (socket)._socket.bytesRead;
  let [n, before] = [0, 0];
  for (const row of changesOf(count)) {
    if (n++ === count) before = bytes();
    const next = message();
    publish(row);
    await next;
  }
  const size = bytes() - before;
  socket.terminate();
  return size;
}
