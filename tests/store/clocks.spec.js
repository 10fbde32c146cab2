/* global codesOf */
// Clocks that are wrong: writes are neither hidden nor lost.
import { setup } from "./damage.js";
import { expect, test } from "./fixture.js";

test("writes under a clock far ahead hide no later writes", async ({ page }) => {
  await page.evaluate(setup);
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const wrong = { "an hour": 3.6e6, "nine years": 9 * 3.156e10, "forty years": 40 * 3.156e10 };
    const result = {};
    for (const [name, by] of Object.entries(wrong)) {
      globalThis.dbName = name;
      let store = await SegmentStore.open(name);
      for (const key of ["a", "b"]) store.put(key, "old");
      await store.close();
      store = await SegmentStore.open(name, { now: () => Date.now() + by });
      store.clear();
      store.put("a", "ahead");
      await store.close();
      store = await SegmentStore.open(name);
      const codes = codesOf(store);
      const seen = [];
      const look = async () => {
        const read = await store.read(["a", "b", "c"]);
        seen.push(Object.fromEntries(Array.from(read, ([key, { value }]) => [key, value])));
      };
      await look();
      store.put("c", "now");
      await store.flush();
      await look();
      await store.close();
      store = await SegmentStore.open(name);
      const later = codesOf(store);
      await look();
      store.put("a", "new");
      await store.close();
      store = await SegmentStore.open(name);
      await look();
      await store.close();
      result[name] = { seen, codes, later };
    }
    return result;
  });
  const survived = {
    seen: [
      { a: "ahead" },
      { a: "ahead", c: "now" },
      { a: "ahead", c: "now" },
      { a: "new", c: "now" },
    ],
    codes: [],
    later: [],
  };
  expect(result).toEqual({
    "an hour": survived,
    "nine years": survived,
    "forty years": {
      seen: [{}, { c: "now" }, { c: "now" }, { a: "new", c: "now" }],
      codes: ["CORRUPT"],
      later: [],
    },
  });
});

test("a clock that falls back by years loses nothing", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const result = [];
    for (const year of [1970, 2015, 2025]) {
      let store = await SegmentStore.open(`back to ${year}`);
      store.put("a", 1);
      await store.close();
      store = await SegmentStore.open(`back to ${year}`, { now: () => Date.UTC(year) });
      store.put("b", 2);
      await store.flush();
      result.push([...(await store.read(["a", "b"])).keys()], store.stats.droppedBlocks);
      await store.close();
    }
    return result;
  });
  expect(result).toEqual([["a", "b"], 0, ["a", "b"], 0, ["a", "b"], 0]);
});

test("a clock that jumps loses nothing and keeps the order of writes", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    let now = Date.now();
    const options = { now: () => now };
    let store = await SegmentStore.open("clock", options);
    store.put("a", "first");
    store.put("short", 1, { expiresAt: now + 60_000 });
    await store.flush();
    now += 365 * 86_400_000; // a year ahead …
    store.put("a", "second");
    store.put("hour", 1, { expiresAt: now + 3_600_000 });
    await store.flush();
    const ahead = store.has("short");
    now -= 365 * 86_400_000; // … and back
    store.put("a", "third");
    await store.flush();
    await store.close();
    store = await SegmentStore.open("clock", options);
    return { ahead, value: (await store.read(["a"])).get("a").value, hour: store.has("hour") };
  });
  // The entry for an hour was written in a year: its age is unknown.
  expect(result).toEqual({ ahead: false, value: "third", hour: false });
});
