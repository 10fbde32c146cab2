import assert from "node:assert/strict";
import { test } from "node:test";
import { TAGS } from "../../js/gateway/engine.node.js";
import { Feed } from "../../js/gateway/feed.node.js";
import { MemoryEngine } from "../../js/gateway/memory-engine.node.js";
import { bucketOf } from "../../js/sync/bucket.js";
import { value } from "./conformance.js";
import { until } from "./servers.js";

/** A feed and what it told. @param {import("../../js/gateway/engine.node.js").Engine} engine */
async function follow(engine) {
  const feed = new Feed(engine, { fastest: 1, slowest: 4 });
  /** @type {import("../../js/gateway/feed.node.js").News[]} */
  const heard = [];
  feed.listen((news) => heard.push(news));
  await feed.start();
  return {
    feed,
    heard,
    names: () => heard.flatMap(({ events }) => events.map(({ name }) => name)),
  };
}

test("every change is told once, in order, and none from before the start", async () => {
  const engine = new MemoryEngine();
  await engine.write("before", value(""));
  const { feed, heard, names } = await follow(engine);
  for (let i = 0; i < 1200; i++) await engine.write("k", value(`${i}`));
  await engine.invalidate(["t"], []);
  await until(async () => names().length >= 1201, "all changes");
  feed.stop();
  const ofKey = heard.filter(({ log }) => log === bucketOf("k"));
  const offsets = ofKey.flatMap(({ events }) => events.map(({ at }) => at.offset));
  const first = bucketOf("before") === bucketOf("k") ? 1 : 0;
  assert.deepEqual(
    offsets,
    Array.from({ length: 1200 }, (_, i) => i + first),
  );
  assert.deepEqual(
    names().filter((name) => name === "t"),
    ["t"],
  );
  assert.ok(heard.every(({ lost }) => lost === false));
});

test("catchUp() resolves when what was written before is told", async () => {
  const engine = new MemoryEngine();
  const { feed, names } = await follow(engine);
  for (let i = 0; i < 50; i++) {
    const tag = `t${i}`;
    await engine.invalidate([tag], []);
    await feed.catchUp(TAGS);
    assert.equal(names().at(-1), tag);
  }
  feed.stop();
});

test("a trimmed log is told as lost, and the feed goes on at its end", async () => {
  const engine = new MemoryEngine({ keepEvents: 10 });
  const { feed, heard } = await follow(engine);
  await engine.write("k", value(""));
  await feed.catchUp(bucketOf("k"));
  for (let i = 0; i < 100; i++) await engine.write("k", value(""));
  await feed.catchUp(bucketOf("k"));
  assert.equal(heard.at(-1)?.lost, "trimmed");
  const last = await engine.write("k", value(""));
  await feed.catchUp(bucketOf("k"));
  feed.stop();
  assert.deepEqual(
    heard.at(-1)?.events.map(({ at }) => at),
    [last],
  );
});

test("a replaced history is told as lost and begins an epoch", async () => {
  const engine = new MemoryEngine();
  const log = bucketOf("k");
  const { feed, heard } = await follow(engine);
  const first = await engine.write("k", value(""));
  await feed.catchUp(log);
  // A replica that has another event at this place.
  const { events } = engine;
  engine.events = (which, after, limit) => {
    engine.events = events;
    return engine.events(which, { .../** @type {any} */ (after), check: "0" }, limit);
  };
  await feed.catchUp(log);
  feed.stop();
  assert.equal(heard[1].lost, "replaced");
  const begun = heard[2].events[0];
  assert.equal(begun.kind, "epoch");
  assert.ok(first && begun.at.epoch > first.epoch);
});

test("a failing engine is asked again, and nothing is missed", async () => {
  const engine = new MemoryEngine();
  const { feed, names } = await follow(engine);
  const { events } = engine;
  let down = true;
  engine.events = async (...args) => {
    if (down) throw new Error("down");
    return events.apply(engine, args);
  };
  await engine.write("k", value(""));
  await until(async () => feed.failure, "a failure to be seen");
  down = false;
  await until(async () => names().includes("k"), "the change");
  await until(async () => !feed.failure, "the failure to be over");
  feed.stop();
});
