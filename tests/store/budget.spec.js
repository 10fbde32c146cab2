// How much may be stored, and what happens when there is no more room.
import { expect, test } from "./fixture.js";

test("the coldest segments go when there is more than maxDiskBytes", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { Store } = await import("/store/index.js");
    const store = await Store.open("budget", { maxDiskBytes: 100_000 });
    const noise = () => Array.from(crypto.getRandomValues(new Uint32Array(60))).join("");
    let most = 0;
    for (let segment = 0; segment < 30; segment++) {
      for (let i = 0; i < 20; i++) store.put(`${segment} ${i}`, noise());
      await store.flush();
      await store.read(["0 0"]); // the first segment stays warm
      for (let wait = 0; wait < 100 && store.stats.bytes > 100_000; wait++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      most = Math.max(most, store.stats.bytes);
    }
    const here = Array.from({ length: 30 }, (_, segment) => store.has(`${segment} 0`));
    const evictions = store.stats.evictions;
    await store.close();
    const again = await Store.open("budget", { maxDiskBytes: 100_000 });
    const reopened = Array.from({ length: 30 }, (_, segment) => again.has(`${segment} 0`));
    return { most, here, evictions, reopened };
  });
  expect(result.most).toBeLessThanOrEqual(100_000);
  expect(result.evictions).toBeGreaterThan(5);
  expect(result.here[0]).toBe(true);
  expect(result.here.at(-1)).toBe(true);
  expect(result.here[1]).toBe(false);
  expect(result.reopened).toEqual(result.here);
});

test("how warm a segment is outlasts the page, without a write for each read", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { Store } = await import("/store/index.js");
    let now = Date.now();
    const noise = () => Array.from(crypto.getRandomValues(new Uint32Array(60))).join("");
    const open = (maxDiskBytes) => Store.open("warm", { maxDiskBytes, now: () => now });
    let store = await open(1e9);
    for (let segment = 0; segment < 6; segment++) {
      for (let i = 0; i < 20; i++) store.put(`${segment} ${i}`, noise());
      await store.flush();
      now += 1000;
    }
    let writes = 0;
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...args) {
      if (args[1] === "readwrite") writes += 1;
      return transaction.apply(this, args);
    };
    for (let i = 0; i < 20; i++) await store.read([`0 ${i}`, `3 ${i}`]); // the oldest, and one more
    const reads = writes;
    document.dispatchEvent(new Event("freeze")); // what is known of hits is noted when a page is left
    const { bytes } = store.stats;
    await store.close();
    IDBDatabase.prototype.transaction = transaction;
    now += 1000;
    store = await open(bytes * 0.75); // of another session: room for four of the six
    store.put("one more", 1);
    await store.flush();
    while (store.stats.bytes > bytes * 0.75)
      await new Promise((resolve) => setTimeout(resolve, 10));
    return { reads, here: Array.from({ length: 6 }, (_, segment) => store.has(`${segment} 0`)) };
  });
  expect(result.reads).toBe(0);
  expect(result.here[0]).toBe(true);
  expect(result.here[3]).toBe(true);
  expect(result.here.slice(1, 3)).toEqual([false, false]);
});

test("a record larger than a segment is stored alone; larger than the budget, refused", async ({
  page,
}) => {
  const result = await page.evaluate(async () => {
    const { Store } = await import("/store/index.js");
    const store = await Store.open("large", { maxDiskBytes: 3_000_000 });
    const errors = [];
    store.addEventListener("error", ({ detail }) => errors.push(detail.code));
    const noise = (size) => {
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size; at += 65_536)
        crypto.getRandomValues(bytes.subarray(at, at + 65_536));
      return bytes;
    };
    store.put("before", 1);
    store.put("large", noise(2_000_000));
    store.put("after", 2);
    store.put("too large", "a small one first");
    const first = await store.flush();
    const segments = store.stats.segments;
    store.put("too large", noise(4_000_000));
    const second = await store.flush();
    await store.flush();
    await store.close();
    const again = await Store.open("large");
    const read = await again.read(["before", "large", "after", "too large"]);
    return {
      first,
      second,
      segments,
      errors,
      keys: [...read.keys()].sort(),
      size: read.get("large").value.length,
    };
  });
  expect(result).toEqual({
    first: true,
    second: true,
    segments: 3,
    errors: ["TOO_LARGE"],
    keys: ["after", "before", "large"],
    size: 2_000_000,
  });
});

test("a full disk makes room by itself, degrades when it cannot, and recovers", async ({
  page,
}) => {
  test.setTimeout(60_000);
  const result = await page.evaluate(async () => {
    if (!navigator.storageBuckets) return undefined;
    const bucket = await navigator.storageBuckets.open("small", { quota: 3_000_000 });
    Object.defineProperty(globalThis, "indexedDB", { value: bucket.indexedDB });
    const { Store } = await import("/store/index.js");
    const store = await Store.open("quota");
    const degraded = [];
    store.addEventListener("degraded", ({ detail }) => degraded.push(detail.code));
    const noise = (size) => {
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size; at += 65_536)
        crypto.getRandomValues(bytes.subarray(at, at + 65_536));
      return bytes;
    };
    // Far more than the quota, in segments that fit: the oldest go.
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
    store.delete("never"); // and when it goes, all is well again
    for (let i = 0; i < 60 && store.stats.degraded; i++)
      await new Promise((r) => setTimeout(r, 100));
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

test("the same name with the same options is the same store, else a conflict", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { Store } = await import("/store/index.js");
    const [a, b] = await Promise.all([Store.open("twice"), Store.open("twice")]);
    const conflict = await Store.open("twice", { level: -3 }).then(
      () => "opened",
      (error) => error.code,
    );
    a.put("x", 1);
    await a.close();
    const alive = b.has("x") && (await b.flush());
    await b.close();
    const other = await Store.open("twice", { level: -3 });
    return { same: a === b, conflict, alive, x: other.has("x") };
  });
  expect(result).toEqual({ same: true, conflict: "OPTIONS_CONFLICT", alive: true, x: true });
});
