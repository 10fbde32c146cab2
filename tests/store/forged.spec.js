/* global alter, codesOf, connect, note, xxhash64 */
// Records, notes and keys that no store writes.
import { setup } from "./damage.js";
import { expect, test } from "./fixture.js";

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
        while (codes.length === 0) await new Promise((resolve) => setTimeout(resolve));
        result.push([read, ...new Set(codes), store.stats.degraded]);
        await store.close();
      }
    }
    return result;
  });
  for (const seen of result) expect(seen).toEqual([1, "CORRUPT", undefined]);
});

test("a value that is not JSON, with correct checksums, costs only itself", async ({ page }) => {
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
    // Replaces the second 1111. "1,11" alone reads as two values in a run.
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
      while (codes.length === 0) await new Promise((resolve) => setTimeout(resolve));
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

test("a foreign database is left untouched", async ({ page }) => {
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
