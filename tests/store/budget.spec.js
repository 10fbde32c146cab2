// maxDiskBytes: how much is stored, and which segments are evicted.
import { expect, test } from "./fixture.js";

test("the coldest segments are evicted beyond maxDiskBytes", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("budget", { maxDiskBytes: 100_000 });
    const noise = () => Array.from(crypto.getRandomValues(new Uint32Array(60))).join("");
    let most = 0;
    for (let segment = 0; segment < 30; segment++) {
      for (let i = 0; i < 20; i++) store.put(`${segment} ${i}`, noise());
      await store.flush();
      await store.read(["0 0"]); // the first segment stays warm
      most = Math.max(most, store.stats.bytes);
    }
    const here = Array.from({ length: 30 }, (_, segment) => store.has(`${segment} 0`));
    const evictions = store.stats.evictions;
    await store.close();
    const again = await SegmentStore.open("budget", { maxDiskBytes: 100_000 });
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

test("a segment's last hit survives the page, without a write for each read", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    let now = Date.now();
    const noise = () => Array.from(crypto.getRandomValues(new Uint32Array(60))).join("");
    const open = (maxDiskBytes) => SegmentStore.open("warm", { maxDiskBytes, now: () => now });
    let store = await open(1e9);
    for (let segment = 0; segment < 6; segment++) {
      for (let i = 0; i < 20; i++) store.put(`${segment} ${i}`, noise());
      await store.flush();
      now += 1000;
    }
    // No upkeep meanwhile, which writes too: another tab has its lock.
    let release;
    const held = navigator.locks.request(
      "apus:warm",
      () => new Promise((resolve) => (release = resolve)),
    );
    while (!release) await new Promise((resolve) => setTimeout(resolve));
    let writes = 0;
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...args) {
      if (args[1] === "readwrite") writes += 1;
      return transaction.apply(this, args);
    };
    for (let i = 0; i < 20; i++) await store.read([`0 ${i}`, `3 ${i}`]); // the oldest segment, and another one
    const reads = writes;
    document.dispatchEvent(new Event("freeze")); // hits are saved when a page is left
    const { bytes } = store.stats;
    release();
    await held;
    await store.close();
    IDBDatabase.prototype.transaction = transaction;
    now += 1000;
    store = await open(bytes * 0.75); // the next visit, with room for four of the six
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
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("large", { maxDiskBytes: 3_000_000 });
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
    const again = await SegmentStore.open("large");
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

test("the disk never holds more than maxDiskBytes, even while another tab compacts", async ({
  page,
}) => {
  test.setTimeout(120_000);
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const max = 2_000_000;
    const store = await SegmentStore.open("bound", { maxDiskBytes: max });
    const errors = [];
    for (const type of ["error", "degraded"])
      store.addEventListener(type, ({ detail }) => errors.push(detail.message));
    const noise = (size) => {
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size; at += 65_536)
        crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + 65_536)));
      return bytes;
    };
    // The bytes on the disk after each write.
    let most = 0;
    const looks = [];
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...args) {
      const tx = transaction.apply(this, args);
      if (args[1] !== "readwrite" || this.name !== "apus:bound") return tx;
      const look = new Promise((resolve) => {
        tx.addEventListener("abort", resolve);
        tx.addEventListener("complete", () => {
          const reading = transaction.call(this, ["heads", "bodies"]);
          let bytes = 0;
          for (const name of ["heads", "bodies"])
            reading.objectStore(name).getAll().onsuccess = ({ target }) => {
              for (const piece of target.result) bytes += piece.length;
            };
          reading.oncomplete = () => {
            most = Math.max(most, bytes);
            resolve();
          };
        });
      });
      looks.push(look);
      return tx;
    };
    const flushed = [];
    const burst = async (round) => {
      for (let i = 0; i < 20; i++) store.put(`${round} large ${i}`, noise(400_000));
      for (let i = 0; i < 300; i++) store.put(`${round} small ${i}`, noise(9_000));
      flushed.push(await store.flush());
      return store.has(`${round} small 299`);
    };
    const newest = [await burst(0)];
    let release;
    void navigator.locks.request("apus:bound", () => new Promise((resolve) => (release = resolve)));
    while (!release) await new Promise((resolve) => setTimeout(resolve, 5));
    newest.push(await burst(1));
    const held = store.stats.bytes; // writes do not wait for the other tab
    release();
    newest.push(await burst(2));
    await Promise.all(looks);
    return { flushed, newest, errors, most, held, bytes: store.stats.bytes };
  });
  expect(result).toMatchObject({
    flushed: [true, true, true],
    newest: [true, true, true],
    errors: [],
  });
  for (const bytes of [result.most, result.held, result.bytes])
    expect(bytes).toBeLessThanOrEqual(2_000_000);
  expect(result.bytes).toBeGreaterThan(1_200_000); // and the budget is used
});

test("a batch that exceeds the budget is split, and the parts that fit are stored", async ({
  page,
}) => {
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("split", { maxDiskBytes: 6000 });
    const errors = [];
    store.addEventListener("error", ({ detail }) => errors.push(detail.code));
    // Three bytes a character, which nothing compresses.
    const noise = (length) =>
      String.fromCharCode(...Array.from({ length }, () => 0x4e00 + Math.random() * 20_000));
    for (let i = 0; i < 2; i++) store.put(`key ${i}`, noise(1450));
    const flushed = await store.flush();
    return { flushed, errors, last: store.has("key 1"), bytes: store.stats.bytes };
  });
  expect(result).toMatchObject({ flushed: true, errors: [], last: true });
  expect(result.bytes).toBeLessThanOrEqual(6000);
});

test("a new segment is not the coldest", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("new", { maxDiskBytes: 100_000 });
    const noise = () => Array.from(crypto.getRandomValues(new Uint32Array(60))).join("");
    const here = [];
    for (let segment = 0; segment < 40; segment++) {
      for (let i = 0; i < 20; i++) store.put(`${segment} ${i}`, noise());
      await store.flush();
      while (store.stats.bytes > 100_000) await new Promise((resolve) => setTimeout(resolve, 10));
      here.push(store.has(`${segment} 0`));
      await store.read(Array.from({ length: segment }, (_, i) => `${i} 0`)); // all of them are used
    }
    return { here, evictions: store.stats.evictions };
  });
  expect(result.evictions).toBeGreaterThan(5);
  expect(result.here).toEqual(Array(40).fill(true));
});

test("the newest values stay, even if the worker returns older ones after them", async ({
  page,
}) => {
  const result = await page.evaluate(async () => {
    const NativeWorker = Worker;
    globalThis.Worker = class extends NativeWorker {
      /** @param {(event: MessageEvent) => void} listener */
      set onmessage(listener) {
        super.onmessage = (event) => setTimeout(listener, event.data?.segment ? 200 : 0, event);
      }
    };
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("late", { maxDiskBytes: 2_000_000 });
    const noise = () => crypto.getRandomValues(new Uint8Array(9000));
    const newest = [];
    for (let round = 0; round < 4; round++) {
      // Five full batches go to the worker; the rest is packed on the page.
      for (let i = 0; i < 300; i++) store.put(`${round} ${i}`, noise());
      newest.push([await store.flush(), store.has(`${round} 299`)]);
    }
    return newest;
  });
  expect(result).toEqual(Array(4).fill([true, true]));
});
