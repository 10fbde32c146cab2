// A process that follows PostgreSQL until it is killed; its channels are in the process that started
// it (kills.js).
import { postgres } from "../../../js/gateway/postgres/postgres.node.js";
import { until } from "../servers.js";

let calls = 0;
/** @type {Map<number, (result: any) => void>} */
const waiting = new Map();
process.on("message", (/** @type {any} */ { id, result }) => {
  waiting.get(id)?.(result);
  waiting.delete(id);
});
process.on("disconnect", () => process.exit());

/** @param {string} call @returns {(...args: any[]) => Promise<any>} */
const remote =
  (call) =>
  (...args) =>
    new Promise((resolve) => {
      waiting.set(++calls, resolve);
      process.send?.({ id: calls, call, args });
    });

const source = await until(
  () =>
    postgres({
      ...{ url: process.argv[2], slot: "kills", publication: "kills", create: true, timeout: 3000 },
      tables: {
        items: { key: "id", columns: ["writer", "n"], channel: "items" },
        sums: { key: "writer", columns: ["writer", "n"], channel: "sums" },
      },
    }),
  "the source",
  60_000,
);
source.start({
  values: { invalidate: remote("invalidate"), delete: remote("delete") },
  engine: { note: remote("note"), setNote: remote("setNote") },
  streams: { append: remote("append") },
});
const state = remote("state");
let told = "";
setInterval(() => {
  if (source.status.state === told) return;
  told = source.status.state;
  state(told);
}, 5);
