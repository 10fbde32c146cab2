// A process that follows PostgreSQL and only counts events, to be run with little memory.
import { postgres } from "../../../js/gateway/postgres/postgres.node.js";

const source = await postgres({
  ...{ url: process.argv[2], slot: "counter", publication: "counter", create: true },
  tables: { items: { key: "id", columns: ["id", "note"], channel: "items" } },
});
let count = 0;
let most = 0;
source.start({
  values: { invalidate: async () => ({ epoch: 1, offset: 0 }), delete: async () => undefined },
  engine: { note: async () => undefined, setNote: async () => {} },
  streams: {
    append: async (_, events) => {
      count += events.length;
      most = Math.max(most, events.length);
      if (count % 1000 === 0) console.log(`${count} in parts of ${most} at most`);
      return { at: { epoch: 1, offset: count - 1 }, duplicate: false };
    },
  },
});
const timer = setInterval(() => {
  if (source.status.state !== "streaming") return;
  console.log("streaming");
  clearInterval(timer);
}, 20);
