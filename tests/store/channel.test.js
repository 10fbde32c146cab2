import assert from "node:assert/strict";
import { test } from "node:test";
import { Channel } from "../../js/store/channel.js";
import { FakeChannel, openFeed, withFakeChannels } from "./channel-world.js";

/** @param {number} node */
function openChannel(node) {
  /** @type {[any, boolean][]} */
  const received = [];
  const channel = withFakeChannels(
    () => new Channel("tabs", node, (...args) => received.push(args)),
  );
  const fake = /** @type {FakeChannel} */ (FakeChannel.open.at(-1));
  return { channel, fake, received, hear: (data) => fake.onmessage?.({ data }) };
}

const malformed = [
  ...[null, undefined, 5, "text", [], {}],
  { from: 1 },
  { from: 1, serial: "1" },
  { from: 1, serial: 0.5 },
  { from: -1, serial: 1 },
  { from: 65536, serial: 1 },
  { from: {}, serial: 1 },
  { from: 1n, serial: 1 },
  { from: 2 ** 32, serial: 1 },
  { from: 2, serial: 1, added: 5 },
  { from: 2, serial: 1, added: [5] },
  { from: 2, serial: 1, added: [[5]] },
  { from: 2, serial: 1, added: [["id", "head"]] },
  { from: 2, serial: 1, added: [["id", new Uint8Array(1), 5]] },
  { from: 2, serial: 1, added: [["id", new Uint8Array(1), [5]]] },
  { from: 2, serial: 1, added: new Array(4e9) },
  { from: 2, serial: 1, added: [], keys: 5 },
  { from: 2, serial: 1, added: [], keys: [5] },
  { from: 2, serial: 1, removed: [{}] },
  { from: 2, serial: 1, added: [], tags: [null] },
];

test("messages in a form that no tab sends are ignored", async () => {
  const { channel, received, hear } = openChannel(1);
  for (const message of malformed) hear(message);
  assert.deepEqual(received, []);
  assert.equal(channel.peers, false);
  hear({ from: 2, serial: 1, added: [], keys: ["k"] });
  assert.equal(received.length, 1);
  assert.equal(channel.peers, true);
  channel.close();
});

test("an unreadable head in a message causes a read of the disk, and nothing fails", async () => {
  const world = await openFeed();
  const hear = (data) => world.channel.onmessage?.({ data });
  hear({ from: 2, serial: 1, added: [["id", new Uint8Array(100)]], keys: ["k"] });
  hear({ from: 2, serial: 2, removed: ["no such id"] });
  while (world.looks() === 0 || world.changed.length === 0)
    await new Promise((done) => setTimeout(done));
  assert.deepEqual(world.changed, [{ keys: ["k"], tags: [], cleared: false }]);
  world.close();
});

test("a message that cannot be deserialized counts as missed", () => {
  const { channel, fake, received } = openChannel(1);
  fake.onmessageerror();
  assert.deepEqual(received, [[{}, true]]);
  channel.close();
});

test("a tab that says goodbye is no longer a peer", () => {
  const { channel, fake, hear } = openChannel(1);
  const other = openChannel(2);
  for (const message of other.fake.sent) hear(message);
  assert.equal(channel.peers, true);
  other.channel.close();
  hear(other.fake.sent.at(-1));
  assert.equal(channel.peers, false);
  channel.close();
  assert.equal(fake.sent.at(-1).bye, true);
});

test("roll calls drop a tab that ended without a message, and keep one that answers", (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1e12 });
  const { channel, fake, hear } = openChannel(1);
  hear({ from: 2, serial: 0, hello: true });
  hear({ from: 3, serial: 0, hello: true });
  let asked = 0;
  for (let minute = 0; minute < 3; minute++) {
    t.mock.timers.tick(61_000);
    channel.post({ keys: ["k"] });
    if (!fake.sent.at(-1).hello) continue;
    asked += 1;
    hear({ from: 3, serial: 0 });
  }
  assert.equal(asked, 3);
  assert.equal(channel.peers, true);
  hear({ from: 3, serial: 0, bye: true });
  assert.equal(channel.peers, false);
  channel.close();
});
