// Real records, damaged through a second connection: the rest loads.
import { expect, test } from "./fixture.js";

/** Runs `change(record, which)` on one segment's record, in the page. */
const setup = () => {
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
        copy[Math.floor(part * copy.length)] ^= 0x55;
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
  for (const { kind, name, ...result } of results) {
    expect({ kind, name, ...result }).toEqual({
      kind,
      name,
      good: 80,
      bad: 0,
      flushed: true,
      all: 81,
      anew: "anew",
      dropped: name === "gone" ? 0 : 1,
    });
  }
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
      const copy = head.slice();
      copy[4] = 9; // its checksum is wrong then; that it stays is what matters here
      kept = copy;
      return copy;
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
  expect(result).toEqual({ error: "CORRUPT", same: true, has: [false, true] });
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
