import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { batch, RateLimiter } from "../../js/lazy/index.js";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const numbers = (count) => Array.from({ length: count }, (_, i) => i);

/** The same items in the three forms that batch takes. */
const forms = {
  array: (items) => items,
  *iterable(items) {
    yield* items;
  },
  async *async(items) {
    for (const item of items) {
      if (item % 7 === 0) await turn();
      yield item;
    }
  },
};

test("each item has its result or its error, in order, whatever fails", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        form: fc.constantFrom(...Object.keys(forms)),
        count: fc.nat(60),
        from: fc.nat(70),
        size: fc.integer({ min: 1, max: 20 }),
        concurrency: fc.integer({ min: 1, max: 5 }),
        bad: fc.uniqueArray(fc.nat(60)),
        waits: fc.array(fc.nat(3), { minLength: 1 }),
      }),
      async ({ form, count, from, size, concurrency, bad, waits }) => {
        const items = numbers(count);
        let [calls, running, most, checkpoint] = [0, 0, 0, from];
        const work = async (some, { index, signal }) => {
          assert.equal(some[0], index);
          assert.equal(signal.aborted, false);
          assert.ok(some.length <= size);
          most = Math.max(most, ++running);
          for (let n = waits[calls++ % waits.length]; n > 0; n--) await turn();
          running--;
          const wrong = some.find((item) => bad.includes(item));
          if (wrong !== undefined) throw new Error(`bad ${wrong}`);
          return some.map((item) => item * 2);
        };
        const options = { size, concurrency, from };
        let next = from;
        const onprogress = (progress) => {
          assert.equal(progress.checkpoint, next); // handed out, not only worked through
          ({ checkpoint } = progress);
        };
        for await (const { index, value, error } of batch(forms[form](items), work, {
          ...options,
          onprogress,
        })) {
          assert.equal(index, next++);
          if (bad.includes(index)) assert.equal(error.message, `bad ${index}`);
          else assert.deepEqual([value, error], [index * 2, undefined]);
        }
        assert.equal(next, Math.max(from, count));
        assert.equal(checkpoint, next);
        assert.ok(most <= concurrency);
      },
    ),
    { numRuns: 150 },
  );
});

test("one bad record of a million fails alone", async () => {
  let calls = 0;
  const work = (items) => {
    calls++;
    if (items.includes(765_432)) throw new Error("bad");
    return items;
  };
  const { results, errors } = await batch.all(numbers(1_000_000), work, { size: 10_000 });
  assert.deepEqual(
    errors.map(({ index }) => index),
    [765_432],
  );
  assert.equal(results.filter((value, i) => value === i).length, 999_999);
  assert.ok(calls < 100 + 2 * Math.ceil(Math.log2(10_000)) + 1);
});

test("with isolate false, or as it decides, a failed batch fails as a whole", async () => {
  const down = new Error("down");
  const work = (items) => {
    if (items.includes(5)) throw down;
    return items;
  };
  for (const isolate of [false, (error) => error !== down]) {
    const { errors } = await batch.all(numbers(9), work, { size: 3, isolate });
    assert.deepEqual(
      errors.map(({ index }) => index),
      [3, 4, 5],
    );
  }
});

test("no more is read than the caller takes", async () => {
  let read = 0;
  function* endless() {
    for (;;) yield read++;
  }
  const results = batch(endless(), (items) => items, { size: 10, concurrency: 3 });
  await turn();
  assert.equal(read, 0);
  await results.next();
  for (let i = 0; i < 50; i++) await turn();
  assert.equal(read, 30);
  for (let i = 0; i < 10; i++) await results.next();
  for (let i = 0; i < 50; i++) await turn();
  assert.equal(read, 40);
  await results.return();
});

test("an abort rejects with the signal's reason at once, whatever hangs", async () => {
  const never = () => new Promise(() => {});
  async function* silent() {
    yield 1;
    await never();
  }
  const cases = [
    [numbers(10), never],
    [silent(), (items) => items],
    [numbers(10), never, { retry: {} }],
    [numbers(10), (items) => items, { rate: { capacity: 1, perSecond: 0 }, size: 1 }],
  ];
  for (const [items, work, options] of cases) {
    const abort = new AbortController();
    const reason = new Error("enough");
    const all = batch.all(items, work, { ...options, signal: abort.signal });
    setTimeout(() => abort.abort(reason), 5);
    await assert.rejects(all, reason);
  }
  const signal = AbortSignal.abort(new Error("before"));
  await assert.rejects(batch.all([1], never, { signal }), /before/);
});

test("a caller who leaves aborts what is in work and closes the items", async () => {
  let closed = false;
  let aborted;
  function* items() {
    try {
      for (;;) yield 1;
    } finally {
      closed = true;
    }
  }
  const work = async (some, { signal }) => {
    if (aborted) await new Promise((_, reject) => signal.addEventListener("abort", reject));
    aborted = signal;
    return some;
  };
  for await (const { value } of batch(items(), work, { size: 2 })) if (value) break;
  assert.ok(closed);
  assert.ok(aborted.aborted);
});

test("an error of the items comes after the results of those before", async () => {
  function* items() {
    yield* [1, 2, 3];
    throw new Error("the file is torn");
  }
  const seen = [];
  await assert.rejects(async () => {
    for await (const { value } of batch(items(), (some) => some, { size: 2 })) seen.push(value);
  }, /torn/);
  assert.deepEqual(seen, [1, 2, 3]);
});

test("results of another length end the run with an error that says both", async () => {
  for (const wrong of [[], [1], undefined, "abc", 3]) {
    const all = batch.all(["a", "b", "c"], () => wrong);
    await assert.rejects(all, { name: "TypeError", message: /3 results for 3 items/ });
  }
});

test("a failed call is retried as told before it is halved", async () => {
  let calls = 0;
  const work = (items) => {
    if (++calls < 3) throw new Error("busy");
    return items;
  };
  const retry = { retries: 2, delay: 1, maxDelay: 1 };
  assert.deepEqual(await batch.all([1, 2], work, { retry }), { results: [1, 2], errors: [] });
  assert.equal(calls, 3);
});

test("each call takes a slot of the rate", async () => {
  const limiter = await RateLimiter.create({ limit: 2, window: 40 });
  for (const rate of [limiter, { limit: 2, window: 40 }]) {
    const began = performance.now();
    await batch.all(numbers(5), (items) => items, { size: 1, rate });
    assert.ok(performance.now() - began >= 78);
  }
  assert.equal(typeof limiter.take(), "number"); // the caller's own stays open
  limiter.dispose();
});

test("results that are asked for at once come in order", async () => {
  const results = batch(numbers(5), async (items) => items, { size: 2 });
  const all = await Promise.all(numbers(7).map(() => results.next()));
  assert.deepEqual(
    all.map(({ value }) => value?.value),
    [0, 1, 2, 3, 4, undefined, undefined],
  );
});

test("bad arguments are refused before anything is read", async () => {
  const work = (items) => items;
  const untouched = { [Symbol.iterator]: () => assert.fail("read") };
  for (const [options, error] of [
    [{ size: 0 }, RangeError],
    [{ concurrency: 1.5 }, RangeError],
    [{ from: -1 }, RangeError],
    [{ speed: 1 }, TypeError],
    [{ isolate: 1 }, TypeError],
    [{ retry: { times: 3 } }, TypeError],
    [{ rate: { limit: 3 } }, TypeError],
    [null, TypeError],
  ]) {
    const items = options?.rate ? [1] : untouched;
    await assert.rejects(batch.all(items, work, options), error, JSON.stringify(options));
  }
  await assert.rejects(batch.all(untouched, "work"), TypeError);
  await assert.rejects(batch.all(7, work), /batch: items must be/);
});
