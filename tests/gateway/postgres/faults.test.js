// One gateway at a time, dead connections, an engine that fails, and transactions larger than memory.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ValkeyEngine } from "../../../js/gateway/valkey-engine.node.js";
import { freePorts } from "../../../tools/ports.js";
import { startProxy } from "../proxy.js";
import { startNode, until } from "../servers.js";
import { skip, startPostgres } from "./server.js";
import { follow, RecordingEngine } from "./world.js";

const settings = { skip, timeout: 90_000 };
const tables = { items: { key: "id", columns: ["id"], channel: "items" } };

/** A server with a table. @param {import("node:test").TestContext} t */
async function world(t) {
  const server = await startPostgres();
  t.after(() => server.stop());
  await server.sql("CREATE TABLE items (id serial PRIMARY KEY, note text)");
  return server;
}

test("of several gateways one follows; another goes on where it ends", settings, async (t) => {
  const server = await world(t);
  const engine = new RecordingEngine();
  const first = await follow({ url: server.url, tables }, engine);
  await first.streaming();
  const second = await follow({ url: server.url, tables }, engine);
  await until(async () => second.source.status.state === "waiting", "the second to wait");
  await server.sql("INSERT INTO items SELECT FROM generate_series(1, 10)");
  await first.events("items", 10);
  await first.source.close();
  await server.sql("INSERT INTO items SELECT FROM generate_series(1, 10)");
  await second.events("items", 20);
  assert.equal(second.source.status.state, "streaming");
  assert.deepEqual([second.errors, second.losses, engine.repeated], [[], [], 0]);
  await second.gateway.close();
  assert.equal(second.source.status.state, "closed");
});

test("a server that restarts in an orderly way is followed again", settings, async (t) => {
  const server = await world(t);
  const it = await follow({ url: server.url, tables });
  t.after(() => it.gateway.close());
  await it.streaming();
  for (let i = 1; i <= 3; i++) {
    await server.sql("INSERT INTO items DEFAULT VALUES");
    await server.shutdown(); // waits until the follower has everything
    await server.start();
    await it.streaming();
    assert.equal((await it.events("items", i)).at(-1)?.key, String(i));
  }
  assert.deepEqual(it.losses, []);
});

test(
  "a server that says nothing is given up, and another connection follows",
  settings,
  async (t) => {
    const server = await world(t);
    const it = await follow({ url: server.url, tables, timeout: 1000 });
    t.after(() => it.gateway.close());
    await it.streaming();
    const [{ pid }] = await server.sql("SELECT pid FROM pg_stat_replication");
    process.kill(pid, "SIGSTOP");
    await server.sql("INSERT INTO items DEFAULT VALUES");
    await until(async () => it.source.status.state === "waiting", "another try");
    assert.equal(it.errors[0].code, "TIMED_OUT");
    process.kill(pid, "SIGCONT"); // it sees that no client is there, and the slot is free
    assert.equal((await it.events("items", 1))[0].key, "1");
    assert.equal(it.errors.length, 1);
  },
);

test("a network that swallows everything does not stop it", settings, async (t) => {
  const server = await world(t);
  const proxy = await startProxy(server.url);
  t.after(() => proxy.stop());
  const url = `postgres://apus@127.0.0.1:${new URL(proxy.url).port}/postgres`;
  const it = await follow({ url, tables, timeout: 1000 });
  t.after(() => it.gateway.close());
  await it.streaming();
  proxy.fault = "stall";
  await server.sql("INSERT INTO items DEFAULT VALUES");
  await until(async () => it.errors.length > 1, "two failures");
  for (const { code } of it.errors) assert.match(code, /^(TIMED_OUT|UNREACHABLE)$/);
  proxy.fault = "none";
  proxy.cut();
  assert.equal((await it.events("items", 1))[0].key, "1");
});

test("while the engine fails nothing is lost", settings, async (t) => {
  const server = await world(t);
  const node = await startNode((await freePorts(1))[0]);
  t.after(() => node.kill());
  const engine = await ValkeyEngine.open({ url: node.url, timeout: 300 });
  const it = await follow({ url: server.url, tables }, /** @type {any} */ (engine));
  t.after(() => it.gateway.close());
  await it.streaming();
  for (let i = 0; i < 3; i++) {
    await server.sql("INSERT INTO items SELECT FROM generate_series(1, 1500)");
    node.pause();
    await server.sql("INSERT INTO items SELECT FROM generate_series(1, 100)");
    await until(async () => it.errors.length > i, "a failure");
    node.resume();
  }
  await until(async () => (await engine.streams.head("items")).offset === 4799, "all events");
  const list = await engine.streams.tail("items", 5000);
  assert.deepEqual(
    list.map(({ key }) => Number(key)),
    Array.from({ length: 4800 }, (_, i) => i + 1),
  );
});

test("callbacks that throw change nothing", settings, async (t) => {
  const server = await world(t);
  const thrower = () => {
    throw new Error("a callback's own failure");
  };
  const it = await follow({ url: server.url, tables, onError: thrower, onLost: thrower });
  t.after(() => it.gateway.close());
  await it.streaming();
  await server.crash();
  await server.start();
  await server.sql("INSERT INTO items DEFAULT VALUES");
  await it.events("items", 1);
});

test("a transaction may be larger than memory", { ...settings, timeout: 180_000 }, async (t) => {
  const server = await world(t);
  const program = fileURLToPath(new URL("./counter.js", import.meta.url));
  const child = spawn(process.execPath, ["--max-old-space-size=40", program, server.url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill());
  const rows = 120_000; // with 1 kB each
  let text = "";
  child.stdout.on("data", (bytes) => {
    text += bytes;
  });
  await until(async () => text.includes("streaming"), "the stream");
  await server.sql(`INSERT INTO items (note) SELECT repeat(i::text, 1000 / length(i::text))
    FROM generate_series(1, ${rows}) i`);
  const ended = once(child, "exit");
  const all = async () => text.includes(`${rows} `) || child.exitCode !== null;
  await until(all, "all rows", 120_000);
  assert.match(text, new RegExp(`${rows} in parts of 1000 at most`));
  child.kill();
  await ended;
});
