// What a page downloads for a connection that comes back by itself: script, gzip. All are bundled and
// minified in the same way; parts that load when they are used do not count.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = new URL("../../../", import.meta.url);
const KB = 1024;

/** What a page would write. @type {[name: string, script: string][]} */
const clients = [
  ["Apus: channels, resume, tabs", 'export { connect } from "./js/sync/live/connect.js";'],
  [
    "Apus, publishing too",
    'export { connect } from "./js/sync/live/connect.js"; export { Publisher } from "./js/sync/live/publisher.js";',
  ],
  ["@supabase/realtime-js", 'export { RealtimeClient } from "@supabase/realtime-js";'],
  ["centrifuge", 'export { Centrifuge } from "centrifuge";'],
  ["socket.io-client", 'export { io } from "socket.io-client";'],
  ["phoenix: channels, no resume", 'export { Socket } from "phoenix";'],
  ["partysocket: a WebSocket that reconnects", 'export { WebSocket } from "partysocket";'],
  ["@nats-io/nats-core", 'export { wsconnect } from "@nats-io/nats-core";'],
];

/** @param {{ quick: boolean }} _ @param {import("../../../tools/bench/report.js").Report} report */
export async function sizes(_, report) {
  const bytes = await Promise.all(clients.map(([, script]) => bundled(script)));
  const wasm = gzipSync(await readFile(new URL("dist/apus-sync.wasm", root)), { level: 9 }).length;
  report.table("sizes", {
    caption: "The client, KB gzip",
    columns: ["", "script"],
    rows: [
      ...clients.map(([name], i) => [name, (bytes[i] / KB).toFixed(2)]),
      ["apus-sync.wasm, with Apus", (wasm / KB).toFixed(2)],
    ],
  });
  const [apus, publishing, realtime, centrifuge, socketIo, phoenix, partysocket, nats] = bytes;
  return {
    client_bytes_gz: apus,
    client_bytes_gz_publishing: publishing,
    client_wasm_bytes_gz: wasm,
    realtime_js_bytes_gz: realtime,
    centrifuge_bytes_gz: centrifuge,
    socket_io_bytes_gz: socketIo,
    phoenix_bytes_gz: phoenix,
    partysocket_bytes_gz: partysocket,
    nats_core_bytes_gz: nats,
  };
}

/** @param {string} script @returns {Promise<number>} */
async function bundled(script) {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: root.pathname },
    ...{ bundle: true, minify: true, format: "esm", target: "es2022", platform: "browser" },
    ...{ write: false, legalComments: "none", define: { "process.env.NODE_ENV": '"production"' } },
    plugins: [
      {
        name: "later",
        setup: ({ onResolve }) =>
          onResolve({ filter: /./ }, ({ kind, path }) =>
            kind === "dynamic-import" ? { path, external: true } : undefined,
          ),
      },
    ],
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}
