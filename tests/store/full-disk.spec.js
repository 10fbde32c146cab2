// A disk without room left: a storage bucket with a small quota.
import { expect, test } from "./fixture.js";

test("a full disk makes room by itself, degrades when it cannot, and recovers", async ({
  page,
}) => {
  const result = await page.evaluate(async () => {
    if (!navigator.storageBuckets) return undefined;
    const bucket = await navigator.storageBuckets.open("small", { quota: 3_000_000 });
    Object.defineProperty(globalThis, "indexedDB", { value: bucket.indexedDB });
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("quota");
    const degraded = [];
    store.addEventListener("degraded", ({ detail }) => degraded.push(detail.code));
    const noise = (size) => {
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size; at += 65_536)
        crypto.getRandomValues(bytes.subarray(at, at + 65_536));
      return bytes;
    };
    // Far more than the quota, in segments that fit: the oldest are evicted.
    const flushed = [];
    for (let i = 0; i < 30; i++) {
      store.put(`rolling ${i}`, noise(300_000));
      flushed.push(await store.flush());
    }
    const rolling = {
      flushed: flushed.every(Boolean),
      last: store.has("rolling 29"),
      first: store.has("rolling 0"),
    };
    const before = degraded.length;
    // One that can never fit: it stays in memory.
    store.put("never", noise(5_000_000));
    store.put("small", 1);
    const never = await store.flush();
    const stays = (await store.read(["never"])).get("never").value.length;
    await new Promise((resolve) => setTimeout(resolve));
    const while_ = [...degraded.slice(before)];
    store.delete("never"); // without it, everything fits again
    while (store.stats.degraded) await new Promise((resolve) => setTimeout(resolve, 100));
    const after = await store.flush();
    return {
      rolling,
      never,
      stays,
      while_,
      after,
      state: store.stats.degraded,
      small: store.has("small"),
    };
  });
  test.skip(result === undefined, "no storage buckets here");
  expect(result.rolling).toEqual({ flushed: true, last: true, first: false });
  expect(result).toMatchObject({
    never: false,
    stays: 5_000_000,
    while_: ["QUOTA_EXCEEDED"],
    after: true,
    small: true,
  });
  expect(result.state).toBe(undefined);
});

test("a full disk evicts as much as needed, coldest first, and flush returns true", async ({
  page,
}) => {
  test.setTimeout(120_000);
  const result = await page.evaluate(async () => {
    if (!navigator.storageBuckets) return undefined;
    const bucket = await navigator.storageBuckets.open("needed", { quota: 4_000_000 });
    Object.defineProperty(globalThis, "indexedDB", { value: bucket.indexedDB });
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("needed");
    const degraded = [];
    store.addEventListener("degraded", ({ detail }) => degraded.push(detail.code));
    const noise = (size) => {
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size; at += 65_536)
        crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + 65_536)));
      return bytes;
    };
    // Several segments at a time: each fails, and each makes room for itself.
    const rounds = [];
    for (let round = 0; round < 12; round++) {
      for (let i = 0; i < 5; i++) store.put(`${round} ${i}`, noise(200_000));
      const flushed = await store.flush();
      const newest = [0, 1, 2, 3, 4].filter((i) => store.has(`${round} ${i}`)).length;
      rounds.push({ flushed, newest, bytes: store.stats.bytes });
    }
    const here = [];
    for (let round = 0; round < 12; round++)
      for (let i = 0; i < 5; i++) here.push(store.has(`${round} ${i}`));
    return { rounds, degraded, oldest: here.indexOf(true), gaps: here.lastIndexOf(false) };
  });
  test.skip(result === undefined, "no storage buckets here");
  expect(result.degraded).toEqual([]);
  for (const { flushed, newest, bytes } of result.rounds.slice(4)) {
    expect({ flushed, newest }).toEqual({ flushed: true, newest: 5 });
    expect(bytes).toBeGreaterThan(2_000_000);
  }
  expect(result.gaps).toBeLessThan(result.oldest); // all of the newest are there
});
