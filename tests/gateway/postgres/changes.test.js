// Every kind of change of a row, and what comes of it.
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

let count = 0;
/**
 * A table of its own, with a slot and a publication.
 * @param {import("node:test").TestContext} t @param {string} columns @param {object} options
 */
async function table(t, columns, options) {
  const name = `t${count++}`;
  await server.sql(`CREATE TABLE ${name} (${columns})`);
  const tables = { [name]: { key: "id", columns: ["id", "name"], channel: name, ...options } };
  const it = await follow({ url: server.url, slot: name, publication: name, tables });
  t.after(() => it.gateway.close());
  await it.streaming();
  return { name, ...it };
}

test("rows that come, change and go are events, in order", settings, async (t) => {
  const { name, events } = await table(t, "id int PRIMARY KEY, name text, secret text", {});
  await server.sql(`INSERT INTO ${name} VALUES (1, 'one', 'x'), (2, NULL, 'x')`);
  await server.sql(`UPDATE ${name} SET name = 'two' WHERE id = 2`);
  await server.sql(`DELETE FROM ${name} WHERE id = 1`);
  assert.deepEqual(await events(name, 4), [
    { type: "insert", key: "1", data: { id: 1, name: "one" } },
    { type: "insert", key: "2", data: { id: 2, name: null } },
    { type: "update", key: "2", data: { id: 2, name: "two" } },
    { type: "delete", key: "1", data: { id: 1 } },
  ]);
});

test("a transaction is one append, at the position of its commit", settings, async (t) => {
  const { name, events, engine } = await table(t, "id int PRIMARY KEY, name text", {});
  await server.sql(`INSERT INTO ${name} SELECT i, i FROM generate_series(1, 500) i`);
  await server.sql(`BEGIN; INSERT INTO ${name} VALUES (999, ''); ROLLBACK`);
  await server.sql(
    `BEGIN; DELETE FROM ${name} WHERE id = 1; DELETE FROM ${name} WHERE id = 2; COMMIT`,
  );
  await events(name, 502);
  const { appends } = engine;
  assert.deepEqual(
    appends.map(({ count, publisher }) => [count, publisher]),
    [
      [500, `pg:${name}`],
      [2, `pg:${name}`],
    ],
  );
  assert.ok(Number.isSafeInteger(appends[0].seq) && appends[0].seq < appends[1].seq);
});

test("a transaction of many rows arrives in parts, each once", settings, async (t) => {
  const { name, events, engine } = await table(t, "id int PRIMARY KEY, name text", {});
  await server.sql(`INSERT INTO ${name} SELECT i, i FROM generate_series(1, 5500) i`);
  const list = await events(name, 5500);
  assert.deepEqual(
    list.map(({ key }) => Number(key)),
    Array.from({ length: 5500 }, (_, i) => i + 1),
  );
  const [{ publisher, seq }] = engine.appends;
  assert.match(publisher, new RegExp(`^pg:${name}:\\d+$`));
  assert.equal(seq, 1);
  assert.deepEqual(
    engine.appends.map(({ count }) => count),
    [1000, 1000, 1000, 1000, 1000, 500],
  );
});

test("a changed key is a delete and an insert", settings, async (t) => {
  const { name, events } = await table(t, "id int PRIMARY KEY, name text", {});
  await server.sql(`INSERT INTO ${name} VALUES (1, 'one')`);
  await server.sql(`UPDATE ${name} SET id = 7`);
  assert.deepEqual((await events(name, 3)).slice(1), [
    { type: "delete", key: "1", data: { id: 1 } },
    { type: "insert", key: "7", data: { id: 7, name: "one" } },
  ]);
});

test("a key of several columns is their list", settings, async (t) => {
  const { name, events } = await table(t, "a text, b int, name text, PRIMARY KEY (a, b)", {
    ...{ key: ["a", "b"], columns: ["name"] },
  });
  await server.sql(`INSERT INTO ${name} VALUES ('x', 1, 'n')`);
  await server.sql(`DELETE FROM ${name}`);
  assert.deepEqual(await events(name, 2), [
    { type: "insert", key: '["x",1]', data: { name: "n" } },
    { type: "delete", key: '["x",1]', data: {} },
  ]);
});

test("TRUNCATE is an event, and invalidates", settings, async (t) => {
  const { name, events, gateway } = await table(t, "id int PRIMARY KEY, name text", {
    tags: (/** @type {any} */ row) => [`row:${row.id}`],
  });
  const body = new TextEncoder().encode("x");
  await gateway.values.set("any", { body, type: "text/plain" });
  await server.sql(`TRUNCATE ${name}`);
  assert.deepEqual(await events(name, 1), [{ type: "truncate", data: null }]);
  assert.equal((await gateway.values.get("any")).stored, undefined);
});

test("a change invalidates tags and values before its event", settings, async (t) => {
  const { name, gateway, engine } = await table(t, "id int PRIMARY KEY, name text", {
    tags: (/** @type {any} */ row) => [`row:${row.id}`, "rows"],
    invalidate: (/** @type {any} */ row) => [`value:${row.id}`],
  });
  const body = new TextEncoder().encode("x");
  const keys = { "value:1": [], "value:2": [], list: ["rows"], one: ["row:1"], two: ["row:2"] };
  for (const [key, tags] of Object.entries(keys)) {
    await gateway.values.set(key, { body, type: "text/plain", tags });
  }
  const left = async () => {
    const all = Object.keys(keys).map(async (key) => (await gateway.values.get(key)).stored && key);
    return (await Promise.all(all)).filter(Boolean);
  };
  assert.equal((await left()).length, 5);
  /** @type {Promise<any> | undefined} */
  let heard;
  const { streams } = engine;
  const { append } = streams;
  streams.append = async (...args) => {
    heard ??= left();
    return append(...args);
  };
  await server.sql(`INSERT INTO ${name} VALUES (1, 'one')`);
  await until(async () => heard, "the event");
  assert.deepEqual(await heard, ["value:2", "two"]);
});

test(
  "large values that did not change are left out, or taken from the whole old row",
  settings,
  async (t) => {
    const large = "x".repeat(20_000);
    for (const full of [false, true]) {
      const { name, events } = await table(t, "id int PRIMARY KEY, name text, large text", {
        columns: ["id", "name", "large"],
      });
      await server.sql(`ALTER TABLE ${name} ALTER large SET STORAGE EXTERNAL`);
      if (full) await server.sql(`ALTER TABLE ${name} REPLICA IDENTITY FULL`);
      await server.sql(`INSERT INTO ${name} VALUES (1, 'a', '${large}')`);
      await server.sql(`UPDATE ${name} SET name = 'b'`);
      const [first, second] = await events(name, 2);
      assert.equal(first.data.large.length, 20_000);
      assert.deepEqual(second.data, full ? { id: 1, name: "b", large } : { id: 1, name: "b" });
    }
  },
);

test("a table may change while it is followed", settings, async (t) => {
  const { name, events, errors } = await table(t, "id int PRIMARY KEY, name text, other int", {});
  await server.sql(`INSERT INTO ${name} VALUES (1, 'a', 5)`);
  await server.sql(`ALTER TABLE ${name} DROP other, ADD more json`);
  await server.sql(`INSERT INTO ${name} VALUES (2, 'b', '{}')`);
  await server.sql(`ALTER TABLE ${name} RENAME name TO title`);
  await server.sql(`INSERT INTO ${name} VALUES (3, 'c', '{}')`);
  assert.deepEqual(
    (await events(name, 3)).map(({ data }) => data),
    [{ id: 1, name: "a" }, { id: 2, name: "b" }, { id: 3 }],
  );
  assert.equal(errors[0]?.code, "SCHEMA");
  assert.match(errors[0].message, /name/);
});
