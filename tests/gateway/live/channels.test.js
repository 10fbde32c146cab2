// Subscribing, publishing, and reading on, over WebSockets.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketOf } from "../../../js/sync/bucket.js";
import { Client, open, until } from "./client.js";

const channels = { "**": { write: true, filters: ["tenant", "price"] } };
const publisher = "p";

test("what one client publishes, the others hear in order", async () => {
  const { url, live } = await open({ channels });
  const [a, b] = [await Client.open(url), await Client.open(url)];
  const [, welcome] = await a.hear("welcome");
  assert.equal(welcome.gateway, live.id);
  assert.equal(welcome.heartbeat, 4000);
  assert.match(welcome.session, /^[\w-]{22}$/);
  assert.deepEqual(await b.subscribe("news"), { epoch: 0, head: -1 });
  const before = Date.now();
  const positions = [];
  for (let seq = 1; seq <= 3; seq++) {
    const args = { channel: "news", type: "t", data: { seq }, publisher, seq };
    positions.push(await a.ask("publish", seq === 2 ? { ...args, key: "k" } : args));
  }
  await until(() => b.events().length === 3, "the events");
  assert.deepEqual(
    b.events().map(([offset, , type, data, key]) => [offset, type, data, key]),
    [
      [0, "t", { seq: 1 }, 0],
      [1, "t", { seq: 2 }, "k"],
      [2, "t", { seq: 3 }, 0],
    ],
  );
  // Of a channel that was empty, the first event is no loss.
  const read = await b.ask("after", { channel: "news", epoch: 0, offset: -1 });
  assert.deepEqual([read.lost, read.last, read.epoch], [false, 2, positions[0].epoch]);
  const [, , epoch, prev, last] = b.heard.find(([kind]) => kind === "ev") ?? [];
  assert.deepEqual([epoch, prev, positions[2]], [positions[0].epoch, -1, { epoch, offset: 2 }]);
  assert.ok(last >= 0 && b.events()[0][1] >= before);
  assert.equal(a.events().length, 0);
});

test("a repeated publish changes nothing and gets the same answer", async () => {
  const { url } = await open({ channels });
  const a = await Client.open(url);
  const args = { channel: "c", type: "t", publisher, seq: 1 };
  const first = await a.ask("publish", args);
  assert.deepEqual(await a.ask("publish", args), first);
  const b = await Client.open(url);
  assert.deepEqual(await b.ask("publish", args), first);
  assert.equal((await b.ask("tail", { channel: "c", limit: 10 })).events.length, 1);
});

test("binary data arrives as it was", async () => {
  const { url } = await open({ channels });
  const a = await Client.open(url);
  await a.subscribe("c");
  const data = Uint8Array.from({ length: 256 }, (_, i) => i);
  await a.ask("publish", { channel: "c", type: "bin", data, key: "k", publisher, seq: 1 });
  await a.ask("publish", { channel: "c", type: "text", data: "x", publisher, seq: 2 });
  await until(() => a.events().length === 2, "the events");
  assert.deepEqual([...a.events()[0][3]], [...data]);
  const { events } = await a.ask("after", { channel: "c", epoch: 0, offset: -1, limit: 10 });
  assert.deepEqual([[...events[0][3]], events[1][3]], [[...data], "x"]);
});

test("one frame subscribes and reads on from a position", async () => {
  const { url, live } = await open({ channels });
  for (let i = 0; i < 5; i++) await live.publish("c", "t", i);
  const { epoch } = await live.streams.head("c");
  const a = await Client.open(url, { hello: false });
  a.say(
    ["hello", 1, null, {}],
    ["sub", "c", "c", null],
    ["ask", 7, "after", { channel: "c", epoch, offset: 1, limit: 2 }],
  );
  const [, , result] = await a.hear("ok");
  assert.deepEqual(
    { ...result, events: result.events.map(([offset]) => offset) },
    { epoch, events: [2, 3], last: 3, more: true, lost: false, head: 4 },
  );
  assert.deepEqual((await a.hear("sub"))[2], { epoch, head: 4 });
});

test("filters run at the gateway, and positions go on over what they leave out", async () => {
  const { url, live } = await open({ channels });
  const a = await Client.open(url);
  const equal = 'c\n{"tenant":7}';
  const range = 'c\n{"price":{"gte":1,"lt":5},"tenant":7}';
  await a.subscribe("c", { tenant: 7 }, equal);
  await a.subscribe("c", { tenant: 7, price: { lt: 5, gte: 1 } }, range);
  const all = [
    { tenant: 7, price: 1 },
    { tenant: 8, price: 1 },
    { tenant: 7, price: 5 },
    { tenant: "7", price: 2 },
    { price: 2 },
    null,
    { tenant: 7, price: "2" },
    { tenant: 7, price: 4.5 },
  ];
  for (const data of all) await live.publish("c", "t", data);
  const offsets = (/** @type {string} */ sub) => a.events(sub).map(([offset]) => offset);
  await until(() => offsets(range).at(-1) === 7, "the last event");
  assert.deepEqual(
    [offsets(equal), offsets(range)],
    [
      [0, 2, 6, 7],
      [0, 7],
    ],
  );
  const covered = a.heard.filter(([kind, sub]) => kind === "ev" && sub === range);
  let at = -1;
  for (const [, , , prev, last] of covered) {
    assert.equal(prev, at);
    at = last;
  }
  const where = { price: { gt: 1, lte: 5 } };
  const after = await a.ask("after", { channel: "c", where, epoch: 0, offset: -1, limit: 100 });
  assert.deepEqual([after.events.map(([offset]) => offset), after.last], [[2, 3, 4, 7], 7]);
  const tail = await a.ask("tail", { channel: "c", where, limit: 2 });
  assert.deepEqual(
    tail.events.map(([offset]) => offset),
    [4, 7],
  );
});

test("of a channel that is latest, the newest of each key is sent", async () => {
  const { url, live } = await open({ channels: { c: { mode: "latest" } } });
  const a = await Client.open(url);
  await a.subscribe("c");
  const events = Array.from({ length: 30 }, (_, i) => ({ type: "t", data: i, key: `${i % 3}` }));
  await live.streams.append("c", [...events, { type: "t", data: "no key" }], { keep: 100 });
  await until(() => a.events().length > 0, "the events");
  assert.deepEqual(
    a.events().map(([, , , data]) => data),
    [27, 28, 29, "no key"],
  );
});

test("after unsub nothing comes, and the gateway follows the channel no more", async () => {
  const { url, live } = await open({ channels });
  const [a, b] = [await Client.open(url), await Client.open(url)];
  await a.subscribe("c");
  await b.subscribe("c");
  a.say(["unsub", "c"]);
  await a.ask("tail", { channel: "c" });
  await live.publish("c", "t", 1);
  await until(() => b.events().length === 1, "the event");
  assert.equal(a.events().length, 0);
  b.socket.close(1000);
  await until(() => live.hub.size === 0, "the end of the channel");
});

test("a log of the gateway's values is a stream of its own", async () => {
  const { url, gateway } = await open({ channels });
  const log = bucketOf("k");
  const set = (/** @type {string} */ text) =>
    gateway.values.set("k", { body: Buffer.from(text), type: "text/plain" });
  await set("1");
  const a = await Client.open(url);
  const name = `#log:${log}`;
  const { head } = await a.subscribe(name);
  assert.ok(head <= 0);
  const version = await set("2");
  await until(() => a.events(name).some(([offset]) => offset === 1), "the event");
  const [, , type, [kind, key, cursor]] = a.events(name).at(-1) ?? [];
  assert.deepEqual([type, kind, key], ["set", "set", "k"]);
  assert.ok(cursor.startsWith(`${version?.epoch}:1:`));
  const read = await a.ask("after", { channel: name, epoch: version?.epoch, offset: 0 });
  assert.deepEqual([read.events.length, read.last, read.lost], [1, 1, false]);
  const all = await a.ask("after", { channel: name, epoch: 0, offset: -1 });
  assert.deepEqual([all.events.length, all.lost, all.more], [2, false, false]);
  const none = await a.ask("after", { channel: `#log:${(log + 1) % 64}`, epoch: 0, offset: -1 });
  assert.deepEqual([none.events, none.lost, none.epoch], [[], false, 0]);
});
