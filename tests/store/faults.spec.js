/* global store, degraded */
// A layer in front of IndexedDB that fails in the mix that a large application
// published of its users: will not open 26%, quota 26%, connection lost 19%,
// disk full at open 7%, connection closing 6%; the rest are aborts and hangs.
import { expect, rounds, test } from "./fixture.js";

/** Put into the page before the store is imported. `faults.rate` is per call, `full` a full disk's share. */
function installFaults() {
  let seed = 7;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  const faults = { rate: 0, full: 1, injected: {}, connections: new Set() };
  globalThis.faults = faults;
  const happens = (share, name) => {
    if (random() >= faults.rate * share) return false;
    faults.injected[name] = (faults.injected[name] ?? 0) + 1;
    return true;
  };
  const { open } = IDBFactory.prototype;
  IDBFactory.prototype.open = function (...args) {
    if (happens(0.26, "will not open")) throw new DOMException("injected", "InvalidStateError");
    if (happens(0.07 * faults.full, "disk full at open"))
      throw new DOMException("injected", "QuotaExceededError");
    const request = open.apply(this, args);
    request.addEventListener("success", () => faults.connections.add(request.result));
    return request;
  };
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (...args) {
    if (happens(0.06, "connection closing")) {
      throw new DOMException("The database connection is closing.", "InvalidStateError");
    }
    if (happens(0.19, "connection lost")) {
      this.close();
      throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
    }
    const tx = transaction.apply(this, args);
    const abort = () => {
      try {
        tx.abort();
      } catch {} // complete already
    };
    if (args[1] === "readwrite" && happens(0.26 * faults.full, "quota")) {
      const full = new DOMException("injected", "QuotaExceededError");
      Object.defineProperty(tx, "error", { get: () => full });
      tx.commit = abort;
    } else if (happens(0.16, "abort")) {
      if (args[1] === "readwrite") tx.commit = abort;
      else queueMicrotask(abort);
    }
    return tx;
  };
}

test("failing storage gives no wrong value, no rejection, and recovers", async ({ page }) => {
  test.setTimeout(rounds(90_000, 900_000));
  await page.evaluate(installFaults);
  const result = await page.evaluate(
    async (operations) => {
      const { SegmentStore } = await import("/store/segment-store.js");
      let seed = 3;
      const random = (n) => {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        return Math.floor((seed / 2 ** 32) * n);
      };
      let store = await SegmentStore.open("faults");
      const codes = {};
      const listen = () => {
        for (const type of ["degraded", "error"]) {
          store.addEventListener(type, ({ detail }) => {
            codes[detail.code] = (codes[detail.code] ?? 0) + 1;
          });
        }
      };
      listen();
      faults.rate = 0.5;
      const model = new Map();
      const wrong = [];
      let acknowledged = 0;
      for (let i = 0; i < operations; i++) {
        const key = `key ${random(200)}`;
        const dice = random(100);
        if (dice < 45) {
          store.put(key, { i, key });
          model.set(key, i);
        } else if (dice < 55) {
          store.delete(key);
          model.delete(key);
        } else if (dice < 92) {
          const record = (await store.read([key])).get(key);
          // A read that fails is a miss; a value must be the newest one.
          if (record && record.value.i !== model.get(key))
            wrong.push([key, record.value, model.get(key)]);
        } else if (dice < 99) {
          if (await store.flush()) acknowledged += 1;
        } else {
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
      }
      faults.rate = 0;
      for (let i = 0; i < 100 && !(await store.flush()); i++)
        await new Promise((r) => setTimeout(r, 100));
      const flushed = await store.flush();
      const { stats } = store;
      await store.close();
      store = await SegmentStore.open("faults");
      const keys = Array.from({ length: 200 }, (_, i) => `key ${i}`);
      const read = await store.read(keys);
      const different = keys.filter((key) => read.get(key)?.value.i !== model.get(key));
      const lost = different.filter((key) => !read.has(key)); // evicted to make room
      return {
        wrong,
        flushed,
        different: different.length - lost.length,
        lost: stats.evictions ? 0 : lost.length,
        acknowledged,
        codes,
        injected: faults.injected,
        stats,
      };
    },
    rounds(1500, 10_000),
  );
  expect(result.wrong).toEqual([]);
  expect(result.flushed).toBe(true);
  expect([result.different, result.lost]).toEqual([0, 0]);
  expect(result.acknowledged).toBeGreaterThan(0);
  expect(Object.keys(result.injected).length).toBeGreaterThan(3);
  expect(result.stats.droppedBlocks).toBe(0);
});

/**
 * Seeded changes of all kinds against a model, while storage fails; now and then,
 * after a flush that said true, the store is opened anew and must be the model's.
 */
for (const [what, options] of Object.entries({
  "without a budget": {},
  "within a budget": { maxDiskBytes: 60_000 },
})) {
  test(`a flush that says true is true ${what}, whatever is put`, async ({ page }) => {
    test.setTimeout(rounds(120_000, 900_000));
    await page.evaluate(installFaults);
    const result = await page.evaluate(
      async ({ operations, options }) => {
        const { SegmentStore } = await import("/store/segment-store.js");
        let seed = 11;
        const random = (n) => {
          seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
          return Math.floor((seed / 2 ** 32) * n);
        };
        const odd = ["\ud800", "\udc00", "\ufffd", "\0t", "\n", "\u{10ffff}", "😀", ""];
        const keys = Array.from({ length: 60 }, (_, i) => (i < odd.length ? odd[i] : `key ${i}`));
        const tags = ["a", "b", "\ud800", "\udc00"];
        const noise = () =>
          Array.from(crypto.getRandomValues(new Uint32Array(random(120)))).join(" ");
        const refused = [
          () => new Map(),
          () => ({ at: new Date(0) }),
          () => [Number.NaN],
          () => ({ missing: undefined }),
          () => () => {},
          () => 1n,
        ];
        /** @type {Map<string, { i: number, tag: string | undefined, refused: boolean }>} */
        const model = new Map();
        const found = { wrong: [], missing: [], over: 0, checks: 0, evictions: 0 };
        let store = await SegmentStore.open("truth", options);
        faults.rate = 0.4;
        faults.full = options.maxDiskBytes ? 1 : 0; // else nothing may be missing
        const reopen = async () => {
          const rate = faults.rate;
          faults.rate = 0;
          found.evictions += store.stats.evictions;
          await store.close();
          store = await SegmentStore.open("truth", options);
          const read = await store.read(keys);
          for (const key of keys) {
            const entry = model.get(key);
            const i = read.get(key)?.value?.i;
            if (read.has(key) && (!entry || entry.refused || entry.i !== i))
              found.wrong.push([key, i, entry]);
            if (!read.has(key) && entry && !entry.refused) {
              if (!found.evictions) found.missing.push([key, entry]);
              model.delete(key);
            }
            if (entry?.refused) model.delete(key);
          }
          found.checks += 1;
          faults.rate = rate;
        };
        for (let i = 0; i < operations; i++) {
          const key = keys[random(keys.length)];
          const dice = random(100);
          if (dice < 50) {
            const tag = random(2) ? tags[random(tags.length)] : undefined;
            const odd = random(6) === 0;
            const value = odd ? refused[random(refused.length)]() : { i, text: noise() };
            store.put(key, value, { tags: tag === undefined ? [] : [tag] });
            model.set(key, { i, tag, refused: odd });
          } else if (dice < 60) {
            store.delete(key);
            model.delete(key);
          } else if (dice < 63) {
            const tag = tags[random(tags.length)];
            store.invalidateTags([tag]);
            for (const [key, entry] of model) if (entry.tag === tag) model.delete(key);
          } else if (dice < 64) {
            store.clear();
            model.clear();
          } else if (dice < 80) {
            const record = (await store.read([key])).get(key);
            const entry = model.get(key);
            if (record && (!entry || (!entry.refused && record.value.i !== entry.i)))
              found.wrong.push([key, record.value.i, entry]);
          } else if (dice < 96) {
            if ((await store.flush()) && random(4) === 0) await reopen();
          } else {
            await new Promise((resolve) => setTimeout(resolve, 2));
          }
          if (options.maxDiskBytes && store.stats.bytes > options.maxDiskBytes) found.over += 1;
        }
        faults.rate = 0;
        for (let i = 0; i < 100 && !(await store.flush()); i++)
          await new Promise((r) => setTimeout(r, 100));
        await reopen();
        return { ...found, injected: Object.keys(faults.injected).length };
      },
      { operations: rounds(1500, 10_000), options },
    );
    expect(result).toMatchObject({ wrong: [], missing: [], over: 0 });
    expect(result.checks).toBeGreaterThan(10);
    expect(result.injected).toBeGreaterThan(3);
    if (options.maxDiskBytes) expect(result.evictions).toBeGreaterThan(5);
    else expect(result.evictions).toBe(0);
  });
}

for (const [what, install] of Object.entries({
  "an open that throws, as old private modes do": () => {
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
      // More than memory-only operation keeps: the newest stay.
      for (let i = 0; i < 130_000; i++) store.put(`many ${i}`, i);
      store.put("a", 1);
      const flushed = await store.flush();
      const value = (await store.read(["a"])).get("a").value;
      const { waiting } = store.stats;
      return { code, flushed, value, degraded, bounded: waiting > 50_000 && waiting < 110_000 };
    });
    let ended = false;
    void working.finally(() => {
      ended = true;
    });
    while (!ended) await page.clock.runFor(1000);
    const result = await working;
    expect(result).toMatchObject({ flushed: false, value: 1, degraded: 1, bounded: true });
    expect(["STORAGE_FAILED", "NO_INDEXEDDB"]).toContain(result.code);
  });
}

test("a database that is not ours is left untouched", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const foreign = await new Promise((resolve, reject) => {
      const request = indexedDB.open("apus:foreign", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("theirs").put("data", 1);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    foreign.close();
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("foreign");
    store.put("a", 1);
    const flushed = await store.flush();
    const after = await new Promise((resolve) => {
      const request = indexedDB.open("apus:foreign");
      request.onsuccess = () => resolve(request.result);
    });
    const data = await new Promise((resolve) => {
      const request = after.transaction("theirs").objectStore("theirs").get(1);
      request.onsuccess = () => resolve(request.result);
    });
    return { flushed, state: store.stats.degraded, stores: [...after.objectStoreNames], data };
  });
  expect(result).toEqual({
    flushed: false,
    state: "FOREIGN_DATABASE",
    stores: ["theirs"],
    data: "data",
  });
});

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
  // What was to live an hour, written in a year, has an unknown age.
  expect(result).toEqual({ ahead: false, value: "third", hour: false });
});

/**
 * Storage that fails in one way from now on, until `globalThis.mend()`; then the
 * page writes and reads, before and after. What comes of it is the same for all.
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
  test(`${what}: one event, nothing wrong, and all is well again afterwards`, async ({ page }) => {
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
      store.put("after", 1);
      const after = await store.flush();
      const { recoveries } = store.stats;
      await store.close();
      const again = await SegmentStore.open("mended");
      const keys = ["before", "during", "changed", "after"];
      const read = Array.from(await again.read(keys), ([, { value }]) => value);
      return { during, inMemory, degraded: degraded.length, after, recoveries, read };
    });
    let ended = false;
    void working.finally(() => {
      ended = true;
    });
    while (!ended) await page.clock.runFor(1000);
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
