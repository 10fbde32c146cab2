// The events of a channel in a list, next to a naive model.
import assert from "node:assert/strict";
import { test } from "node:test";
import { feed } from "../../../js/sync/live/feed.js";
import { random } from "../../cache/random.js";

/** A list that only splices, as <apus-list> does, and counts it. */
function fakeList() {
  return {
    items: ["old"],
    splices: 0,
    splice(at, removed, inserted) {
      this.splices++;
      assert.ok(at + removed <= this.items.length, "within the list");
      this.items.splice(at, removed, ...inserted);
    },
  };
}

/** A channel whose events the test brings. */
function fakeChannel(before = []) {
  const listeners = new Set();
  return {
    on(type, callback) {
      assert.equal(type, "*");
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    history: async (n) => before.slice(-n),
    tell(events) {
      for (const callback of listeners) callback(events);
    },
  };
}

const event = (offset, data, key, type = "line") => ({
  ...{ type, data, key, time: 0 },
  at: { epoch: 1, offset },
});

test("a log gets all events of a frame by one splice, and keeps the newest", async () => {
  const list = fakeList();
  const channel = fakeChannel();
  const stop = await feed(channel, list, { max: 3 });
  assert.deepEqual(list.items, []);
  list.splices = 0;
  channel.tell([event(0, "a"), event(1, "b")]);
  assert.equal(list.splices, 1);
  channel.tell([event(2, "c"), event(3, "d")]);
  assert.deepEqual(list.items, ["b", "c", "d"]);
  assert.equal(list.splices, 3);
  channel.tell([4, 5, 6, 7, 8].map((i) => event(i, `x${i}`)));
  assert.deepEqual(list.items, ["x6", "x7", "x8"]);
  stop();
  channel.tell([event(9, "later")]);
  assert.deepEqual(list.items, ["x6", "x7", "x8"]);
});

test("a full log makes room for the next frames, so that most need one splice", async () => {
  const list = fakeList();
  const channel = fakeChannel();
  await feed(channel, list, { max: 10_000 });
  let n = 0;
  const frame = () => {
    channel.tell(Array.from({ length: 170 }, () => event(n, n++)));
    const { items } = list;
    assert.ok(items.length <= 10_000 && items.length >= Math.min(n, 9375), `${items.length} rows`);
    assert.equal(items.at(-1), n - 1);
    assert.equal(items.at(-1) - items[0], items.length - 1);
  };
  while (n < 10_000) frame();
  list.splices = 0;
  for (let i = 0; i < 400; i++) frame();
  assert.ok(list.splices <= 510, `${list.splices} splices`);
  channel.tell(Array.from({ length: 20_000 }, () => event(n, n++)));
  assert.equal(list.items.length, 10_000);
});

test("events that arrive before the history are neither lost nor doubled", async () => {
  const list = fakeList();
  const channel = fakeChannel([event(0, "a"), event(1, "b"), event(2, "c")]);
  const feeding = feed(channel, list, { history: 2 });
  channel.tell([event(2, "c"), event(3, "d")]);
  await feeding;
  channel.tell([event(4, "e")]);
  assert.deepEqual(list.items, ["b", "c", "d", "e"]);
});

test("a keyed feed has one row for each key, as a naive model has", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const draw = random(seed);
    const next = () => draw(1e6) / 1e6;
    const list = fakeList();
    const channel = fakeChannel();
    const max = 1 + Math.floor(next() * 12);
    await feed(channel, list, { keyed: true, max, item: ({ key, data }) => `${key}:${data}` });
    let model = [];
    for (let step = 0, offset = 0; step < 200; step++) {
      const events = Array.from({ length: Math.floor(next() * 6) }, () => {
        const key = next() < 0.1 ? undefined : `k${Math.floor(next() * 16)}`;
        return event(offset++, step, key, next() < 0.3 ? "delete" : "set");
      });
      for (const { key, data, type } of events) {
        const at = key === undefined ? -1 : model.findIndex((row) => row.key === key);
        if (type === "delete") model = model.filter((_, i) => i !== at);
        else if (at >= 0) model[at] = { key, row: `${key}:${data}` };
        else model.push({ key, row: `${key}:${data}` });
      }
      model = model.slice(-max);
      channel.tell(events);
      assert.deepEqual(
        list.items,
        model.map(({ row }) => row),
        `seed ${seed}, step ${step}`,
      );
    }
  }
});

test("bad options change nothing", async () => {
  const list = fakeList();
  const channel = fakeChannel();
  await assert.rejects(feed(channel, {}), /Channel.feed: list must have splice/);
  await assert.rejects(feed(channel, list, { max: 0 }), /Channel.feed: max must be between 1/);
  await assert.rejects(feed(channel, list, { keyed: 1 }), /keyed must be a boolean/);
  await assert.rejects(feed(channel, list, { rows: 1 }), /unknown option "rows"/);
  assert.deepEqual(list.items, ["old"]);
});
