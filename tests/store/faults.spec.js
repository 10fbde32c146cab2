/* global faults */
// Seeded changes against a model, while IndexedDB fails at random.
import { installFaults } from "./faults.js";
import { expect, rounds, test } from "./fixture.js";

test("failing storage gives no wrong value, no rejection, and recovers", async ({ page }) => {
  test.setTimeout(rounds(180_000, 900_000));
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
      while (!(await store.flush())) await new Promise((resolve) => setTimeout(resolve, 100));
      const { stats } = store;
      await store.close();
      store = await SegmentStore.open("faults");
      const keys = Array.from({ length: 200 }, (_, i) => `key ${i}`);
      const read = await store.read(keys);
      const different = keys.filter((key) => read.get(key)?.value.i !== model.get(key));
      const lost = different.filter((key) => !read.has(key)); // evicted to make room
      return {
        wrong,
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
  expect([result.different, result.lost]).toEqual([0, 0]);
  expect(result.acknowledged).toBeGreaterThan(0);
  expect(Object.keys(result.injected).length).toBeGreaterThan(3);
  expect(result.stats.droppedBlocks).toBe(0);
});

/**
 * Seeded changes of all kinds against a model, while storage fails. Sometimes, after a flush that
 * returned true, the store is reopened and must equal the model.
 */
for (const [what, options] of Object.entries({
  "without a budget": {},
  "within a budget": { maxDiskBytes: 60_000 },
})) {
  test(`a flush that returns true has written everything, ${what}`, async ({ page }) => {
    test.setTimeout(rounds(180_000, 900_000));
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
        faults.full = options.maxDiskBytes ? 1 : 0; // without a budget, nothing may be missing
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
        while (!(await store.flush())) await new Promise((resolve) => setTimeout(resolve, 100));
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
