// What a page gets: arrays once a frame, within a budget, and never more than it can take.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Reader, startWorld } from "./world.js";

/** @param {number} seed @param {Partial<import("../../../js/sync/live/live.js").Settings>} [settings] */
async function start(seed, settings) {
  const world = startWorld(seed);
  const live = world.connect(settings);
  await world.world.until(() => live.status === "up");
  return { ...world, live };
}

const busy = (/** @type {number} */ ms) => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

test("a channel with too much for its buffer pauses, and loses nothing", async () => {
  const { world, gateway, live } = await start(1);
  const channel = live.channel("log", { buffer: 100 });
  const reader = new Reader(channel);
  await world.run(1000);
  for (let i = 0; i < 40; i++) {
    for (let n = below(400); n >= 0; n--) gateway.append("log", "n", { n });
    await world.run(50);
  }
  function below(/** @type {number} */ most) {
    return world.below(most);
  }
  gateway.append("log", "last", {});
  assert(await world.until(() => reader.events.at(-1)?.type === "last"));
  assert.equal(reader.check(gateway), 0);
  assert.equal(reader.events.length, gateway.channel("log").head + 1);
  assert.equal(reader.recoveries + reader.losses, 0, "a pause is no break");
  assert.deepEqual(channel.position, { epoch: 1, offset: gateway.channel("log").head });
  live.close();
});

test("what does not fit the budget waits, and channels take turns", async () => {
  const { world, gateway, live } = await start(2, { budget: 2 });
  /** @type {[string, number][]} */
  const calls = [];
  live.channel("slow").on("n", (events) => {
    calls.push(["slow", events.length]);
    busy(0.2 * events.length);
  });
  live.channel("quick").on("n", (events) => void calls.push(["quick", events.length]));
  await world.run(1000);
  for (let n = 0; n < 300; n++) gateway.append("slow", "n", n);
  for (let n = 0; n < 300; n++) gateway.append("quick", "n", n);
  await world.run(5000);
  const sum = (/** @type {string} */ name) =>
    calls.filter(([it]) => it === name).reduce((sum, [, count]) => sum + count, 0);
  assert.equal(sum("slow"), 300);
  assert.equal(sum("quick"), 300);
  const slow = calls.filter(([name]) => name === "slow");
  assert(slow.length > 2, "it took several frames");
  assert(slow.at(-1)?.[1] !== undefined && slow[1][1] < slow[0][1], "the slices adapt");
  const last = calls.findLastIndex(([name]) => name === "slow");
  assert(calls.findLastIndex(([name]) => name === "quick") < last, "the quick one did not wait");
  live.close();
});

test("of a latest channel the newest of each key is handed out, and all without a key", async () => {
  const { world, gateway, live } = await start(3);
  /** @type {any[][]} */
  const frames = [];
  live.channel("prices", { mode: "latest" }).on("*", (events) => {
    frames.push(events.map(({ key, data }) => [key, data]));
  });
  await world.run(1000);
  for (const [key, data] of [
    ["a", 1],
    ["b", 2],
    [undefined, 3],
    ["a", 4],
    [undefined, 5],
    ["a\0", 6],
  ]) {
    gateway.append("prices", "p", data, /** @type {any} */ (key));
  }
  await world.run(1000);
  assert.deepEqual(frames, [
    [
      ["b", 2],
      [undefined, 3],
      ["a", 4],
      [undefined, 5],
      ["a\0", 6],
    ],
  ]);
  live.close();
});

test("callbacks that throw or reject are named in an error event, and the others go on", async () => {
  const { world, gateway, live } = await start(4);
  /** @type {any[]} */
  const errors = [];
  live.addEventListener("error", (event) => errors.push(/** @type {CustomEvent} */ (event).detail));
  const thrown = new Error("thrown");
  const rejected = new Error("rejected");
  live.channel("a").on("*", () => {
    throw thrown;
  });
  live.channel("a").on("*", () => Promise.reject(rejected));
  const reader = new Reader(live.channel("a"));
  await world.run(1000);
  gateway.append("a", "n", 1);
  await world.run(1000);
  assert.equal(reader.events.length, 1);
  assert.deepEqual(errors, [
    { code: "CALLBACK_FAILED", error: thrown, channel: "a" },
    { code: "CALLBACK_FAILED", error: rejected, channel: "a" },
  ]);
  live.close();
});

test("listeners by type, by signal, and none after close", async () => {
  const { world, gateway, live } = await start(5);
  const channel = live.channel("a");
  /** @type {string[]} */
  const got = [];
  const stop = new AbortController();
  channel.on("x", (events) => got.push(`x${events.length}`));
  channel.on("y", (events) => got.push(`y${events.length}`), { signal: stop.signal });
  const off = channel.on("*", (events) => got.push(`*${events.length}`));
  await world.run(1000);
  for (const type of ["x", "y", "x"]) gateway.append("a", type, 0);
  await world.run(1000);
  assert.deepEqual(got.splice(0).sort(), ["*3", "x2", "y1"]);
  stop.abort();
  off();
  gateway.append("a", "y", 0);
  await world.run(1000);
  assert.deepEqual(got, []);
  const [one, two] = [channel.once("x"), channel.once("*")];
  gateway.append("a", "x", 7);
  await world.run(1000);
  assert.equal((await one).data, 7);
  assert.equal((await two).data, 7);
  channel.close();
  gateway.append("a", "x", 0);
  await world.run(1000);
  assert.deepEqual(got, ["x1"]);
  live.close();
});

test("since goes on after a position; lost history is told", async () => {
  const { world, gateway, live } = await start(6);
  for (let n = 0; n < 2000; n++) gateway.append("a", "n", n);
  const reader = new Reader(live.channel("a", { since: { epoch: 1, offset: 499 } }));
  await world.run(2000);
  assert.deepEqual([reader.events.length, reader.recoveries, reader.losses], [1500, 1, 0]);
  gateway.trim("a", 100);
  const late = new Reader(live.channel("a", { since: { epoch: 1, offset: 0 } }));
  /** @type {any[]} */
  const reasons = [];
  late.channel.addEventListener("resume", (event) => {
    reasons.push(/** @type {CustomEvent} */ (event).detail);
  });
  await world.run(2000);
  assert.deepEqual(reasons, [{ recovered: false, reason: "trimmed" }]);
  assert.equal(late.events.length, 100);
  gateway.lose("a");
  gateway.append("a", "n", "new");
  await world.run(2000);
  assert.deepEqual(reasons[1], { recovered: false, reason: "replaced" });
  assert.equal(late.events.at(-1)?.data, "new");
  live.close();
});

test("the first event of a channel that was empty is no loss", async () => {
  const { world, gateway, network, live } = await start(8);
  const quiet = new Reader(live.channel("a"));
  const broken = new Reader(live.channel("b"));
  await world.run(1000);
  gateway.append("a", "n", 1);
  network.kill();
  gateway.append("b", "n", 1);
  gateway.append("b", "n", 2);
  await world.run(20_000);
  for (const reader of [quiet, broken]) assert.equal(reader.losses, 0);
  assert.equal(quiet.events.length, 1);
  assert.deepEqual(
    broken.events.map(({ data }) => data),
    [1, 2],
  );
  live.close();
});

test("frames stay below the gateway's limit, and what is beyond it is refused at once", async () => {
  const { world, gateway, live } = await start(9);
  const channel = live.channel("a");
  const reader = new Reader(channel);
  await world.run(1000);
  const large = "ü".repeat(15_000);
  const all = Array.from({ length: 20 }, (_, n) => channel.publish("n", large + n));
  const tooLarge = channel.publish("n", "ü".repeat(50_000));
  const small = channel.publish("n", "small");
  await assert.rejects(tooLarge, { code: "TOO_LARGE" });
  await world.run(1000);
  await Promise.all([...all, small]);
  await world.run(1000);
  assert.equal(reader.events.length, 21);
  assert.equal(reader.check(gateway), 0);
  assert.equal(live.stats().reconnects, 0);
  live.close();
});

test("bad input is refused before anything changes", async () => {
  const { live } = await start(7);
  const channel = live.channel("a");
  for (const name of ["", "#presence:a", "a\n", "x".repeat(257)]) {
    assert.throws(() => live.channel(name), RangeError);
  }
  assert.throws(() => live.channel(/** @type {any} */ (7)), TypeError);
  for (const options of [{ mode: "x" }, { where: [] }, { since: 1 }, { buffer: "1" }, { x: 1 }]) {
    assert.throws(() => live.channel("a", /** @type {any} */ (options)), TypeError);
  }
  assert.throws(() => live.channel("a", { buffer: 0 }), RangeError);
  assert.throws(() => live.channel("a", { since: { epoch: -1, offset: 0 } }), RangeError);
  assert.throws(() => channel.on("*", /** @type {any} */ (undefined)), TypeError);
  assert.throws(() => channel.on(/** @type {any} */ (1), () => {}), TypeError);
  for (const data of [() => {}, undefined, 1n]) {
    await assert.rejects(channel.publish("x", data), TypeError);
  }
  await assert.rejects(channel.publish("", 1), RangeError);
  await assert.rejects(channel.publish("x".repeat(65), 1), RangeError);
  await assert.rejects(channel.history(0), RangeError);
  live.close();
  live.close();
});
