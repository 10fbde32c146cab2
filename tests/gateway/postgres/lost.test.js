// Slots that are gone, skipped or of another history: it is said, and nothing old is trusted.
import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../servers.js";
import { skip, startPostgres } from "./server.js";
import { follow, RecordingEngine } from "./world.js";

const settings = { skip, timeout: 90_000 };
const tables = { items: { key: "id", columns: ["id"], channel: "items" } };
const body = new TextEncoder().encode("x");

/** A server with a table. @param {import("node:test").TestContext} t @param {Record<string, string>} [options] */
async function world(t, options) {
  const server = await startPostgres(options);
  t.after(() => server.stop());
  await server.sql("CREATE TABLE items (id serial PRIMARY KEY, note text)");
  return server;
}

/** @param {any[]} events */
const short = (events) => events.map(({ type, key, data }) => `${type} ${key ?? data?.reason}`);

test(
  "a slot that was invalidated is made again, and all channels are reset",
  settings,
  async (t) => {
    const server = await world(t, {
      max_slot_wal_keep_size: "1MB",
      min_wal_size: "32MB",
      max_wal_size: "32MB",
    });
    const engine = new RecordingEngine();
    const first = await follow({ url: server.url, tables }, engine);
    await first.streaming();
    await server.sql("INSERT INTO items DEFAULT VALUES");
    await first.events("items", 1);
    await first.gateway.values.set("any", { body, type: "text/plain" });
    await first.source.close();
    await server.sql("INSERT INTO items DEFAULT VALUES"); // it will be lost
    await until(async () => {
      await server.sql("SELECT pg_logical_emit_message(false, 'fill', repeat('x', 1000000))");
      await server.sql("SELECT pg_switch_wal()");
      await server.sql("CHECKPOINT");
      const [{ wal_status }] = await server.sql("SELECT wal_status FROM pg_replication_slots");
      return wal_status === "lost";
    }, "the slot's end");

    // Not allowed to make it: it says so at once, and waits.
    const silent = await follow({ url: server.url, tables, create: false }, engine);
    await until(async () => silent.source.status.state === "lost", "the loss");
    await until(async () => silent.errors.length > 1, "another try");
    assert.deepEqual(
      [silent.losses.length, silent.losses[0]],
      [1, { reason: "slot", channels: 1 }],
    );
    assert.equal(silent.errors[0].code, "LOST");
    assert.match(
      silent.errors[0].message,
      /pg_drop_replication_slot[\s\S]+pg_create_logical_replication_slot\('apus', 'pgoutput'\);/,
    );
    assert.equal((await silent.gateway.values.get("any")).stored, undefined);
    assert.deepEqual(short(engine.of("items")), ["insert 1", "reset slot"]);
    await silent.source.close();

    const second = await follow({ url: server.url, tables }, engine);
    t.after(() => second.gateway.close());
    await second.streaming();
    assert.equal(second.losses[0].reason, "skipped");
    await server.sql("INSERT INTO items DEFAULT VALUES");
    await second.events("items", 4);
    assert.deepEqual(short(engine.of("items")).slice(2), ["reset skipped", "insert 3"]);
  },
);

test("a slot that someone dropped while it was followed is said", settings, async (t) => {
  const server = await world(t);
  const it = await follow({ url: server.url, tables });
  t.after(() => it.gateway.close());
  await it.streaming();
  await server.sql("INSERT INTO items DEFAULT VALUES");
  await it.events("items", 1);
  // The source may be back before the second statement.
  await until(async () => {
    await server.sql(
      "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active",
    );
    await server.sql("SELECT pg_drop_replication_slot('apus')");
    return true;
  }, "the drop");
  await server.sql("INSERT INTO items DEFAULT VALUES");
  await until(async () => it.losses.length === 1, "the loss");
  await it.streaming();
  await server.sql("INSERT INTO items DEFAULT VALUES");
  await until(async () => it.engine.of("items").at(-1)?.key === "3", "the last row");
  const [first, second] = short(it.engine.of("items"));
  assert.deepEqual([first, second], ["insert 1", "reset skipped"]);
});

test("another server at the same address is noticed", settings, async (t) => {
  const server = await world(t);
  const engine = new RecordingEngine();
  const first = await follow({ url: server.url, tables }, engine);
  await first.streaming();
  await server.sql("INSERT INTO items SELECT FROM generate_series(1, 10)");
  await first.events("items", 10);
  await first.source.close();
  const other = await world(t); // its positions are smaller than those that were seen
  await engine.setNote(
    "pg:apus",
    String(await engine.note("pg:apus")).replace(/"lsn":\d+/, '"lsn":1e12'),
  );
  const second = await follow({ url: other.url, tables }, engine);
  t.after(() => second.gateway.close());
  await second.streaming();
  assert.deepEqual(second.losses, [{ reason: "server", channels: 1 }]);
  await other.sql("INSERT INTO items DEFAULT VALUES");
  assert.deepEqual(short((await second.events("items", 12)).slice(10)), [
    "reset server",
    "insert 1",
  ]);
});

test("a server that took over, or was restored, is noticed", settings, async (t) => {
  const server = await world(t, { restore_command: "/bin/false" });
  const it = await follow({ url: server.url, tables });
  t.after(() => it.gateway.close());
  await it.streaming();
  await server.sql("INSERT INTO items DEFAULT VALUES");
  await it.events("items", 1);
  await server.shutdown();
  const signal = join(server.folder, "recovery.signal"); // its history begins a new timeline
  await writeFile(signal, "");
  await chmod(signal, 0o666);
  await server.start();
  await until(async () => it.losses.length === 1, "the loss");
  await it.streaming();
  await server.sql("INSERT INTO items DEFAULT VALUES");
  await until(async () => it.engine.of("items").at(-1)?.key === "2", "the last row");
  assert.deepEqual(it.losses, [{ reason: "timeline", channels: 1 }]);
  // What came before a reset may come again after it: the numbers mean nothing any more.
  const [first, second, ...more] = short(it.engine.of("items"));
  assert.deepEqual([first, second, more.at(-1)], ["insert 1", "reset timeline", "insert 2"]);
});

test("channels that only a function named are reset too", settings, async (t) => {
  const server = await world(t);
  const engine = new RecordingEngine();
  const named = {
    items: { key: "id", columns: ["id"], channel: (/** @type {any} */ row) => `item:${row.id}` },
  };
  const first = await follow({ url: server.url, tables: named }, engine);
  await first.streaming();
  await server.sql("INSERT INTO items SELECT FROM generate_series(1, 250)");
  await first.events("item:250", 1);
  await first.source.close();
  await server.sql("INSERT INTO items DEFAULT VALUES");
  await server.sql("SELECT pg_replication_slot_advance('apus', pg_current_wal_lsn())");
  const second = await follow({ url: server.url, tables: named }, engine);
  t.after(() => second.gateway.close());
  await second.streaming();
  assert.deepEqual(second.losses, [{ reason: "skipped", channels: 250 }]);
  for (const id of [1, 100, 101, 250]) await second.events(`item:${id}`, 2);
});
