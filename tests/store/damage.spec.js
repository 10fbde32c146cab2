// Real records, damaged through a second connection: the rest loads.
import { expect, test } from "./fixture.js";

/** Runs `change(record, which)` on one segment's record, in the page. */
const setup = () => {
  /** The xxHash specification's XXH64, for whole stripes of 32 bytes and words of 8. */
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
    for (; at + 32 <= bytes.length; at += 32)
      for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i], view.getBigUint64(at + 8 * i, true));
    let hash = [1n, 7n, 12n, 18n].reduce((sum, bits, i) => sum + rotate(lanes[i], bits), 0n);
    for (const lane of lanes) hash = u64((u64(hash) ^ round(0n, lane)) * p1 + p4);
    hash = u64(hash + BigInt(bytes.length));
    for (; at + 8 <= bytes.length; at += 8)
      hash = u64(rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * p1 + p4);
    hash = u64((hash ^ (hash >> 33n)) * p2);
    hash = u64((hash ^ (hash >> 29n)) * p3);
    return hash ^ (hash >> 32n);
  };
  globalThis.connect = () =>
    new Promise((resolve) => {
      const request = indexedDB.open(`apus:${globalThis.dbName}`);
      request.onsuccess = () => resolve(request.result);
    });
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

test("each region of head and body, flipped or cut, costs its segment only", async ({ page }) => {
  test.setTimeout(90_000);
  await page.evaluate(setup);
  const results = await page.evaluate(async () => {
    const { Store } = await import("/store/index.js");
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
        if (kind === "heads" && name === "gone") continue;
        globalThis.dbName = `damage ${run++}`;
        let store = await Store.open(dbName);
        for (let segment = 0; segment < 3; segment++) {
          for (let i = 0; i < 40; i++) store.put(`key ${segment} ${i}`, { segment, i });
          await store.flush();
        }
        await store.close();
        globalThis.flippedAt = Infinity;
        await alter(kind, 1, change);
        store = await Store.open(dbName);
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
      dropped: spare || name === "gone" ? 0 : 1,
    });
  }
});

test("a body in many pieces is read whole, or not at all", async ({ page }) => {
  await page.evaluate(setup);
  const result = await page.evaluate(async () => {
    const { Store } = await import("/store/index.js");
    globalThis.dbName = "pieces";
    const noise = crypto.getRandomValues(new Uint8Array(65_536));
    const large = new Uint8Array(500_000).map((_, i) => noise[i % 65_536] ^ (i >> 16));
    let store = await Store.open("pieces");
    store.put("large", large);
    store.put("small", 1);
    await store.flush();
    await store.close();
    store = await Store.open("pieces");
    const { value } = (await store.read(["large"])).get("large");
    const same = value.length === large.length && value.every((byte, i) => byte === large[i]);
    await store.close();
    await alter("bodies", 4, () => undefined);
    store = await Store.open("pieces");
    const after = [...(await store.read(["large", "small"])).keys()];
    return { same, after, dropped: store.stats.droppedBlocks };
  });
  expect(result).toEqual({ same: true, after: [], dropped: 1 });
});

test("a segment of a newer version is left alone and reported", async ({ page }) => {
  await page.evaluate(setup);
  const result = await page.evaluate(async () => {
    const { Store } = await import("/store/index.js");
    globalThis.dbName = "newer";
    let store = await Store.open("newer");
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
    store = await Store.open("newer");
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

test("a damaged value does not let an older one come back", async ({ page }) => {
  await page.evaluate(setup);
  const result = await page.evaluate(async () => {
    const { Store } = await import("/store/index.js");
    globalThis.dbName = "older";
    let store = await Store.open("older");
    store.put("a", "old");
    await store.flush();
    store.put("a", "new");
    await store.flush();
    await store.close();
    await alter("bodies", 1, (body) => body.map((byte) => byte ^ 1));
    const seen = [];
    for (let i = 0; i < 3; i++) {
      store = await Store.open("older");
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

test("a damaged head does not let older values, or what was deleted, come back", async ({
  page,
}) => {
  await page.evaluate(setup);
  const result = await page.evaluate(async () => {
    const { Store } = await import("/store/index.js");
    globalThis.dbName = "head";
    let store = await Store.open("head");
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
      store = await Store.open("head");
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
