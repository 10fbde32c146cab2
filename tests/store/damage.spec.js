/* global alter, codesOf, flippedAt, lose, xxhash64 */
// Real records, damaged through a second connection: the rest loads.
import { setup } from "./damage.js";
import { expect, test } from "./fixture.js";

test("a flipped or cut region of head or body costs only its segment", async ({ page }) => {
  test.setTimeout(180_000);
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
        store.put("key 1 5", "new");
        const flushed = await store.flush();
        const all = new Map();
        for await (const rows of store.readAll())
          for (const [key, { value }] of rows) all.set(key, value);
        results.push({
          // A body begins with a copy of its head's header, which is needed only if the head is lost.
          spare: kind === "bodies" && flippedAt < 88,
          kind,
          name,
          good,
          bad,
          flushed,
          all: all.size,
          renewed: all.get("key 1 5"),
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
      renewed: "new",
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

test("a damaged value does not restore an older one", async ({ page }) => {
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
      const before = store.stats.compactions;
      for (let k = 0; k < 10; k++) {
        store.put(`more ${i} ${k}`, k);
        await store.flush(); // small segments, to be compacted with the rest
      }
      while (store.stats.compactions === before)
        await new Promise((resolve) => setTimeout(resolve, 50));
      await store.close();
    }
    return seen;
  });
  expect(result).toEqual([null, null, null]);
});

test("a damaged head does not restore older or deleted values", async ({ page }) => {
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

// A lost segment's keys are known from its body. Without the body, no older value
// is certain to be the newest.
test("whichever part of a segment is left, no older value of its keys comes back", async ({
  page,
}) => {
  test.setTimeout(180_000);
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
        while (visit === 0 && codes.length === 0)
          await new Promise((resolve) => setTimeout(resolve)); // errors are reported later
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
