// What a database needs, and what is said when it lacks it.
import assert from "node:assert/strict";
import { test } from "node:test";
import pg from "pg";
import { Gateway } from "../../../js/gateway/gateway.node.js";
import { MemoryEngine } from "../../../js/gateway/memory-engine.node.js";
import { postgres } from "../../../js/gateway/postgres/postgres.node.js";
import { postgresSetup } from "../../../js/gateway/postgres/setup.node.js";
import { freePorts } from "../../../tools/ports.js";
import { until } from "../servers.js";
import { skip, startPostgres } from "./server.js";
import { follow } from "./world.js";

const settings = { skip, timeout: 60_000 };
const table = { key: "id", columns: ["id"], channel: "items" };
const fine = {
  url: "postgres://localhost/x",
  slot: "s",
  publication: "p",
  tables: { items: table },
};

test("bad options name the argument", async () => {
  /** @type {[any, RegExp][]} */
  const bad = [
    [undefined, /postgres: options/],
    [{ ...fine, url: "http://x" }, /postgres: url/],
    [{ ...fine, url: undefined }, /postgres: url is missing/],
    [{ ...fine, slot: "No" }, /postgres: slot/],
    [{ ...fine, publication: "" }, /postgres: publication/],
    [{ ...fine, tables: {} }, /postgres: tables/],
    [{ ...fine, tables: { "a.b.c": table } }, /postgres: tables\["a.b.c"\]/],
    [{ ...fine, tables: { items: { ...table, key: [] } } }, /tables\["items"\]: key/],
    [{ ...fine, tables: { items: { ...table, columns: "id" } } }, /tables\["items"\]: columns/],
    [{ ...fine, tables: { items: { ...table, channel: "#own" } } }, /tables\["items"\]: channel/],
    [{ ...fine, tables: { items: { ...table, channel: undefined } } }, /channel is missing/],
    [{ ...fine, tables: { items: { ...table, where: "public" } } }, /tables\["items"\]: where/],
    [{ ...fine, tables: { items: { ...table, filter: () => true } } }, /tables\["items"\]: filter/],
    [{ ...fine, tables: { items: { ...table, tags: [1] } } }, /tables\["items"\]: tags/],
    [{ ...fine, tables: { items: { ...table, colour: 1 } } }, /unknown option "colour"/],
    [{ ...fine, keep: 0 }, /postgres: keep/],
    [{ ...fine, timeout: "1" }, /postgres: timeout/],
    [{ ...fine, onLost: 1 }, /postgres: onLost/],
  ];
  for (const [options, message] of bad) {
    const wrong = (/** @type {Error} */ error) =>
      (error instanceof TypeError || error instanceof RangeError) && message.test(error.message);
    await assert.rejects(postgres(options), wrong, String(message));
  }
  await assert.rejects(
    Gateway.open(/** @type {any} */ ({ sources: [{}] })),
    /Gateway.open: sources/,
  );
});

test("a server that is not there is UNREACHABLE", async () => {
  const [port] = await freePorts(1);
  await assert.rejects(postgres({ ...fine, url: `postgres://127.0.0.1:${port}/x` }), {
    code: "UNREACHABLE",
  });
});

test("a database that is not prepared gets the SQL that prepares it", settings, async (t) => {
  const server = await startPostgres();
  t.after(() => server.stop());
  await server.sql(`CREATE SCHEMA "my shop"; CREATE TABLE "my shop"."it's" (id int PRIMARY KEY, public bool);
    CREATE TABLE plain (id int)`);
  const options = {
    ...{ url: server.url, slot: "apus", publication: `a "b"` },
    tables: {
      "my shop.it's": { ...table, filter: "public" },
      plain: { ...table, channel: () => "plain" },
    },
  };
  /** @type {any} */
  const error = await postgres(options).catch((error) => error);
  assert.equal(error.code, "SETUP");
  const sql = postgresSetup(options);
  assert.equal(error.message.split("\n").slice(1).join("\n").trim(), sql.trim());
  for (const statement of sql.trim().split("\n")) await server.sql(statement);
  const it = await follow({ ...options, create: false });
  t.after(() => it.gateway.close());
  await it.streaming();
  await server.sql(`INSERT INTO "my shop"."it's" VALUES (1, true), (2, false); INSERT INTO plain VALUES (3);
    DELETE FROM plain`);
  assert.equal((await it.events("items", 1))[0].key, "1");
  await it.events("plain", 2);
});

test("what SQL cannot mend is said", settings, async (t) => {
  const server = await startPostgres({ wal_level: "replica" });
  t.after(() => server.stop());
  await server.sql("CREATE TABLE items (id int PRIMARY KEY)");
  const options = { ...fine, url: server.url, create: true };
  await assert.rejects(postgres(options), { code: "SETUP", message: /wal_level = 'logical'/ });
});

test("missing tables and columns, and slots of others, are named", settings, async (t) => {
  const server = await startPostgres();
  t.after(() => server.stop());
  await server.sql("CREATE TABLE items (id int PRIMARY KEY)");
  await server.sql("SELECT pg_create_logical_replication_slot('other', 'test_decoding')");
  const options = { ...fine, url: server.url, create: true };
  await assert.rejects(postgres({ ...options, tables: { none: table } }), /no table none/);
  const columns = ["id", "nothing"];
  await assert.rejects(
    postgres({ ...options, tables: { items: { ...table, columns } } }),
    /items has no column nothing/,
  );
  await assert.rejects(postgres({ ...options, slot: "other" }), /other is of another/);
});

test("what a publication lacks is added, also by several gateways at once", settings, async (t) => {
  const server = await startPostgres();
  t.after(() => server.stop());
  await server.sql(`CREATE TABLE items (id int PRIMARY KEY); CREATE TABLE more (id int PRIMARY KEY);
    CREATE PUBLICATION apus FOR TABLE items WITH (publish = 'insert')`);
  const tables = { items: table, more: { ...table, channel: "more", filter: "id > 1" } };
  const all = await Promise.all([1, 2, 3].map(() => follow({ url: server.url, tables })));
  t.after(() => Promise.all(all.map(({ gateway }) => gateway.close())));
  const streaming = () => all.find(({ source }) => source.status.state === "streaming");
  await until(async () => streaming(), "a stream");
  await server.sql(
    "INSERT INTO items VALUES (1); DELETE FROM items; INSERT INTO more VALUES (1), (2)",
  );
  await streaming()?.events("items", 2);
  await streaming()?.events("more", 1);
});

test("a role that may not replicate is told so", settings, async (t) => {
  const server = await startPostgres();
  t.after(() => server.stop());
  await server.sql("CREATE TABLE items (id int PRIMARY KEY); CREATE ROLE guest LOGIN");
  const url = server.url.replace("apus@", "guest@");
  await assert.rejects(postgres({ ...fine, url }), {
    code: "UNREACHABLE",
    message: /replication/i,
  });
  await server.sql("ALTER ROLE guest REPLICATION");
  await assert.rejects(postgres({ ...fine, url, create: true }), {
    code: "SETUP",
    message: /denied/,
  });
});

test("it ends while it waits for a slot that takes long to make", settings, async (t) => {
  const server = await startPostgres();
  t.after(() => server.stop());
  await server.sql("CREATE TABLE items (id int PRIMARY KEY)");
  const other = new pg.Client({ connectionString: server.url });
  await other.connect();
  await other.query("BEGIN; INSERT INTO items VALUES (1)"); // a slot begins after all transactions
  const it = await follow({ url: server.url, tables: { items: table } });
  const waits = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'create_logical'`;
  await until(async () => (await server.sql(waits)).length === 1, "the slot under way");
  await it.gateway.close();
  assert.equal(it.source.status.state, "closed");
  await other.query("ROLLBACK");
  await other.end();
});

test("a gateway needs an engine with channels", async () => {
  const engine = Object.assign(new MemoryEngine(), { streams: undefined });
  const source = { name: "s", start() {}, close: async () => {} };
  await assert.rejects(Gateway.open(/** @type {any} */ ({ engine, sources: [source] })), TypeError);
});
