// Who is here.
import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryEngine } from "../../../js/gateway/memory-engine.node.js";
import { Client, open, until } from "./client.js";

const channels = { "**": { presence: true } };
const authenticate = (/** @type {string | null} */ token) => ({ id: String(token) });

test("members come, change and go, and all who listen hear of it", async () => {
  const { url } = await open({ channels, authenticate });
  const [ann, bob] = [
    await Client.open(url, { token: "ann" }),
    await Client.open(url, { token: "bob" }),
  ];
  const member = (await ann.hear("welcome"))[1].member;
  await bob.subscribe("#presence:room");
  await ann.ask("enter", { channel: "room", state: { busy: false } });
  await ann.ask("enter", { channel: "room", state: { busy: true } });
  await ann.ask("enter", { channel: "room", state: { busy: true } });
  const { members, epoch, offset } = await bob.ask("presence", { channel: "room" });
  assert.deepEqual([members, offset], [[[member, { busy: true }]], 1]);
  assert.ok(epoch > 0);
  await ann.ask("leave", { channel: "room" });
  await ann.ask("leave", { channel: "room" });
  await until(() => bob.events().length === 3, "the events");
  assert.deepEqual(
    bob.events().map(([, , type, data, key]) => [type, data, key]),
    [
      ["enter", { busy: false }, member],
      ["update", { busy: true }, member],
      ["leave", null, member],
    ],
  );
});

test("who says goodbye leaves at once, who is lost after the lease", async () => {
  const { url } = await open({ channels, authenticate, lease: 300 });
  const [a, b, watch] = [
    await Client.open(url, { token: "a" }),
    await Client.open(url, { token: "b" }),
    await Client.open(url, { token: "w" }),
  ];
  await watch.subscribe("#presence:room");
  for (const client of [a, b]) await client.ask("enter", { channel: "room", state: 1 });
  const left = Date.now();
  a.socket.close(1000);
  b.socket.terminate();
  await until(() => watch.events().length === 4, "the members' leaving");
  assert.ok(Date.now() - left >= 290);
  assert.deepEqual(
    watch.events().map(([, , type, , key]) => [type, key[0]]),
    [
      ["enter", "a"],
      ["enter", "b"],
      ["leave", "a"],
      ["leave", "b"],
    ],
  );
});

test("a member that comes back in time has never left, at another gateway too", async () => {
  const engine = new MemoryEngine();
  const settings = { channels, authenticate, lease: 1500 };
  const [one, two] = [await open(settings, { engine }), await open(settings, { engine })];
  const watch = await Client.open(two.url, { token: "w" });
  await watch.subscribe("#presence:room");
  const first = await Client.open(one.url, { token: "ann" });
  const [, { session, member }] = await first.hear("welcome");
  await first.ask("enter", { channel: "room", state: 1 });
  first.socket.terminate();
  const second = await Client.open(one.url, { token: "ann", session });
  assert.equal((await second.hear("welcome"))[1].member, member);
  second.socket.terminate();
  const third = await Client.open(two.url, { token: "ann", session });
  await third.ask("enter", { channel: "room", state: 1 });
  await new Promise((resolve) => setTimeout(resolve, 4000)); // leases are renewed meanwhile
  const { members } = await watch.ask("presence", { channel: "room" });
  assert.deepEqual(members, [[member, 1]]);
  assert.deepEqual(
    watch.events().map(([, , type]) => type),
    ["enter"],
  );
});

test("members of a gateway that is gone leave when their leases end", async () => {
  const engine = new MemoryEngine();
  const settings = { channels, authenticate, lease: 200 };
  const { url, live } = await open(settings, { engine });
  const watch = await Client.open(url, { token: "w" });
  await watch.subscribe("#presence:room");
  await live.streams.enter("room", "ghost", null, { owner: "gone", lease: 200 });
  await until(() => watch.events().length === 2, "the ghost's leaving");
  assert.deepEqual(watch.events()[1].slice(2), ["leave", null, "ghost"]);
});

test("another user cannot take a member over", async () => {
  const { url } = await open({ channels, authenticate });
  const ann = await Client.open(url, { token: "ann" });
  const [, { session }] = await ann.hear("welcome");
  const eve = await Client.open(url, { token: "eve", session });
  const [, welcome] = await eve.hear("welcome");
  assert.notEqual(welcome.session, session);
  assert.match(welcome.member, /^eve\//);
  await ann.ask("presence", { channel: "c" });
});
