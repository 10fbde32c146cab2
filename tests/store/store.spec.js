import { expect, test } from "./fixture.js";

test("flushed values survive a reload", async ({ page }) => {
  await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("reload");
    for (let i = 0; i < 3000; i++)
      store.put(`key ${i}`, { id: i, name: `名前 ${i}`, note: "é".repeat(i % 7) });
    store.put("bytes", new Uint8Array([1, 2, 3]));
    store.put("tagged", "x", { tags: ["a", "b"], priority: -3, expiresAt: 9e12 });
    store.put("", null);
    if (!(await store.flush())) throw new Error("not flushed");
  });
  await page.reload();
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("reload");
    const read = await store.read(["key 0", "key 2999", "bytes", "tagged", "", "missing"]);
    const all = new Map();
    for await (const rows of store.readAll()) for (const [key, row] of rows) all.set(key, row);
    let wrong = 0;
    for (let i = 0; i < 3000; i++) {
      const { id, name, note } = all.get(`key ${i}`).value;
      if (id !== i || name !== `名前 ${i}` || note !== "é".repeat(i % 7)) wrong++;
    }
    return {
      has: ["key 5", "", "missing"].map((key) => store.has(key)),
      read: [...read].map(([key, row]) => [
        key,
        row.value instanceof Uint8Array ? [...row.value] : row.value,
      ]),
      tagged: read.get("tagged"),
      size: all.size,
      allTagged: all.get("tagged"),
      wrong,
      stats: store.stats,
    };
  });
  expect(result.has).toEqual([true, true, false]);
  expect(new Map(result.read)).toEqual(
    new Map([
      ["key 0", { id: 0, name: "名前 0", note: "" }],
      ["key 2999", { id: 2999, name: "名前 2999", note: "é".repeat(2999 % 7) }],
      ["bytes", [1, 2, 3]],
      ["tagged", "x"],
      ["", null],
    ]),
  );
  expect(result.tagged).toEqual({ value: "x", expiresAt: 9e12, tags: ["a", "b"], priority: -3 });
  expect(result.allTagged).toEqual(result.tagged);
  expect(result.size).toBe(3003);
  expect(result.wrong).toBe(0);
  expect(result.stats).toMatchObject({
    entries: 3003,
    waiting: 0,
    droppedBlocks: 0,
    degraded: undefined,
  });
});

test("deleted, invalidated, cleared and expired entries stay gone", async ({ page }) => {
  const gone = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    let now = Date.now();
    const open = () => SegmentStore.open("gone", { now: () => now });
    const store = await open();
    const keys = ["cleared", "kept", "deleted", "tagged", "retagged", "expired", "after"];
    store.put("cleared", 1);
    await store.flush();
    store.clear();
    store.put("deleted", 1);
    store.put("tagged", 1, { tags: ["news"] });
    store.put("retagged", "first");
    store.put("expired", 1, { expiresAt: now + 1000 });
    await store.flush();
    store.put("kept", 1);
    store.put("retagged", "second", { tags: ["news", "other"] });
    store.delete("deleted");
    store.invalidateTags(["news"]);
    store.put("after", 1, { tags: ["news"] });
    const before = keys.filter((key) => store.has(key));
    await store.flush();
    now += 2000;
    const later = keys.filter((key) => store.has(key));
    await store.close();
    const again = await open();
    const reopened = keys.filter((key) => again.has(key));
    const all = [];
    for await (const rows of again.readAll()) all.push(...rows.map(([key]) => key));
    return { before, later, reopened, all };
  });
  expect(gone).toEqual({
    before: ["kept", "expired", "after"],
    later: ["kept", "after"],
    reopened: ["kept", "after"],
    all: ["kept", "after"],
  });
});

test("values that JSON cannot hold are reported, and the rest is written", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("values");
    const errors = [];
    store.addEventListener("error", ({ detail }) => errors.push([detail.code, detail.message]));
    const cycle = {};
    cycle.self = cycle;
    for (const [key, value] of Object.entries({
      good: 1,
      cycle,
      map: new Map(),
      fn() {},
      big: 1n,
      floats: new Float64Array(1),
      none: undefined,
    }))
      store.put(key, value);
    const flushed = await store.flush();
    await new Promise((resolve) => setTimeout(resolve));
    return { flushed, errors, entries: store.stats.entries };
  });
  expect(result.flushed).toBe(true);
  expect(result.entries).toBe(1);
  expect(result.errors.map(([code]) => code)).toEqual(Array(6).fill("NOT_ENCODABLE"));
  expect(result.errors[0][1]).toContain('"cycle"');
});

test("bad arguments are refused before anything changes", async ({ page }) => {
  const names = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const attempts = [
      [""],
      [7],
      ["x", { level: 0.5 }],
      ["x", { unknown: 1 }],
      ["x", { maxDiskBytes: -1 }],
    ];
    return Promise.all(
      attempts.map((args) =>
        SegmentStore.open(...args).then(
          () => "opened",
          (error) => error.name,
        ),
      ),
    );
  });
  expect(names).toEqual(["TypeError", "TypeError", "RangeError", "TypeError", "RangeError"]);
});

test("clearing frees the disk at once", async ({ page }) => {
  const sizes = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("clear");
    const sizes = [];
    for (let round = 0; round < 3; round++) {
      store.clear();
      for (let i = 0; i < 5000; i++) store.put(`key ${i}`, { i, text: `${i} `.repeat(100) });
      await store.flush();
      sizes.push(store.stats.bytes);
    }
    store.clear();
    await store.flush();
    sizes.push(store.stats.bytes);
    await store.close();
    const again = await SegmentStore.open("clear");
    return [...sizes, again.stats.bytes];
  });
  expect(sizes[2]).toBeLessThan(sizes[0] * 1.1);
  expect(sizes[3]).toBeLessThan(1000);
  expect(sizes[4]).toBe(sizes[3]);
});

test("a flush covers earlier changes, not later ones", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("meanwhile");
    let at = 0;
    let ended = false;
    void (async () => {
      for (; !ended; at++) {
        store.put(`meanwhile ${at}`, at);
        await new Promise((resolve) => setTimeout(resolve));
      }
    })();
    const flushed = [];
    for (let round = 0; round < 30; round++) {
      store.put(`key ${round}`, round);
      flushed.push(await store.flush());
    }
    ended = true;
    const there = Array.from({ length: 30 }, (_, round) => store.has(`key ${round}`));
    return { flushed, there };
  });
  expect(result).toEqual({ flushed: Array(30).fill(true), there: Array(30).fill(true) });
});

test("the same name and options give the same store; other options conflict", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const [a, b] = await Promise.all([SegmentStore.open("twice"), SegmentStore.open("twice")]);
    const conflict = await SegmentStore.open("twice", { level: -3 }).then(
      () => "opened",
      (error) => error.code,
    );
    a.put("x", 1);
    await a.close();
    const alive = b.has("x") && (await b.flush());
    await b.close();
    const other = await SegmentStore.open("twice", { level: -3 });
    return { same: a === b, conflict, alive, x: other.has("x") };
  });
  expect(result).toEqual({ same: true, conflict: "OPTIONS_CONFLICT", alive: true, x: true });
});
