// What rooms tell through the core, without knowing who listens.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache, Sampler } from "apus";
import { loadCore } from "../../js/core/wasm.js";

test("a sampler hears what rooms tell, until it is disposed; `rooms: false` hears nothing", async () => {
  const { rooms } = await loadCore();
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
  const { sources } = (await loadCore()).rooms;
  const cache = await Cache.open("listed", { maxEntries: 10 });
  assert.deepEqual(
    [...sources].map((ref) => ref.deref()),
    [cache],
  );
  await cache.close();
  assert.equal(sources.size, 0);
});
