// Real records, damaged through a second connection: the rest loads.
import { expect, test } from "./fixture.js";

/** Runs `change(record, which)` on one segment's record, in the page. */
const setup = () => {
  /** The xxHash specification's XXH64. */
  globalThis.xxhash64 = (bytes) => {
    const [p1, p2, p3, p4] = [
      0x9e3779b185ebca87n,
      0xc2b2ae3d27d4eb4fn,
      0x165667b19e3779f9n,
      0x85ebca77c2b2ae63n,
    ];
    const u64 = (n) => BigInt.asUintN(64, n);
    const rotate = (n, bits) => u64((n << bits) | (n >> (64n - bits)));
    const round = (lane, input) => u64(rotate(u64(lane + input * p2), 31n) * p1);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const lanes = [u64(p1 + p2), p2, 0n, u64(-p1)];
    let at = 0;
    const p5 = 0x27d4eb2f165667c5n;
    for (; at + 32 <= bytes.length; at += 32)
      for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i], view.getBigUint64(at + 8 * i, true));
    let hash = [1n, 7n, 12n, 18n].reduce((sum, bits, i) => sum + rotate(lanes[i], bits), 0n);
    for (const lane of lanes) hash = u64((u64(hash) ^ round(0n, lane)) * p1 + p4);
    if (at === 0) hash = p5;
    hash = u64(hash + BigInt(bytes.length));
    for (; at + 8 <= bytes.length; at += 8)
      hash = u64(rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * p1 + p4);
    if (at + 4 <= bytes.length) {
      hash = u64(rotate(u64(hash ^ u64(BigInt(view.getUint32(at, true)) * p1)), 23n) * p2 + p3);
      at += 4;
    }
    for (; at < bytes.length; at++)
      hash = u64(rotate(hash ^ u64(BigInt(bytes[at]) * p5), 11n) * p1);
    hash = u64((hash ^ (hash >> 33n)) * p2);
    hash = u64((hash ^ (hash >> 29n)) * p3);
    return hash ^ (hash >> 32n);
  };
  globalThis.connect = () =>
    new Promise((resolve) => {
      const request = indexedDB.open(`apus:${globalThis.dbName}`);
      request.onsuccess = () => resolve(request.result);
    });
  /** Deletes segment `index`'s records from these stores. */
  globalThis.lose = async (stores, index) => {
    const db = await connect();
    const tx = db.transaction(["heads", "bodies"], "readwrite");
    const done = new Promise((resolve) => {
      tx.oncomplete = resolve;
    });
    tx.objectStore("heads").getAllKeys().onsuccess = ({ target }) => {
      const id = target.result[index];
      if (stores.includes("heads")) tx.objectStore("heads").delete(id);
      if (stores.includes("bodies"))
        tx.objectStore("bodies").delete(IDBKeyRange.bound([id], [id, []]));
    };
    await done;
    db.close();
  };
  /** Puts a note. */
  globalThis.note = async (key, value) => {
    const db = await connect();
    const tx = db.transaction("notes", "readwrite");
    tx.objectStore("notes").put(value, key);
    await new Promise((resolve) => {
      tx.oncomplete = resolve;
    });
    db.close();
  };
  /** The codes of the errors that a store reports. */
  globalThis.codesOf = (store) => {
    const codes = [];
    for (const type of ["error", "degraded"])
      store.addEventListener(type, ({ detail }) => codes.push(detail.code));
    return codes;
  };
  globalThis.alter = async (store, index, change) => {
    const db = await connect();
    const tx = db.transaction(store, "readwrite");
    const done = new Promise((resolve) => {
      tx.oncomplete = resolve;
    });
    const records = tx.objectStore(store);
    records.getAllKeys().onsuccess = ({ target }) => {
      const key = target.result[index];
      records.get(key).onsuccess = ({ target: { result } }) => {
        const changed = change(result);
        if (changed === undefined) records.delete(key);
        else records.put(changed, key);
      };
    };
    await done;
    db.close();
  };
};

test("a flipped or cut region of head or body costs its segment only", async ({ page }) => {
  test.setTimeout(90_000);
  await page.evaluate(setup);
  const results = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const results = [];
    const parts = [0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999];
    const flips = parts.map((part) => [
      `flip ${part}`,
      (bytes) => {
        const copy = bytes.slice();
        globalThis.flippedAt = Math.floor(part * copy.length);
        copy[flippedAt] ^= 0x55;
        return copy;
      },
    ]);
    const cuts = parts.map((part) => [
      `cut ${part}`,
      (bytes) => bytes.slice(0, part * bytes.length),
    ]);
    const others = [
      ["not bytes", () => "text"],
      ["gone", () => undefined],
    ];
    let run = 0;
    for (const kind of ["heads", "bodies"]) {
      for (const [name, change] of [...flips, ...cuts, ...others]) {
        globalThis.dbName = `damage ${run++}`;
        let store = await SegmentStore.open(dbName);
        for (let segment = 0; segment < 3; segment++) {
          for (let i = 0; i < 40; i++) store.put(`key ${segment} ${i}`, { segment, i });
          await store.flush();
        }
        await store.close();
        globalThis.flippedAt = Infinity;
        await alter(kind, 1, change);
        store = await SegmentStore.open(dbName);
        const keys = [];
        for (let s = 0; s < 3; s++) for (let i = 0; i < 40; i++) keys.push(`key ${s} ${i}`);
        const read = await store.read(keys);
        let good = 0;
        let bad = 0;
        for (const [key, { value }] of read) {
          if (key === `key ${value.segment} ${value.i}`) good++;
          else bad++;
        }
        store.put("key 1 5", "anew");
        const flushed = await store.flush();
        const all = new Map();
        for await (const rows of store.readAll())
          for (const [key, { value }] of rows) all.set(key, value);
        results.push({
          // A body begins with a copy of its head's header, needed only without that.
          spare: kind === "bodies" && flippedAt < 88,
          kind,
          name,
          good,
          bad,
          flushed,
          all: all.size,
          anew: all.get("key 1 5"),
          dropped: store.stats.droppedBlocks,
        });
        await store.close();
      }
    }
    return results;
  });
  for (const { kind, name, spare, ...result } of results) {
    expect({ kind, name, ...result }).toEqual({
      kind,
      name,
      good: spare ? 120 : 80,
      bad: 0,
      flushed: true,
      all: spare ? 120 : 81,
      anew: "anew",
      dropped: spare || (kind === "bodies" && name === "gone") ? 0 : 1,
    });
  }
});

test("a body in many pieces is read whole, or not at all", async ({ page }) => {
  await page.evaluate(setup);
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    globalThis.dbName = "pieces";
    const noise = crypto.getRandomValues(new Uint8Array(65_536));
    const large = new Uint8Array(500_000).map((_, i) => noise[i % 65_536] ^ (i >> 16));
    let store = await SegmentStore.open("pieces");
    store.put("large", large);
    store.put("small", 1);
    await store.flush();
    await store.close();
    store = await SegmentStore.open("pieces");
    const { value } = (await store.read(["large"])).get("large");
    const same = value.length === large.length && value.every((byte, i) => byte === large[i]);
    await store.close();
    await alter("bodies", 4, () => undefined);
    store = await SegmentStore.open("pieces");
    const after = [...(await store.read(["large", "small"])).keys()];
    return { same, after, dropped: store.stats.droppedBlocks };
  });
  expect(result).toEqual({ same: true, after: [], dropped: 1 });
});

test("a segment of a newer version is left alone and reported", async ({ page }) => {
  await page.evaluate(setup);
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    globalThis.dbName = "newer";
    let store = await SegmentStore.open("newer");
    store.put("a", 1);
    await store.flush();
    await store.close();
    let kept;
    await alter("heads", 0, (head) => {
      kept = head.slice();
      kept[4] = 9;
      new DataView(kept.buffer).setBigUint64(80, xxhash64(kept.subarray(0, 80)), true);
      return kept;
    });
    store = await SegmentStore.open("newer");
    const error = await new Promise((resolve) => {
      store.addEventListener("error", ({ detail }) => resolve(detail.code));
    });
    store.put("b", 2);
    await store.flush();
    let found;
    await alter("heads", 0, (head) => {
      found = head;
      return head;
    });
    return { error, same: String(found) === String(kept), has: [store.has("a"), store.has("b")] };
  });
  expect(result).toEqual({ error: "NEWER_VERSION", same: true, has: [false, true] });
});

test("a damaged value does not bring an older one back", async ({ page }) => {
  await page.evaluate(setup);
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    globalThis.dbName = "older";
    let store = await SegmentStore.open("older");
    store.put("a", "old");
    await store.flush();
    store.put("a", "new");
    await store.flush();
    await store.close();
    await alter("bodies", 1, (body) => body.map((byte) => byte ^ 1));
    const seen = [];
    for (let i = 0; i < 3; i++) {
      store = await SegmentStore.open("older");
      seen.push((await store.read(["a"])).get("a")?.value ?? null);
      for (let k = 0; k < 10; k++) {
        store.put(`more ${i} ${k}`, k);
        await store.flush(); // small segments, to be compacted with the rest
      }
      const before = store.stats.compactions;
      while (store.stats.compactions === before)
        await new Promise((resolve) => setTimeout(resolve, 50));
      await store.close();
    }
    return seen;
  });
  expect(result).toEqual([null, null, null]);
});

test("a damaged head does not bring older or deleted values back", async ({ page }) => {
  await page.evaluate(setup);
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    globalThis.dbName = "head";
    let store = await SegmentStore.open("head");
    for (const key of ["a", "b", "c", "kept"]) store.put(key, "old");
    store.put("tagged", "old", { tags: ["t"] });
    await store.flush();
    store.put("a", "new");
    store.delete("b");
    store.invalidateTags(["t"]);
    await store.flush();
    store.put("c", "newest");
    await store.flush();
    await store.close();
    await alter("heads", 1, (head) => head.map((byte) => byte ^ 1));
    const seen = [];
    for (let i = 0; i < 2; i++) {
      store = await SegmentStore.open("head");
      const read = await store.read(["a", "b", "c", "kept", "tagged"]);
      seen.push(Object.fromEntries(Array.from(read, ([key, { value }]) => [key, value])));
      seen.push(store.stats.droppedBlocks);
      await store.close();
    }
    return seen;
  });
  const left = { c: "newest", kept: "old" };
  expect(result).toEqual([left, 1, left, 0]);
});

// What a lost segment had is known from its body; without that nothing older is
// certain to be the newest.
test("whatever part of a segment is left, no older value of its keys comes back", async ({
  page,
}) => {
  test.setTimeout(90_000);
  await page.evaluate(setup);
  const results = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const flip = (bytes) => bytes.map((byte) => byte ^ 1);
    const damages = {
      "both damaged": async () => {
        await alter("heads", 1, flip);
        await alter("bodies", 1, flip);
      },
      "head damaged, body gone": async () => {
        await alter("heads", 1, flip);
        await lose(["bodies"], 1);
      },
      "head gone": () => lose(["heads"], 1),
      "head gone, body damaged": async () => {
        await alter("bodies", 1, flip);
        await lose(["heads"], 1);
      },
      "both gone": () => lose(["heads", "bodies"], 1),
    };
    const results = {};
    for (const [name, damage] of Object.entries(damages)) {
      globalThis.dbName = name;
      let store = await SegmentStore.open(name);
      for (const key of ["a", "b", "c", "kept"]) store.put(key, "old");
      await store.flush();
      store.put("a", "new");
      store.delete("b");
      await store.flush();
      store.put("c", "newest");
      await store.flush();
      await store.close();
      await damage();
      results[name] = [];
      for (let visit = 0; visit < 3; visit++) {
        store = await SegmentStore.open(name);
        const codes = codesOf(store);
        const read = await store.read(["a", "b", "c", "kept", "visit"]);
        await new Promise((resolve) => setTimeout(resolve, 20));
        results[name].push([
          Object.fromEntries(Array.from(read, ([key, { value }]) => [key, value])),
          codes,
        ]);
        store.put("visit", visit);
        await store.flush();
        await store.close();
      }
    }
    return results;
  });
  for (const [name, [first, second, third]] of Object.entries(results)) {
    const left = name === "head gone" ? { c: "newest", kept: "old" } : { c: "newest" };
    expect({ name, first, second, third }).toEqual({
      name,
      first: [left, ["CORRUPT"]],
      second: [{ ...left, visit: 0 }, []],
      third: [{ ...left, visit: 1 }, []],
    });
  }
});

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

test("a clock that has fallen back by years loses nothing", async ({ page }) => {
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

test("notes that no store writes do no harm", async ({ page }) => {
  await page.evaluate(setup);
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    globalThis.dbName = "notes";
    const result = [];
    let store = await SegmentStore.open("notes");
    store.put("a", 1);
    await store.close();
    let id;
    await alter("heads", 0, (head) => head);
    const db = await connect();
    await new Promise((resolve) => {
      db.transaction("heads").objectStore("heads").getAllKeys().onsuccess = ({ target }) => {
        [id] = target.result;
        resolve();
      };
    });
    db.close();
    const notes = [
      ["dictionary 1", "text"],
      ["dictionary 2", null],
      ["hits", { [id]: 5n }],
      ["hits", { [id]: { x: 1 } }],
      ["hits", null],
      ["hits", "text"],
    ];
    for (const dictionary of [false, true]) {
      for (const [key, value] of notes) {
        await note(key, value);
        store = await SegmentStore.open("notes", { dictionary });
        const codes = codesOf(store);
        const read = (await store.read(["a"])).get("a")?.value;
        await new Promise((resolve) => setTimeout(resolve, 20));
        result.push([read, ...new Set(codes), store.stats.degraded]);
        await store.close();
      }
    }
    return result;
  });
  for (const seen of result) expect(seen).toEqual([1, "CORRUPT", undefined]);
});

test("a value that is not JSON, with right checksums, costs itself only", async ({ page }) => {
  await page.evaluate(setup);
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    globalThis.dbName = "json";
    let store = await SegmentStore.open("json");
    store.put("b", "older");
    await store.flush();
    for (const key of ["a", "b", "c"]) store.put(key, 1111);
    await store.flush();
    await store.close();
    // [1] in place of 1111, for the second; "}1,1" reads as two values in a run
    const results = [];
    for (const text of ["{{{{", "1,11", "[111", "    "]) {
      let header;
      await alter("bodies", 1, (body) => {
        const changed = body.slice();
        const at = changed.length - 10; // of "1111,1111,1111,"
        changed.set(new TextEncoder().encode(text), at);
        header = new DataView(changed.buffer);
        header.setBigUint64(64, xxhash64(changed.slice(88)), true);
        header.setBigUint64(80, xxhash64(changed.slice(0, 80)), true);
        return changed;
      });
      await alter("heads", 1, (head) => {
        const changed = head.slice();
        const view = new DataView(changed.buffer);
        view.setBigUint64(64, header.getBigUint64(64, true), true);
        view.setBigUint64(80, header.getBigUint64(80, true), true);
        return changed;
      });
      store = await SegmentStore.open("json");
      const codes = codesOf(store);
      const read = await store.read(["a", "b", "c"]);
      const all = new Map();
      for await (const rows of store.readAll())
        for (const [key, { value }] of rows) all.set(key, value);
      await store.read(["b"]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const values = Array.from(read, ([key, { value }]) => [key, value]);
      results.push({ values, all: [...all], codes, degraded: store.stats.degraded });
      await store.close();
    }
    return results;
  });
  const left = [
    ["a", 1111],
    ["c", 1111],
  ];
  for (const seen of result)
    expect(seen).toEqual({ values: left, all: left, codes: ["CORRUPT"], degraded: undefined });
});

test("a last flush arrives although foreign keys lie next to it", async ({ page }) => {
  await page.evaluate(setup);
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    globalThis.dbName = "last";
    let store = await SegmentStore.open("last");
    store.put("a", 1);
    await store.flush();
    await store.close();
    const done = (request) =>
      new Promise((resolve) => {
        request.onsuccess = () => resolve(request.result);
      });
    const db = await connect();
    const tx = db.transaction(["heads", "bodies", "notes"], "readwrite");
    const [id] = await done(tx.objectStore("heads").getAllKeys());
    const [head] = await done(tx.objectStore("heads").getAll());
    const [body] = await done(tx.objectStore("bodies").getAll());
    for (const name of ["heads", "bodies", "notes"]) tx.objectStore(name).clear();
    await new Promise((resolve) => {
      tx.oncomplete = resolve;
    });
    db.close();
    const last = await done(indexedDB.open("apus-last:last"));
    const pieces = last.transaction("pieces", "readwrite").objectStore("pieces");
    pieces.put(head, [id, 0]);
    pieces.put(body, [id, 1]);
    for (const key of [5, "text", [], ["x", 0], new Date(0)]) await done(pieces.put(1, key));
    last.close();
    store = await SegmentStore.open("last");
    const seen = [(await store.read(["a"])).get("a")?.value, store.stats.degraded];
    await store.close();
    return seen;
  });
  expect(result).toEqual([1, undefined]);
});
