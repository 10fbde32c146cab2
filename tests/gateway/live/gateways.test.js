// Several gateways, gateways that end, and servers of one's own.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { Gateway } from "../../../js/gateway/gateway.node.js";
import { MemoryEngine } from "../../../js/gateway/memory-engine.node.js";
import { attach, listener, serve } from "../../../js/gateway/serve.node.js";
import { ValkeyEngine } from "../../../js/gateway/valkey-engine.node.js";
import { freePorts } from "../../../tools/ports.js";
import { skip, startNode, timeout } from "../servers.js";
import { Client, open, until } from "./client.js";

const channels = { "**": { write: true } };
const offsets = (/** @type {Client} */ client) => client.events().map(([offset]) => offset);
const publish = (/** @type {Client} */ client, /** @type {number} */ seq) =>
  client.ask("publish", { channel: "c", type: "t", data: seq, publisher: "p", seq });

test("gateways of one engine hear each other's events", { skip, timeout: 60_000 }, async () => {
  const node = await startNode((await freePorts(1))[0]);
  const engines = [
    await ValkeyEngine.open({ timeout, url: node.url }),
    await ValkeyEngine.open({ timeout, url: node.url }),
  ];
  const [one, two] = await Promise.all(engines.map((engine) => open({ channels }, { engine })));
  const [a, b] = [await Client.open(one.url), await Client.open(two.url)];
  await a.subscribe("c");
  await b.subscribe("c");
  for (let seq = 1; seq <= 50; seq++) await publish(seq % 2 ? a : b, Math.ceil(seq / 2));
  // Numbers of one publisher count at both.
  const every = Array.from({ length: 25 }, (_, i) => i);
  for (const client of [a, b]) {
    await until(() => client.events().length === 25, "all events");
    assert.deepEqual(offsets(client), every);
  }
  await one.stop();
  await two.stop();
  await node.kill();
});

test("events whose push was lost are read from the stream", async () => {
  const engine = new MemoryEngine();
  const { streams } = engine;
  const follow = streams.follow.bind(streams);
  let lossy = false;
  streams.follow = (listener, missed) =>
    follow((name, events) => {
      if (!lossy) listener(name, events);
    }, missed);
  const { url, live } = await open({ channels: { c: { history: 5000 } } }, { engine });
  const client = await Client.open(url);
  await client.subscribe("c");
  await live.publish("c", "t", 0);
  lossy = true;
  for (let i = 1; i < 1500; i++) await live.publish("c", "t", i);
  lossy = false;
  await live.publish("c", "t", 1500); // its push shows the gap
  await until(() => client.events().length === 1501, "all events");
  lossy = true;
  await live.publish("c", "t", 1501);
  await until(() => client.events().length === 1502, "the event that nobody told of");
  assert.deepEqual(
    offsets(client),
    Array.from({ length: 1502 }, (_, i) => i),
  );
});

test("a history that was replaced is told by its epoch", { skip, timeout: 60_000 }, async () => {
  const [port] = await freePorts(1);
  const node = await startNode(port);
  const { url, stop } = await open(
    { channels },
    { engine: await ValkeyEngine.open({ timeout, url: node.url }) },
  );
  const client = await Client.open(url);
  await client.subscribe("c");
  await publish(client, 1);
  await publish(client, 2);
  await until(() => client.events().length === 2, "the events");
  const [, , epoch] = client.heard.find(([kind]) => kind === "ev") ?? [];
  await node.crash();
  assert.deepEqual((await publish(client, 3))[0], "UNAVAILABLE");
  await node.restart();
  const at = await until(async () => {
    const answer = await publish(client, 3);
    return !Array.isArray(answer) && answer;
  }, "the engine");
  assert.ok(at.epoch > epoch && at.offset === 0);
  const [, , , prev] = await client.hear("ev", (message) => message[2] === at.epoch);
  assert.equal(prev, -1);
  const { lost, events } = await client.ask("after", { channel: "c", epoch, offset: 1 });
  assert.deepEqual([lost, events.length], ["replaced", 1]);
  await stop();
  await node.kill();
});

test("a gateway that ends tells its clients, and takes no new ones", async () => {
  const { url, live, stop } = await open({ channels });
  const [goes, stays] = [await Client.open(url), await Client.open(url)];
  await goes.hear("welcome");
  await stays.hear("welcome");
  const late = await Client.open(url, { hello: false });
  const stopped = stop(400);
  const [, ms] = await goes.hear("drain");
  assert.ok(ms > 0 && ms <= 400, `${ms}`);
  goes.socket.close(1000);
  late.say(["hello", 1, null, {}]);
  assert.equal((await late.end()).code, 1012);
  await stays.hear("drain");
  assert.equal(live.draining, true);
  assert.deepEqual(await stays.end(), { code: 1012, reason: "the gateway ends" });
  await stopped;
  await assert.rejects(Client.open(url));
});

test("a gateway whose clients have gone ends early", async () => {
  const { url, stop } = await open({ channels });
  const client = await Client.open(url);
  const stopped = stop(60_000);
  await client.hear("drain");
  client.socket.close(1000);
  await stopped;
});

test("a server of one's own takes the WebSockets, and leaves others alone", async () => {
  const gateway = await Gateway.open({ base: "/x/", live: { channels } });
  const server = createServer(listener(gateway));
  let others = 0;
  server.on("upgrade", (message, socket) => {
    if (message.url === "/other") {
      others++;
      socket.end("HTTP/1.1 418 Teapot\r\n\r\n");
    }
  });
  const detach = await attach(server, gateway);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const { WebSocket } = await import("ws");
  const socket = new WebSocket(`ws://127.0.0.1:${port}/x/live?a=b`);
  const client = new Client(socket);
  await new Promise((resolve) => socket.once("open", resolve));
  client.say(["hello", 1, null, {}]);
  await client.hear("welcome");
  const other = new WebSocket(`ws://127.0.0.1:${port}/other`);
  assert.match(String(await new Promise((resolve) => other.once("error", resolve))), /418/);
  assert.equal(others, 1);
  detach();
  await gateway.close();
  assert.equal((await client.end()).code, 1012);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test("a gateway without live has neither its addresses nor its WebSockets", async () => {
  const gateway = await Gateway.open();
  const server = await serve(gateway);
  assert.equal((await fetch(`${server.url}/apus/live?session=aaaaaaaaaaaaaaaaaaaa`)).status, 404);
  assert.equal((await fetch(`${server.url}/apus/channel/c/1/0`)).status, 404);
  await assert.rejects(attach(createServer(), gateway), { message: /no live/ });
  await server.stop();
});

test("bad options of live are refused before anything starts", async () => {
  for (const [live, message] of /** @type {[any, RegExp][]} */ ([
    [1, /live: options must be an object/],
    [{ chanels: {} }, /live: unknown option "chanels"/],
    [{ channels: { a: { mode: "fast" } } }, /live: channels: a: mode must be one of/],
    [{ channels: { a: { history: 0 } } }, /live: channels: a: history must be between/],
    [{ channels: { a: { filters: "x" } } }, /live: channels: a: filters must be a list/],
    [{ channels: { "[": {} } }, /glob|\[/],
    [{ limits: { message: "1" } }, /live: limits: message must be a number/],
    [{ limits: { depth: 1 } }, /live: limits: unknown option/],
    [{ authenticate: 1 }, /live: authenticate must be a function/],
    [{ heartbeat: 0 }, /live: heartbeat must be between/],
    [{ origins: [""] }, /live: origins must be a list/],
  ])) {
    await assert.rejects(Gateway.open({ live }), message);
  }
  const engine = new MemoryEngine();
  const without = /** @type {any} */ ({ read: engine.read, heads: () => engine.heads() });
  await assert.rejects(Gateway.open({ live: {}, engine: without }), /engine with streams/);
});
