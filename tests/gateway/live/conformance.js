// The contract of an engine's streams (js/gateway/streams.node.js), as tests that run against each.
import assert from "node:assert/strict";
import { test } from "node:test";
import { NOTHING, presenceOf } from "../../../js/gateway/streams.node.js";

/** @typedef {import("../../../js/gateway/streams.node.js").Streams} Streams */
/** @typedef {import("../../../js/gateway/streams.node.js").StreamEvent} StreamEvent */

const keep = 1000;
const brief = (/** @type {StreamEvent[]} */ events) =>
  events.map(({ offset, type, data, key }) => [offset, type, data, key]);
const offsets = (/** @type {StreamEvent[]} */ events) => events.map(({ offset }) => offset);
/** @param {number} count */
const numbers = (count) => Array.from({ length: count }, (_, i) => ({ type: "n", data: i }));

/**
 * @param {string} name of the engine
 * @param {() => Promise<{ streams: Streams, close: () => Promise<void> }>} open a new, empty one
 * @param {{ skip?: string | false }} [options]
 */
export function conformance(name, open, options) {
  /** @param {string} title @param {(streams: Streams) => Promise<void>} body */
  const it = (title, body) =>
    test(`${name}: ${title}`, { ...options, timeout: 60_000 }, async () => {
      const engine = await open();
      try {
        await body(engine.streams);
      } finally {
        await engine.close();
      }
    });

  it("a stream that does not exist has nothing, and has lost nothing", async (streams) => {
    assert.deepEqual(await streams.head("c"), NOTHING);
    const read = await streams.after("c", NOTHING, 10);
    assert.deepEqual([read.events, read.last, read.lost, read.more], [[], -1, false, false]);
    assert.deepEqual(await streams.tail("c", 5), []);
  });

  it("events come back in order, with all that they have", async (streams) => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const before = Date.now();
    const first = await streams.append("c", [{ type: "a", data: { x: "ü\n\0" }, key: "k" }], {
      keep,
    });
    const last = await streams.append("c", [{ type: "b" }, { type: "c\n", data: bytes }], { keep });
    assert.deepEqual(last.at, { epoch: first.at.epoch, offset: 2 });
    assert.deepEqual(await streams.head("c"), last.at);
    const read = await streams.after("c", NOTHING, 10);
    const [a, b, c] = read.events;
    assert.deepEqual(brief([a, b]), [
      [0, "a", { x: "ü\n\0" }, "k"],
      [1, "b", null, undefined],
    ]);
    assert.deepEqual([c.type, new Uint8Array(/** @type {any} */ (c.data))], ["c\n", bytes]);
    assert.ok(a.time >= before && a.time <= Date.now());
    assert.deepEqual([read.epoch, read.last, read.lost], [first.at.epoch, 2, false]);
  });

  it("a position reads on where it stands, in pieces", async (streams) => {
    const { at } = await streams.append("c", numbers(10), { keep });
    const first = await streams.after("c", { ...at, offset: 2 }, 4);
    assert.deepEqual([offsets(first.events), first.last, first.more], [[3, 4, 5, 6], 6, true]);
    const second = await streams.after("c", { ...at, offset: 6 }, 4);
    assert.deepEqual([offsets(second.events), second.more], [[7, 8, 9], false]);
    const third = await streams.after("c", at, 4);
    assert.deepEqual([third.events, third.last, third.lost], [[], 9, false]);
    const all = await streams.after("c", { ...at, offset: -1 }, 100);
    assert.deepEqual(offsets(all.events), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual(offsets(await streams.range("c", { ...at, offset: 8 }, 128)), [8, 9]);
    assert.deepEqual(offsets(await streams.tail("c", 3)), [7, 8, 9]);
  });

  it("channels have streams of their own", async (streams) => {
    const names = ["a", "b", "{a}x", "ä/b:c d", "x".repeat(256)];
    for (const name of names) await streams.append(name, numbers(1), { keep });
    for (const name of names) assert.equal((await streams.head(name)).offset, 0);
  });

  it("a publisher's number is remembered for as long as is asked", async (streams) => {
    const append = (/** @type {number} */ remember) => {
      const options = { keep, publisher: `p${remember}`, seq: 1, remember };
      return streams.append("c", [{ type: "t" }], options);
    };
    await append(30);
    await append(60_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal((await append(30)).duplicate, false);
    assert.equal((await append(60_000)).duplicate, true);
  });

  it("a publisher's number is applied once", async (streams) => {
    const it = (/** @type {number} */ seq, publisher = "p", channel = "c") =>
      streams.append(channel, [{ type: "t", data: seq }], { keep, publisher, seq });
    const first = await it(1);
    assert.equal(first.duplicate, false);
    assert.deepEqual(await it(1), { at: first.at, duplicate: true });
    const second = await it(2);
    assert.deepEqual(await it(1), { at: first.at, duplicate: true });
    assert.deepEqual(await it(2), { at: second.at, duplicate: true });
    assert.equal((await it(1, "q")).duplicate, false);
    assert.equal((await it(1, "p", "d")).duplicate, false);
    assert.equal((await streams.head("c")).offset, 2);
  });

  it("a publisher's number that was left out is applied when it comes", async (streams) => {
    const it = (/** @type {number} */ seq) =>
      streams.append("c", [{ type: "t", data: seq }], { keep, publisher: "p", seq });
    await it(1);
    const third = await it(3);
    const second = await it(2);
    assert.deepEqual([second.duplicate, second.at.offset], [false, 2]);
    assert.deepEqual(await it(2), { at: second.at, duplicate: true });
    assert.deepEqual(await it(3), { at: third.at, duplicate: true });
    // Only so many are known; those before them count as applied.
    for (let seq = 5; seq < 70; seq++) await it(seq);
    const { at } = await it(70);
    for (const seq of [2, 4]) assert.deepEqual(await it(seq), { at, duplicate: true });
    assert.equal((await streams.head("c")).offset, 68);
  });

  it("a trimmed stream says what it does not have", async (streams) => {
    const { at } = await streams.append("c", numbers(10), { keep: 100 });
    await streams.append("c", numbers(1000), { keep: 100 });
    const read = await streams.after("c", at, 50);
    assert.deepEqual([read.lost, read.epoch, read.events.length], ["trimmed", at.epoch, 50]);
    assert.ok(read.events[0].offset > 10 && read.more);
    assert.equal((await streams.after("c", NOTHING, 50)).lost, "trimmed");
    assert.equal((await streams.after("c", { ...at, offset: 1000 }, 50)).lost, false);
  });

  it("positions of another history are noticed", async (streams) => {
    const { at } = await streams.append("c", numbers(3), { keep });
    const ahead = await streams.after("c", { ...at, offset: 7 }, 50);
    assert.deepEqual([ahead.lost, ahead.events, ahead.last], ["replaced", [], 2]);
    const newer = await streams.after("c", { epoch: at.epoch + 1, offset: 0 }, 50);
    assert.deepEqual([newer.lost, newer.events], ["replaced", []]);
    const older = await streams.after("c", { epoch: at.epoch - 1, offset: 5 }, 50);
    assert.deepEqual([older.lost, offsets(older.events)], ["replaced", [0, 1, 2]]);
    assert.equal((await streams.after("none", at, 50)).lost, "replaced");
  });

  it("a stream whose time is over begins again with a new epoch", async (streams) => {
    const { at } = await streams.append("c", numbers(3), { keep, ttl: 30 });
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.deepEqual(await streams.head("c"), NOTHING);
    const next = await streams.append("c", numbers(1), { keep });
    assert.ok(next.at.epoch > at.epoch && next.at.offset === 0);
    const read = await streams.after("c", at, 50);
    assert.deepEqual([read.lost, offsets(read.events)], ["replaced", [0]]);
  });

  it("appends at once lie in one order, without holes", async (streams) => {
    const answers = await Promise.all(
      numbers(300).map((event, i) => streams.append(`c${i % 3}`, [event], { keep })),
    );
    for (let c = 0; c < 3; c++) {
      const its = answers.filter((_, i) => i % 3 === c).map(({ at }) => at.offset);
      const every = Array.from({ length: 100 }, (_, i) => i);
      assert.deepEqual(
        its.toSorted((a, b) => a - b),
        every,
      );
      const { events } = await streams.after(`c${c}`, NOTHING, 1000);
      assert.deepEqual(offsets(events), every);
    }
  });

  it("followers are told of every append, until they stop", async (streams) => {
    /** @type {[string, StreamEvent[]][]} */
    const heard = [];
    const stop = await streams.follow(
      (channel, events) => heard.push([channel, events]),
      () => {},
    );
    const bytes = Uint8Array.from([0, 10, 58, 255]);
    const { at } = await streams.append("c", numbers(2), { keep });
    await streams.append("ä", [{ type: "b", data: bytes, key: "k" }, { type: "ü" }], { keep });
    while (heard.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    // Channels of a cluster may lie on two nodes, whose pushes overtake each other.
    heard.sort(([a], [b]) => (a < b ? -1 : 1));
    assert.deepEqual(
      heard.map(([channel, events]) => [channel, offsets(events)]),
      [
        ["c", [0, 1]],
        ["ä", [0, 1]],
      ],
    );
    assert.equal(heard[0][1][0].epoch, at.epoch);
    const [binary, text] = heard[1][1];
    assert.deepEqual(new Uint8Array(/** @type {any} */ (binary.data)), bytes);
    assert.deepEqual([binary.key, text.type], ["k", "ü"]);
    stop();
    await streams.append("c", numbers(1), { keep });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(heard.length, 2);
  });

  it("members enter, change, and leave, each with its event", async (streams) => {
    const mine = { owner: "g1", lease: 5000 };
    const first = await streams.enter("room", "ann", { a: 1 }, mine);
    await streams.enter("room", "bob", null, mine);
    const same = await streams.enter("room", "ann", { a: 1 }, mine);
    assert.equal(same.offset, first.offset + 1); // no event
    await streams.enter("room", "ann", { a: 2 }, { ...mine, owner: "g2" });
    const { members, at } = await streams.members("room");
    assert.deepEqual(Object.fromEntries(members), { ann: { a: 2 }, bob: null });
    assert.equal(await streams.leave("room", "ann", "g1"), false); // it has moved
    assert.equal(await streams.leave("room", "bob", "g1"), true);
    assert.equal(await streams.leave("room", "bob", "g1"), false);
    const { events } = await streams.after(presenceOf("room"), NOTHING, 10);
    assert.deepEqual(brief(events), [
      [0, "enter", { a: 1 }, "ann"],
      [1, "enter", null, "bob"],
      [2, "update", { a: 2 }, "ann"],
      [3, "leave", null, "bob"],
    ]);
    assert.deepEqual(at, { epoch: first.epoch, offset: 2 });
  });

  it("members whose lease ends leave, and a renewal says who has left", async (streams) => {
    const mine = { owner: "g", lease: 60_000 };
    const long = 'long "/\u00fc';
    // On a slow machine the first leases may end before the renewal: then longer ones, elsewhere.
    let lease = 20;
    let room;
    do {
      lease *= 2;
      room = `room${lease}`;
      await streams.enter(room, long, 2, { ...mine, lease });
      await streams.enter(room, "short", 1, { ...mine, lease });
    } while (lease < 5000 && (await streams.renew(room, [long], mine)).length > 0);
    await new Promise((resolve) => setTimeout(resolve, 2 * lease));
    assert.deepEqual((await streams.members(room)).members, [[long, 2]]);
    assert.deepEqual(await streams.renew(room, ["short", long], mine), ["short"]);
    const { events } = await streams.after(presenceOf(room), NOTHING, 10);
    assert.deepEqual(brief(events.slice(2)), [[2, "leave", null, "short"]]);
    assert.ok(Math.abs(events[2].time - Date.now()) < 60_000);
  });
}
