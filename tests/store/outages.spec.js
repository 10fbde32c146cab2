/* global store, degraded */
// IndexedDB that is missing, or fails in one way until it is mended.
import { expect, test } from "./fixture.js";

for (const [what, install] of Object.entries({
  "an open that throws, as in old private modes": () => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("not here", "InvalidStateError");
    };
  },
  "a getter that throws": () => {
    Object.defineProperty(globalThis, "indexedDB", {
      get() {
        throw new DOMException("no", "SecurityError");
      },
    });
  },
  "no IndexedDB at all": () => {
    Object.defineProperty(globalThis, "indexedDB", { value: undefined });
  },
  "an open that never answers": () => {
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = function (name) {
      return Object.create(open.call(this, `other ${name}`), {
        addEventListener: { value() {} },
        removeEventListener: { value() {} },
      });
    };
  },
})) {
  test(`${what} ends in memory, with one event`, async ({ page }) => {
    await page.clock.install(); // the limits are 10 s each
    await page.evaluate(install);
    const working = page.evaluate(async () => {
      const { SegmentStore } = await import("/store/segment-store.js");
      const store = await SegmentStore.open("nowhere");
      let degraded = 0;
      const event = new Promise((resolve) => {
        store.addEventListener("degraded", ({ detail }) => {
          degraded += 1;
          resolve(detail.code);
        });
      });
      const code = await event;
      globalThis.waited = true;
      // More than the store keeps in memory: the newest stay.
      for (let i = 0; i < 130_000; i++) store.put(`many ${i}`, i);
      store.put("a", 1);
      const flushed = await store.flush();
      const value = (await store.read(["a"])).get("a").value;
      const { waiting } = store.stats;
      return { code, flushed, value, degraded, bounded: waiting > 50_000 && waiting < 110_000 };
    });
    // Only the wait is shortened: a clock ahead of the disk would end the store's patience with it.
    while (!(await page.evaluate(() => globalThis.waited))) await page.clock.runFor(1000);
    await page.clock.resume();
    const result = await working;
    expect(result).toMatchObject({ flushed: false, value: 1, degraded: 1, bounded: true });
    expect(["STORAGE_FAILED", "NO_INDEXEDDB"]).toContain(result.code);
  });
}

test("a store that the user deletes is created again", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("deleted");
    store.put("before", 1);
    await store.flush();
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase("apus:deleted");
      request.onsuccess = resolve;
      request.onblocked = () => reject(new Error("blocked"));
    });
    store.put("after", 2);
    const flushed = await store.flush();
    const read = await store.read(["before", "after"]);
    await store.close();
    const again = await SegmentStore.open("deleted");
    return { flushed, read: [...read.keys()], has: [again.has("before"), again.has("after")] };
  });
  expect(result).toEqual({ flushed: true, read: ["after"], has: [false, true] });
});

/**
 * Storage that fails in one way until `globalThis.mend()`. The page writes and reads during and
 * after the failure, with the same result for all kinds.
 */
for (const [what, fail] of Object.entries({
  "a connection that is closed in mid-transaction": () => {
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...args) {
      const tx = transaction.apply(this, args);
      tx.commit = () => {};
      queueMicrotask(() => {
        tx.abort();
        this.close();
        this.dispatchEvent(new Event("close"));
      });
      return tx;
    };
    globalThis.mend = () => {
      IDBDatabase.prototype.transaction = transaction;
    };
  },
  "transactions that abort": () => {
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...args) {
      const tx = transaction.apply(this, args);
      tx.commit = () => tx.abort();
      if (args[1] === "readonly") queueMicrotask(() => tx.abort());
      return tx;
    };
    globalThis.mend = () => {
      IDBDatabase.prototype.transaction = transaction;
    };
  },
  "a transaction that never ends": () => {
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...args) {
      const tx = transaction.apply(this, args);
      tx.commit = () => {};
      const { objectStore } = tx;
      tx.objectStore = function (name) {
        const store = objectStore.call(this, name);
        const again = () => {
          if (!globalThis.mended) store.get("nothing").onsuccess = again;
        };
        again();
        return store;
      };
      return tx;
    };
    globalThis.mend = () => {
      globalThis.mended = true;
      IDBDatabase.prototype.transaction = transaction;
    };
  },
  "a disk that is full": () => {
    const { transaction } = IDBDatabase.prototype;
    const full = new DOMException("injected", "QuotaExceededError");
    IDBDatabase.prototype.transaction = function (...args) {
      const tx = transaction.apply(this, args);
      if (args[1] === "readwrite") {
        Object.defineProperty(tx, "error", { get: () => full });
        tx.commit = () => tx.abort();
      }
      return tx;
    };
    globalThis.mend = () => {
      IDBDatabase.prototype.transaction = transaction;
    };
  },
  "a database that will not open again": () => {
    const { transaction } = IDBDatabase.prototype;
    const { open } = IDBFactory.prototype;
    IDBDatabase.prototype.transaction = () => {
      throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
    };
    IDBFactory.prototype.open = () => {
      throw new DOMException("injected", "InvalidStateError");
    };
    globalThis.mend = () => {
      IDBDatabase.prototype.transaction = transaction;
      IDBFactory.prototype.open = open;
    };
  },
})) {
  test(`${what}: one event, no wrong value, and a full recovery`, async ({ page }) => {
    await page.clock.install();
    const first = await page.evaluate(async () => {
      const { SegmentStore } = await import("/store/segment-store.js");
      globalThis.store = await SegmentStore.open("mended");
      globalThis.degraded = [];
      store.addEventListener("degraded", ({ detail }) => degraded.push(detail.code));
      store.put("before", 1);
      store.put("changed", "old");
      return store.flush();
    });
    await page.evaluate(fail);
    const working = page.evaluate(async () => {
      const { SegmentStore } = await import("/store/segment-store.js");
      store.put("during", 1);
      store.put("changed", "new");
      const during = await store.flush();
      const inMemory = Array.from(
        await store.read(["during", "changed"]),
        ([, { value }]) => value,
      );
      await new Promise((resolve) => setTimeout(resolve));
      globalThis.mend();
      while (store.stats.degraded) await new Promise((resolve) => setTimeout(resolve, 100));
      globalThis.waited = true;
      store.put("after", 1);
      const after = await store.flush();
      const { recoveries } = store.stats;
      await store.close();
      const again = await SegmentStore.open("mended");
      const keys = ["before", "during", "changed", "after"];
      const read = Array.from(await again.read(keys), ([, { value }]) => value);
      return { during, inMemory, degraded: degraded.length, after, recoveries, read };
    });
    // Only the wait is shortened: a clock ahead of the disk would end the store's patience with it.
    while (!(await page.evaluate(() => globalThis.waited))) await page.clock.runFor(1000);
    await page.clock.resume();
    const { recoveries, ...result } = await working;
    expect(first).toBe(true);
    expect(result).toEqual({
      during: false,
      inMemory: [1, "new"],
      degraded: 1,
      after: true,
      read: [1, 1, "new", 1],
    });
    expect(recoveries).toBeGreaterThan(0);
  });
}
