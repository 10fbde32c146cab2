import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Bulkhead,
  CircuitBreaker,
  EndpointPool,
  lazyDefaults,
  lazyImport,
  lazyStats,
  prefetch,
  RateLimiter,
  RetryBudget,
  retry,
} from "../../js/lazy/index.js";

test("a breaker opens, reports the wait, and retry obeys it", async () => {
  const breaker = await CircuitBreaker.create({ failures: 2, minOpen: 300, maxOpen: 300 });
  const fail = () => breaker.run(() => Promise.reject(new Error("down")));
  await assert.rejects(fail, /down/);
  assert.equal(breaker.state, "closed");
  await assert.rejects(fail, /down/);
  assert.equal(breaker.state, "open");
  await assert.rejects(fail, { code: "CIRCUIT_OPEN" });
  assert.equal(await retry(() => breaker.run(() => "up")), "up");
  assert.equal(breaker.state, "closed");
  breaker.dispose();
  breaker.dispose();
  assert.throws(() => breaker.state, { code: "CLOSED" });
});

test("a retry waits for another caller's probe, and goes on when it succeeded", async () => {
  const options = { failures: 1, minOpen: 5, maxOpen: 5 };
  const breaker = await CircuitBreaker.create(options);
  await assert.rejects(breaker.run(() => Promise.reject(new Error("down"))));
  let resolve = (_) => {};
  const promise = new Promise((done) => {
    resolve = done;
  });
  const probe = retry(() => breaker.run(() => promise), { delay: 1 });
  while (breaker.state === "open") await new Promise((done) => setTimeout(done, 1));
  await new Promise((done) => setTimeout(done, 10)); // the probe is under way
  await assert.rejects(
    breaker.run(() => "no"),
    ({ code, retryAfter }) => code === "CIRCUIT_OPEN" && retryAfter <= 5,
  );
  let refused = 0;
  const other = retry(() => breaker.run(() => "up"), {
    onretry: () => ++refused === 2 && resolve("up"),
  });
  assert.deepEqual([await probe, await other], ["up", "up"]);
  breaker.dispose();
});

test("a call outlives its breaker with its own result or error", async () => {
  const breaker = await CircuitBreaker.create();
  const later = () => new Promise((resolve) => setTimeout(resolve, 1));
  const calls = [
    breaker.run(() => later().then(() => "done")),
    breaker.run(() => later().then(() => Promise.reject(new Error("mine")))),
  ];
  breaker.dispose();
  const [done, failed] = await Promise.allSettled(calls);
  assert.equal(done.value, "done");
  assert.equal(failed.reason.message, "mine");
});

test("a retry budget is a share of the requests", async () => {
  const budget = await RetryBudget.create({ capacity: 2, ratio: 0.5, perSecond: 0 });
  assert.ok(budget.take() && budget.take() && !budget.take());
  budget.request();
  assert.equal(budget.left, 0.5);
  budget.request();
  assert.ok(budget.take() && !budget.take());
  budget.dispose();
});

test("a rate limiter waits for a slot", async () => {
  const window = await RateLimiter.create({ limit: 2, window: 30 });
  const began = performance.now();
  for (let i = 0; i < 5; i++) await window.wait();
  assert.ok(performance.now() - began >= 59);
  window.dispose();
  const bucket = await RateLimiter.create({ capacity: 1, perSecond: 0 });
  assert.equal(bucket.take(), 0);
  assert.equal(bucket.take(), Infinity);
  await assert.rejects(bucket.wait({ signal: AbortSignal.abort() }), { name: "AbortError" });
  bucket.dispose();
  await assert.rejects(RateLimiter.create({ limit: 1 }), TypeError);
});

test("a bulkhead limits concurrent calls, and urgent calls go first", async () => {
  const bulkhead = new Bulkhead({ limit: 2 });
  const order = [];
  let running = 0;
  let most = 0;
  const work = (name) => async () => {
    most = Math.max(most, ++running);
    order.push(name);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
  };
  const aborted = new AbortController();
  const all = [
    bulkhead.run(work("a")),
    bulkhead.run(work("b")),
    bulkhead.run(work("low"), { priority: -1 }),
    bulkhead.run(work("c")),
    bulkhead.run(work("d")),
    bulkhead.run(work("never"), { signal: aborted.signal }).catch(({ name }) => order.push(name)),
    bulkhead.run(work("high"), { priority: 1 }),
  ];
  assert.equal(bulkhead.waiting, 5);
  aborted.abort();
  await Promise.all(all);
  assert.equal(most, 2);
  assert.deepEqual(order, ["a", "b", "AbortError", "high", "c", "d", "low"]);
  await assert.rejects(
    bulkhead.run(() => Promise.reject(new Error("no"))),
    /no/,
  );
  assert.equal(await bulkhead.run(() => "still two slots"), "still two slots");
  assert.throws(() => new Bulkhead({ limit: 0 }), RangeError);
});

test("a bulkhead keeps the order of arrival, by priority, and drops what was aborted", async () => {
  const bulkhead = new Bulkhead({ limit: 2 });
  const started = [];
  const expected = [];
  const all = [];
  let random = 7;
  for (let i = 0; i < 5000; i++) {
    random = (random * 48271) % 2147483647;
    const priority = random % 5;
    const signal = random % 3 === 0 ? new AbortController() : undefined;
    if (i >= 2 && !signal) expected.push({ i, priority });
    all.push(
      bulkhead
        .run(
          () => {
            started.push(i);
          },
          { priority, signal: i < 2 ? undefined : signal?.signal },
        )
        .catch(() => {}),
    );
    if (i >= 2) signal?.abort();
  }
  assert.equal(bulkhead.waiting, expected.length);
  await Promise.all(all);
  expected.sort((a, b) => b.priority - a.priority || a.i - b.i);
  assert.deepEqual(started, [0, 1, ...expected.map(({ i }) => i)]);
});

test("a call that arrives as two slots are freed starts after the one that waited", async () => {
  const bulkhead = new Bulkhead({ limit: 2 });
  await bulkhead.enter(0);
  await bulkhead.enter(0);
  const order = [];
  const first = bulkhead.run(() => order.push("first"));
  bulkhead.leave();
  bulkhead.leave();
  const second = bulkhead.run(() => order.push("second"));
  await Promise.all([first, second]);
  assert.deepEqual(order, ["first", "second"]);
});

test("an endpoint pool takes turns and ejects failing endpoints", async () => {
  const urls = ["https://a.test/x", "https://b.test/x/"];
  const pool = await EndpointPool.create(urls, { policy: "round-robin", failures: 2 });
  const next = (outcome) => {
    const { url, done } = pool.pick();
    done(outcome);
    done(outcome); // the second one does not count
    return url;
  };
  assert.deepEqual([next(true), next(true)], ["https://a.test/x/", "https://b.test/x/"]);
  assert.deepEqual([next(false), next(true), next(false)].length, 3);
  assert.deepEqual([next(true), next(true)], ["https://b.test/x/", "https://b.test/x/"]);
  assert.deepEqual(
    pool.stats.map(({ ejected }) => ejected),
    [true, false],
  );
  assert.equal(pool.pick({ without: [0, 1] }), undefined);
  pool.dispose();
  await assert.rejects(EndpointPool.create([]), RangeError);
  await assert.rejects(EndpointPool.create(["https://a.test"], { policy: "fastest" }), TypeError);
  await assert.rejects(EndpointPool.create([{ url: "https://a.test", weight: 0 }]), RangeError);
});

test("arguments are checked", async () => {
  assert.throws(() => lazyImport("x"), TypeError);
  assert.throws(() => lazyDefaults({ speed: 1 }), TypeError);
  assert.throws(() => prefetch("x", { when: "later" }), TypeError);
  assert.throws(() => prefetch("x", { when: "hover" }), TypeError);
  await assert.rejects(CircuitBreaker.create({ failures: 0 }), RangeError);
  await assert.rejects(CircuitBreaker.create({ minOpen: 10, maxOpen: 5 }), RangeError);
  await assert.rejects(RetryBudget.create({ ratio: Number.NaN }), RangeError);
  assert.deepEqual(Object.keys(await lazyStats()), ["endpoints", "files"]);
});

test("lazyImport retries an import whose URL it cannot read", async () => {
  let calls = 0;
  const load = lazyImport(
    async () => {
      if (++calls < 3) throw new TypeError("error loading dynamically imported module: x");
      return { default: "here" };
    },
    { delay: 1 },
  );
  assert.deepEqual(await load(), { default: "here" });
});
