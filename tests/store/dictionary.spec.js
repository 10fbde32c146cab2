// A dictionary makes small segments smaller, and a missing one is reported.
import { expect, test } from "./fixture.js";

/** Defines the tests' shared functions in the page. */
const setup = () => {
  const words = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod".split(" ");
  globalThis.record = (i) => ({
    identifier: i,
    displayName: `${words[i % 11]} ${words[(i * 7) % 11]}`,
    postalAddress: { streetName: words[(i * 3) % 11], houseNumber: i % 97, cityName: "Zürich" },
    subscription: {
      planName: words[(i * 5) % 11],
      renewsAutomatically: i % 2 === 0,
      seats: i % 13,
    },
    permissions: {
      mayRead: true,
      mayWrite: i % 3 === 0,
      mayAdminister: false,
      mayInvite: i % 5 > 1,
    },
    description: Array.from({ length: 20 }, (_, k) => words[(i * k + k * k) % 11]).join(" "),
  });
  /** Many small segments, two records each. @returns bytes on the disk */
  globalThis.fill = async (store) => {
    for (let i = 0; i < 64; i++) store.put(`first ${i}`, record(i));
    await store.flush();
    const before = store.stats.bytes;
    for (let i = 100; i < 114; i += 2) {
      store.put(`key ${i}`, record(i));
      store.put(`key ${i + 1}`, record(i + 1));
      await store.flush();
    }
    return store.stats.bytes - before;
  };
  globalThis.wrong = async (store) => {
    let wrong = 0;
    for (let i = 100; i < 114; i++) {
      const { value } = (await store.read([`key ${i}`])).get(`key ${i}`) ?? {};
      if (JSON.stringify(value) !== JSON.stringify(record(i))) wrong += 1;
    }
    return wrong;
  };
};

test("segments of a few records shrink to less than two thirds", async ({ page }) => {
  await page.evaluate(setup);
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const sizes = {};
    const sample = new TextEncoder().encode(
      Array.from({ length: 40 }, (_, i) => JSON.stringify(record(i))).join(),
    );
    for (const [name, dictionary] of Object.entries({
      none: false,
      learned: true,
      given: sample,
    })) {
      let store = await SegmentStore.open(name, { dictionary });
      sizes[name] = await fill(store);
      await store.close();
      store = await SegmentStore.open(name); // the option is not needed to read
      sizes[`${name} wrong`] = await wrong(store);
      await store.close();
    }
    return sizes;
  });
  expect([result["none wrong"], result["learned wrong"], result["given wrong"]]).toEqual([0, 0, 0]);
  expect(result.learned / result.none).toBeLessThan(0.67);
  expect(result.given / result.none).toBeLessThan(0.67);
});

test("another tab finds the dictionary when it needs it", async ({ page, context }) => {
  await page.evaluate(setup);
  await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    globalThis.store = await SegmentStore.open("tabs");
  });
  const other = await context.newPage();
  await other.goto("/tests/pages/blank.html");
  await other.evaluate(setup);
  await other.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("tabs", { dictionary: true });
    await fill(store);
    await store.close();
  });
  await expect.poll(() => page.evaluate(() => wrong(store))).toBe(0);
});

test("a segment whose dictionary is missing is reported and kept", async ({ page }) => {
  await page.evaluate(setup);
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    let store = await SegmentStore.open("gone", { dictionary: true });
    await fill(store);
    await store.close();
    const notes = (work) =>
      new Promise((resolve) => {
        const request = indexedDB.open("apus:gone");
        request.onsuccess = () => {
          const db = request.result;
          const tx = db.transaction("notes", "readwrite");
          const range = IDBKeyRange.bound("dictionary ", "dictionary:");
          let value;
          work(tx.objectStore("notes"), range).onsuccess = ({ target }) => {
            value = target.result;
          };
          tx.oncomplete = () => {
            db.close();
            resolve(value);
          };
        };
      });
    const [name] = await notes((store, range) => store.getAllKeys(range));
    const [bytes] = await notes((store, range) => store.getAll(range));
    await notes((store, range) => store.delete(range));
    store = await SegmentStore.open("gone");
    const codes = [];
    store.addEventListener("error", ({ detail }) => codes.push(detail.code));
    const without = await wrong(store);
    const { compactions } = store.stats;
    for (let i = 0; i < 10; i++) {
      store.put(`more ${i}`, i);
      await store.flush();
    }
    while (store.stats.compactions === compactions)
      await new Promise((resolve) => setTimeout(resolve, 50));
    const { droppedBlocks } = store.stats;
    await store.close();
    await notes((store) => store.put(bytes, name));
    store = await SegmentStore.open("gone");
    return { without, codes: [...new Set(codes)], droppedBlocks, back: await wrong(store) };
  });
  expect(result).toEqual({ without: 14, codes: ["DICTIONARY_MISSING"], droppedBlocks: 0, back: 0 });
});

test("a value that changed since it was written costs only the dictionary", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("changed", { dictionary: true });
    for (let i = 0; i < 40; i++) {
      let asked = 0; // once to encode it, once to compare the result
      store.put(`key ${i}`, {
        get i() {
          asked += 1;
          if (asked > 2) throw new Error("not any more");
          return i;
        },
      });
    }
    return [await store.flush(), store.stats.degraded, store.stats.entries];
  });
  expect(result).toEqual([true, undefined, 40]);
});
