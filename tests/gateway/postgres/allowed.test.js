// What may leave the gateway: allowed tables, columns and rows, and nothing else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "../servers.js";
import { skip, startPostgres } from "./server.js";
import { follow } from "./world.js";

const settings = { skip, timeout: 60_000 };

/** @type {Awaited<ReturnType<typeof startPostgres>>} */
let server;
before(async () => {
  if (!skip) server = await startPostgres();
});
after(() => server?.stop());

/**
 * @param {import("node:test").TestContext} t @param {string} name of slot and publication
 * @param {Record<string, any>} tables
 */
async function followed(t, name, tables) {
  const it = await follow({ url: server.url, slot: name, publication: name, tables });
  t.after(() => it.gateway.close());
  await it.streaming();
  return it;
}

/** @param {any[]} list */
const short = (list) =>
  list.map(({ type, key, data }) => `${type} ${key} ${data?.name ?? ""}`.trim());

test("columns and tables that are not allowed never come out", settings, async (t) => {
  await server.sql(`CREATE TABLE users (id int PRIMARY KEY, name text, password text);
    CREATE TABLE secrets (id int PRIMARY KEY, name text);
    ALTER TABLE users REPLICA IDENTITY FULL;
    CREATE PUBLICATION users FOR ALL TABLES`);
  /** @type {any[]} */
  const seen = [];
  const it = await followed(t, "users", {
    users: {
      ...{ key: "id", columns: ["name"], channel: "users" },
      where: (/** @type {any} */ row) => seen.push(row),
    },
  });
  await server.sql(`INSERT INTO users VALUES (1, 'a', 'hidden'); INSERT INTO secrets VALUES (1, 'hidden');
    UPDATE users SET password = 'hidden too'; UPDATE users SET id = 2; DELETE FROM users;
    TRUNCATE secrets; TRUNCATE users`);
  await it.events("users", 6);
  assert.equal(seen[0].password, "hidden"); // the function sees all
  assert.doesNotMatch(JSON.stringify([...it.engine.channels]), /hidden|password|secrets/);
});

test("rows move between channels, in and out of sight", settings, async (t) => {
  await server.sql("CREATE TABLE goods (id int PRIMARY KEY, name text, shop int, public bool)");
  const it = await followed(t, "goods", {
    goods: {
      ...{ key: "id", columns: ["name"] },
      where: (/** @type {any} */ row) => row.public,
      channel: (/** @type {any} */ row) => `shop:${row.shop}`,
    },
  });
  await server.sql(
    "INSERT INTO goods VALUES (1, 'a', 1, true), (2, 'b', 1, false), (3, 'c', 2, true)",
  );
  await server.sql("UPDATE goods SET name = 'A' WHERE id = 1");
  await server.sql("UPDATE goods SET public = false WHERE id = 1");
  await server.sql("UPDATE goods SET name = 'B' WHERE id = 2");
  await server.sql("UPDATE goods SET public = true WHERE id = 2");
  await server.sql("UPDATE goods SET shop = 1 WHERE id = 3");
  await server.sql("DELETE FROM goods");
  assert.deepEqual(short(await it.events("shop:1", 7)), [
    ...["insert 1 a", "update 1 A", "delete 1 A", "insert 2 B", "insert 3 c"],
    ...["delete 2 B", "delete 3 c"],
  ]);
  assert.deepEqual(short(await it.events("shop:2", 2)), ["insert 3 c", "delete 3 c"]);
});

test("PostgreSQL filters rows by SQL", settings, async (t) => {
  await server.sql("CREATE TABLE filtered (id int PRIMARY KEY, name text, public bool)");
  const it = await followed(t, "filtered", {
    filtered: { key: "id", columns: ["name"], channel: "filtered", filter: "public" },
  });
  await server.sql("INSERT INTO filtered VALUES (1, 'a', true), (2, 'b', false)");
  await server.sql("UPDATE filtered SET name = 'B' WHERE id = 2");
  await server.sql("UPDATE filtered SET public = NOT public");
  await server.sql("DELETE FROM filtered WHERE id = 2");
  assert.deepEqual(short(await it.events("filtered", 4)), [
    ...["insert 1 a", "delete 1 a", "insert 2 B", "delete 2 B"],
  ]);
});

test("a function that throws costs its row, and its channels are reset", settings, async (t) => {
  await server.sql("CREATE TABLE poison (id int PRIMARY KEY, name text)");
  const it = await followed(t, "poison", {
    poison: {
      ...{ key: "id", columns: ["name"], channel: "poison" },
      tags: (/** @type {any} */ row) => [row.name.toUpperCase()],
    },
  });
  const body = new TextEncoder().encode("x");
  await it.gateway.values.set("any", { body, type: "text/plain" });
  await server.sql("INSERT INTO poison VALUES (1, 'a'), (2, NULL), (3, 'c')");
  await server.sql("INSERT INTO poison VALUES (4, 'd')");
  assert.deepEqual(short(await it.events("poison", 4)), [
    ...["insert 1 a", "insert 3 c", "reset undefined", "insert 4 d"],
  ]);
  assert.equal(it.errors[0].code, "CALLBACK_FAILED");
  assert.match(it.errors[0].message, /poison.*tags threw/);
  assert.equal((await it.gateway.values.get("any")).stored, undefined);
});

test("bad names of channels and tags are refused, and said", settings, async (t) => {
  await server.sql("CREATE TABLE bad_names (id int PRIMARY KEY, name text)");
  const it = await followed(t, "bad_names", {
    bad_names: {
      ...{ key: "id", columns: ["name"] },
      channel: (/** @type {any} */ row) => row.name,
    },
  });
  await server.sql("INSERT INTO bad_names VALUES (1, '#own'), (2, ''), (3, NULL), (4, 'fine')");
  await it.events("fine", 2);
  assert.deepEqual([...it.engine.channels.keys()], ["fine"]);
  assert.deepEqual(short(it.engine.of("fine")), ["insert 4 fine", "reset undefined"]);
  await until(async () => it.errors.length === 3, "the errors");
});

test("without the old row, a function cannot decide, and says so", settings, async (t) => {
  await server.sql("CREATE TABLE narrowed (id int PRIMARY KEY, name text)");
  const it = await followed(t, "narrowed", {
    narrowed: { key: "id", columns: ["name"], channel: "narrowed", where: () => true },
  });
  await server.sql("INSERT INTO narrowed VALUES (1, 'a')");
  await server.sql("ALTER TABLE narrowed REPLICA IDENTITY DEFAULT");
  await server.sql("DELETE FROM narrowed");
  assert.deepEqual(short(await it.events("narrowed", 2)), ["insert 1 a", "reset undefined"]);
  assert.equal(it.errors[0].code, "IDENTITY");
});
