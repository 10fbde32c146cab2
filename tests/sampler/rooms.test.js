// Rooms report through the core, independent of their listeners.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache, Sampler } from "apus";
import { Rooms, rooms } from "../../js/core/rooms.js";
import { RoomSource } from "../../js/sampler/sources/rooms.js";

test("a sampler counts what rooms report until it is disposed, and nothing with `rooms: false`", async () => {
  const deaf = await Sampler.start({ types: [], rooms: false });
  assert.equal(rooms.listeners.size, 0);
  const sampler = await Sampler.start({ types: [] });
  rooms.tell("list.frame", 3);
  assert.equal(sampler.summary("list.frame")?.max, 3);
  assert.equal(deaf.summary("list.frame"), undefined);
  sampler.dispose();
  deaf.dispose();
  assert.equal(rooms.listeners.size, 0);
  rooms.tell("list.frame", 4);
});

test("caches are listed while they are open", async () => {
  const { sources } = rooms;
  const cache = await Cache.open("listed", { maxEntries: 10 });
  assert.deepEqual(
    [...sources].map((ref) => ref.deref()),
    [cache],
  );
  await cache.close();
  assert.equal(sources.size, 0);
});

test("a cache's hit ratio is read every 5 s, since the last reading", () => {
  const rooms = new Rooms();
  const cache = { name: "c", hits: 3, misses: 1, bytes: 10, stats: () => ({ ...cache }) };
  rooms.sources.add(new WeakRef(cache));
  /** @type {unknown[]} */
  const told = [];
  const source = new RoomSource(rooms, (name, value, tags) => told.push([name, value, tags]));
  const tags = { cache: "c" };
  source.pulse(0);
  assert.deepEqual(told.splice(0), [
    ["cache.hitRatio", 0.75, tags],
    ["cache.bytes", 10, tags],
  ]);
  cache.misses = 5;
  source.pulse(4999);
  assert.deepEqual(told, []);
  assert.equal(source.pulse(5000), true);
  assert.deepEqual(told.splice(0), [
    ["cache.hitRatio", 0, tags],
    ["cache.bytes", 10, tags],
  ]);
  source.pulse(10_000); // the cache was not used meanwhile
  assert.deepEqual(told.splice(0), [["cache.bytes", 10, tags]]);
  rooms.tell("list.frame", 2);
  source.stop();
  rooms.tell("list.frame", 3);
  assert.deepEqual(told, [["list.frame", 2, undefined]]);
});
