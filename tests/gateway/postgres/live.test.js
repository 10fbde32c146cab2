// From a row in PostgreSQL to a client of another gateway than the one that follows the slot.
import assert from "node:assert/strict";
import { test } from "node:test";
import { postgres } from "../../../js/gateway/postgres/postgres.node.js";
import { ValkeyEngine } from "../../../js/gateway/valkey-engine.node.js";
import { freePorts } from "../../../tools/ports.js";
import { Client, open } from "../live/client.js";
import { startNode, timeout, until } from "../servers.js";
import { skip, startPostgres } from "./server.js";

test("a changed row reaches clients of every gateway", { skip, timeout: 60_000 }, async (t) => {
  const server = await startPostgres();
  t.after(() => server.stop());
  const node = await startNode((await freePorts(1))[0]);
  t.after(() => node.kill());
  await server.sql("CREATE TABLE goods (id int PRIMARY KEY, name text, secret text)");
  const gateway = async () => {
    const source = await postgres({
      ...{ url: server.url, slot: "apus", publication: "apus", create: true },
      tables: { goods: { key: "id", columns: ["name"], channel: "goods" } },
    });
    const engine = await ValkeyEngine.open({ timeout, url: node.url });
    const opened = await open({ channels: { goods: {} } }, { engine, sources: [source] });
    t.after(() => opened.stop().catch(() => {}));
    return { ...opened, source };
  };
  const all = [await gateway(), await gateway()];
  const has = (/** @type {string} */ state) =>
    all.find(({ source }) => source.status.state === state);
  await until(
    async () => has("streaming") && has("waiting"),
    "one that follows and one that waits",
  );
  const { url } = /** @type {(typeof all)[0]} */ (has("waiting"));
  const client = await Client.open(url);
  await client.subscribe("goods");
  await server.sql("INSERT INTO goods VALUES (1, 'a', 'hidden')");
  await server.sql("UPDATE goods SET name = 'b'");
  const events = () => client.events("goods");
  await until(async () => events().length === 2, "the events");
  assert.deepEqual(
    events().map(([offset, , type, data, key]) => [offset, type, data, key]),
    [
      [0, "insert", { name: "a" }, "1"],
      [1, "update", { name: "b" }, "1"],
    ],
  );
  assert.doesNotMatch(JSON.stringify(client.heard), /hidden/);
});
