// A gateway with the table of mutations, in a process of its own, so that it can be killed.
import pg from "pg";
import { Gateway, serve } from "../../../js/gateway/index.node.js";
import { postgresTable } from "../../../js/gateway/postgres/index.node.js";

const [url, port] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 2000 });
pool.on("error", () => {});
const mutations = postgresTable(pool, "mutations", {
  columns: ["id", "lane", "n"],
  write: ["lane", "n"],
});
const gateway = await Gateway.open({
  ...{ base: "/gateway/", tables: { mutations }, authorize: () => true },
});
await serve(gateway, { port: Number(port) });
process.send?.("ready");
