// What one client cannot do to the gateway and to the others.
import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocket } from "ws";
import { encode } from "../../../js/sync/live/frames.js";
import { Client, open, until } from "./client.js";

const channels = { "**": { write: true, presence: true, filters: ["a"] } };

test("a slow client is cut off, reads on later, and costs the others nothing", async () => {
  const { url, live } = await open({ channels, limits: { queue: 100_000 } });
  const [slow, quick] = [await Client.open(url), await Client.open(url)];
  await slow.subscribe("c");
  await quick.subscribe("c");
  slow.socket.pause();
  const data = "x".repeat(50_000);
  let sent = 0;
  while (live.stats.cut === 0) {
    await live.publish("c", "t", data);
    sent++;
    await until(() => quick.events().length === sent, "the event at the quick client");
  }
  slow.socket.resume();
  assert.deepEqual(await slow.end(), { code: 4408, reason: "slow" });
  assert.deepEqual(slow.heard.at(-1), ["cut", "slow"]);
  const last = slow.heard.findLast(([kind]) => kind === "ev")?.[4] ?? -1;
  assert.ok(last < sent - 1);
  const again = await Client.open(url);
  const { epoch } = await again.subscribe("c");
  // No answer is larger than what the client could be sent without being cut off again.
  let offset = last;
  for (let more = true; more; ) {
    const read = await again.ask("after", { channel: "c", epoch, offset, limit: 1000 });
    assert.equal(read.lost, false);
    assert.equal(read.events.length, 1);
    assert.equal(read.events[0][0], offset + 1);
    assert.equal(read.last, offset + 1);
    ({ last: offset, more } = read);
  }
  assert.equal(offset, sent - 1);
  const { events } = await again.ask("tail", { channel: "c", limit: 1000 });
  assert.equal(events.length, 1);
  assert.equal(events[0][0], sent - 1);
});

test("requests beyond the rate are refused with the time to wait, and a flood ends", async () => {
  const { url } = await open({ channels, limits: { rate: 20 } });
  const client = await Client.open(url);
  await client.hear("welcome");
  const ask = (/** @type {number} */ id) => ["ask", id, "tail", { channel: "c" }];
  client.say(...Array.from({ length: 50 }, (_, id) => ask(1000 + id)));
  const [, id, code, , wait] = await client.hear("no");
  assert.ok(id >= 1036 && id <= 1040, `${id}`);
  assert.equal(code, "RATE_LIMITED");
  assert.ok(wait > 0 && wait <= 1000, `${wait}`);
  await new Promise((resolve) => setTimeout(resolve, 700));
  assert.equal((await client.ask("tail", { channel: "c" })).last, -1);
  client.say(...Array.from({ length: 100 }, (_, id) => ask(2000 + id)));
  assert.deepEqual(await client.end(), { code: 4400, reason: "too many messages" });
});

test("a publication that was refused before a lost connection is applied when it comes again", async () => {
  const { url } = await open({ channels, limits: { rate: 20 } });
  const client = await Client.open(url);
  await client.hear("welcome");
  const publish = (/** @type {number} */ seq) => {
    const args = { channel: "c", type: "t", data: seq, publisher: "p", seq };
    return ["ask", seq, "publish", args];
  };
  client.say(...Array.from({ length: 50 }, (_, i) => publish(i + 1)));
  await client.hear("no", ([, seq]) => seq === 50);
  await new Promise((resolve) => setTimeout(resolve, 700));
  client.say(publish(51));
  await client.hear("ok", ([, seq]) => seq === 51);
  client.socket.terminate(); // what it was told may have been lost
  const again = await Client.open(url);
  const refused = client.heard.filter(([kind]) => kind === "no").map(([, seq]) => seq);
  again.say(...refused.map(publish), publish(51));
  await again.hear("ok", ([, seq]) => seq === 51);
  const { events } = await again.ask("tail", { channel: "c", limit: 1000 });
  const numbers = events.map((/** @type {any[]} */ [, , , data]) => data);
  assert.deepEqual(
    numbers.sort((/** @type {number} */ a, /** @type {number} */ b) => a - b),
    Array.from({ length: 51 }, (_, i) => i + 1),
  );
});

test("frames beyond the limit end the connection", async () => {
  const { url } = await open({ channels, limits: { message: 1000 } });
  const client = await Client.open(url);
  assert.equal((await client.hear("welcome"))[1].message, 1000);
  client.say(["ask", 1, "publish", { channel: "c", data: "x".repeat(1000) }]);
  assert.equal((await client.end()).code, 1009);
});

test("a client has so many subscriptions", async () => {
  const { url } = await open({ channels, limits: { subscriptions: 2 } });
  const client = await Client.open(url);
  await client.subscribe("a");
  await client.subscribe("b");
  client.say(["sub", "a", "a", null], ["sub", "c", "c", null]);
  assert.equal((await client.hear("no-sub", ([, sub]) => sub === "a"))[2], "SUBSCRIBED");
  assert.equal((await client.hear("no-sub", ([, sub]) => sub === "c"))[2], "TOO_MANY");
  client.say(["unsub", "a"], ["unsub", "never"]);
  await client.subscribe("c");
});

test("bad arguments are refused by name, one by one", async () => {
  const { url } = await open({ channels });
  const client = await Client.open(url);
  const publish = { channel: "c", type: "t", publisher: "p", seq: 1 };
  const after = { channel: "c", epoch: 0, offset: -1 };
  for (const [kind, args, code, message] of /** @type {any[]} */ ([
    ["nothing", {}, "UNKNOWN", /kind/],
    ["constructor", {}, "UNKNOWN", /kind/],
    [{}, {}, "UNKNOWN", /kind/],
    ["publish", null, "BAD_REQUEST", /arguments/],
    ["publish", { ...publish, channel: "" }, "BAD_REQUEST", /channel/],
    ["publish", { ...publish, channel: "a\nb" }, "BAD_REQUEST", /control/],
    ["publish", { ...publish, channel: "x".repeat(257) }, "BAD_REQUEST", /256/],
    ["publish", { ...publish, channel: "#presence:c" }, "BAD_REQUEST", /"#"/],
    ["publish", { ...publish, type: "x".repeat(65) }, "BAD_REQUEST", /type/],
    ["publish", { ...publish, type: 1 }, "BAD_REQUEST", /type/],
    ["publish", { ...publish, key: "" }, "BAD_REQUEST", /key/],
    ["publish", { ...publish, publisher: undefined }, "BAD_REQUEST", /publisher/],
    ["publish", { ...publish, seq: 1.5 }, "BAD_REQUEST", /seq/],
    ["publish", { ...publish, seq: -1 }, "BAD_REQUEST", /seq/],
    ["after", { ...after, epoch: "1" }, "BAD_REQUEST", /epoch/],
    ["after", { ...after, epoch: 1, offset: -2 }, "BAD_REQUEST", /offset/],
    ["after", { ...after, limit: 1001 }, "BAD_REQUEST", /limit/],
    ["after", { ...after, limit: 0 }, "BAD_REQUEST", /limit/],
    ["after", { ...after, where: { b: 1 } }, "BAD_REQUEST", /no filter "b"/],
    ["after", { ...after, where: [] }, "BAD_REQUEST", /where/],
    ["after", { ...after, where: { a: {} } }, "BAD_REQUEST", /where: a/],
    ["after", { ...after, where: { a: { gt: 1, lt: "2" } } }, "BAD_REQUEST", /where: a/],
    ["after", { ...after, where: { a: { gt: null } } }, "BAD_REQUEST", /where: a/],
    ["after", { ...after, where: { a: { near: 1 } } }, "BAD_REQUEST", /where: a/],
    ["after", { ...after, where: { a: "x".repeat(2000) } }, "BAD_REQUEST", /1024/],
    ["after", { ...after, channel: "#other" }, "BAD_REQUEST", /no such stream/],
    ["after", { ...after, channel: "#log:99" }, "BAD_REQUEST", /no such log/],
    ["enter", { channel: "c", state: "x".repeat(5000) }, "TOO_LARGE", /state/],
  ])) {
    const [is, text] = await client.ask(kind, args);
    assert.deepEqual([is, message.test(text)], [code, true], `${kind} ${JSON.stringify(args)}`);
  }
  for (const [sub, channel, where] of /** @type {any[]} */ ([
    ["other", "c", null],
    ["c", "c", { a: 1 }],
    ['c\n{"a": 1}', "c", { a: 1 }],
    ["#log:x", "#log:x", null],
  ])) {
    client.say(["sub", sub, channel, where]);
    assert.equal((await client.hear("no-sub", ([, its]) => its === sub))[2], "BAD_REQUEST");
    client.heard = [];
  }
  assert.equal(client.closed, undefined);
});

test("what is no message ends the connection with a reason", async () => {
  const { url } = await open({ channels });
  const hello = '["hello",1,null,{}]';
  const binary = Buffer.from([255, 255, 255, 255, 1]);
  for (const frame of [
    ...["", "x", "{}", "null", "[1]", "[[]]", "[[1]]", "[{}]", `[${hello},["what"]]`],
    ...[`[${hello},${hello}]`, `[${hello},["ask","1","tail",{}]]`, '[["sub","c","c",null]]'],
    ...[`[${hello},["sub",1,"c"]]`, '["hello",1,null]', binary, Buffer.alloc(0)],
    ...[Buffer.from(encode([["ask", 1, "publish", { data: new Uint8Array(9) }]])).subarray(0, 50)],
  ]) {
    const client = await Client.open(url, { hello: false });
    client.socket.send(frame);
    const { code, reason } = await client.end();
    assert.deepEqual([code, reason.length > 5], [4400, true], `${frame}`);
  }
  const client = await Client.open(url, { hello: false });
  client.say(["hello", 1, { no: "text" }, {}]);
  assert.equal((await client.end()).code, 4401);
});

test("upgrades of other paths are refused", async () => {
  const { url } = await open({ channels });
  const socket = new WebSocket(`${url.replace("http", "ws")}/other`);
  const error = await new Promise((resolve) => socket.once("error", resolve));
  assert.match(String(error), /404/);
});

test("metrics tell of clients, events and queues", async () => {
  const { url, live } = await open({ channels }, { authorize: () => true });
  const client = await Client.open(url);
  await client.subscribe("c");
  await live.publish("c", "t", 1);
  await until(() => client.events().length === 1, "the event");
  const text = await (await fetch(`${url}/apus/metrics`)).text();
  for (const line of [
    ...["# TYPE apus_live_connections gauge", "apus_live_connections 1", "apus_live_channels 1"],
    ...["apus_live_subscriptions 1", "apus_live_accepted_total 1", "apus_live_cut_total 0"],
    ...["apus_live_events_in_total 1", "apus_live_events_out_total 1"],
    ...["apus_live_published_total 1", "apus_live_queue_bytes 0"],
  ]) {
    assert.ok(text.split("\n").includes(line), line);
  }
  assert.ok(text.endsWith("# EOF\n"));
});
