// Every room with its memory above 2 GiB, where addresses read as signed numbers are negative. The
// memory below is reserved and never touched, so it costs nothing.
import assert from "node:assert/strict";
import {
  Cache,
  CircuitBreaker,
  EndpointPool,
  RateLimiter,
  RetryBudget,
  Sampler,
  VirtualList,
} from "apus";
import { loadWasm } from "../../js/core/wasm.js";
import { Histograms } from "../../js/sampler/histograms.js";
import { histogramOf } from "../../js/sampler/transport/histogram.js";
import { Batch } from "../../js/store/batch.js";
import { Engine } from "../../js/store/engine.js";
import { ChangeLog } from "../../js/sync/change-log.js";

const GiB = 2 ** 30;

const modules = () =>
  Promise.all(
    /** @type {const} */ (["bytes", "cache", "lazy", "list", "sampler", "store", "sync"]).map(
      (room) => loadWasm(room),
    ),
  );

/** Leaves no room for engines below 2 GiB. */
export async function raiseEngines() {
  for (const { memory } of await modules()) memory.room(1.45 * GiB); // takes half as much again
  const probe = (await loadWasm("lazy")).apus_lazy_latency() >>> 0;
  assert.ok(probe > 2 * GiB, `engines are at ${probe}`);
}

/** Moves the bulk buffers above 2 GiB: each new one lies behind the one it replaces. */
export async function raiseBuffers() {
  for (const { memory } of await modules()) {
    for (const size of [0.54, 0.812, 1.22]) memory.room(size * GiB);
    assert.ok(memory.room(16) > 2 * GiB, `the buffer is at ${memory.room(16)}`);
  }
}

/** Each room's most frequent calls, with the expected results. */
export const rooms = {
  async list() {
    const list = await VirtualList.create({ rows: 10_000, estimate: 50, overscan: 100 });
    list.setHeaders(Uint32Array.of(0, 5000));
    list.note(0, 100);
    assert.equal(list.frame(0, 0, 500).start, 0);
    list.scrollTo(6000);
    const frame = list.frame(16, 0, 500);
    assert.deepEqual([frame.scroll, frame.stuck], [6000 * 50 + 50 - 50, 5000]);
    assert.equal(list.offsetOf(1), 100);
    assert.equal(list.rowAt(149), 1);
    list.setLanes(3, true);
    assert.ok(list.frame(32, 0, 500).end > 0);
    assert.ok(list.bytes > 0);
    list.dispose();
  },

  async cache() {
    for (const heap of /** @type {const} */ (["js", "wasm"])) {
      const cache = await Cache.open(`high ${heap}`, { heap, maxEntries: 500 });
      for (let i = 0; i < 2000; i++) {
        cache.set(`key ${i}`, { i }, { tags: [i % 2 ? "odd" : "even"], ttl: 1e6 });
        cache.get("key 0");
      }
      assert.equal(cache.size, 500);
      assert.deepEqual([cache.get("key 0"), cache.get("key 1")], [{ i: 0 }, undefined]);
      assert.deepEqual(cache.peek("key 1999"), { i: 1999 });
      assert.equal([...cache.keys()].length, 500);
      assert.equal(cache.invalidateTag("odd"), 250);
      assert.equal(cache.delete("key 0"), true);
      assert.equal([...cache.entries()].length, 249);
      cache.resize({ maxEntries: 10 });
      assert.equal(cache.size, 10);
      await cache.close();
    }
  },

  async lazy() {
    const breaker = await CircuitBreaker.create();
    assert.equal(await breaker.run(async () => 7), 7);
    const limiter = await RateLimiter.create({ limit: 1, window: 1e6 });
    assert.deepEqual([limiter.take(), limiter.take() > 0], [0, true]);
    const budget = await RetryBudget.create({ capacity: 1, perSecond: 0 });
    assert.deepEqual([budget.take(), budget.take()], [true, false]);
    const pool = await EndpointPool.create(["https://a.org/", "https://b.org/"]);
    const { url } = pool.pick();
    assert.match(url, /^https:\/\/[ab]\.org\/$/);
    for (const each of [breaker, limiter, budget, pool]) each.dispose();
  },

  async sampler() {
    const sampler = await Sampler.start({ types: [], now: () => 0 });
    for (let i = 1; i <= 5000; i++) sampler.track("api", i % 100, { route: i % 2 ? "/a" : "/b" });
    const { count, max, p50 = 0 } = sampler.summary("api", { tags: { route: "/a" } }) ?? {};
    assert.deepEqual([count, max], [2500, 99]);
    assert.ok(Math.abs(p50 - 49) < 1);
    sampler.dispose();
    const histograms = new Histograms(await loadWasm("sampler"), {
      maxSeries: 8,
      maxPerName: 8,
      now: () => 0,
    });
    const { id } = histograms.series("load");
    histograms.recordAll(id, Float64Array.of(1, 2, -4, 0));
    const { sum, zeros, positive, negative } = histogramOf(histograms, id) ?? {};
    assert.deepEqual([sum, zeros], [-1, 1]);
    assert.deepEqual([positive?.counts.filter(Boolean), negative?.counts], [[1, 1], [1]]);
    histograms.dispose();
  },

  async sync() {
    /** @type {number[]} */
    const told = [];
    const log = await ChangeLog.open(({ slots, events }) => told.push(slots.length, events.length));
    log.follow(64, "7:0:a");
    const at = { epoch: 7, offset: 1, check: "b" };
    assert.equal(log.hear(64, [{ kind: "tag", name: "t", at }]), true);
    assert.equal(log.stale("k", ["t"], { epoch: 0, offset: 0 }, { epoch: 7, offset: 0 }), true);
    assert.equal(log.stale("k", ["u"], { epoch: 0, offset: 0 }, { epoch: 7, offset: 0 }), false);
    const digest = new Float64Array(66).fill(-1);
    digest.set([7, -1, 9]);
    assert.equal(log.compare(64, "7:9:c", digest), true);
    assert.deepEqual(told, [0, 1, 1, 0]);
    log.close();
  },

  async store() {
    const engine = new Engine(await loadWasm("store"), "high", 1, 0);
    const batch = new Batch();
    const text = "lorem ipsum dolor ".repeat(20);
    for (let i = 0; i < 1000; i++) {
      const stamp = 1e6 + i;
      const change = {
        kind: 0,
        key: `key ${i}`,
        value: { i, text },
        tags: ["all", `tag ${i % 3}`],
      };
      batch.add({ ...change, stamp, priority: 0, expiresAt: 0 }, 1e9);
    }
    const { head, body } = engine.pack(batch.finish(), 1e6, 3);
    const slot = engine.add(head, 1e6);
    assert.equal(slot, 0);
    assert.equal(engine.stats().entries, 1000);
    const found = engine.find("key 7", 1e6);
    assert.deepEqual([found?.slot, found?.row, found?.expiresAt], [0, 7, Infinity]);
    assert.deepEqual(engine.tags(found?.tagSet ?? 0), ["all", "tag 1"]);
    const decoded = engine.decode(slot, body, 1e6);
    assert.match(decoded?.keys ?? "", /^key 0\n?key 1/);
    assert.ok(decoded?.texts.includes(JSON.stringify({ i: 999, text })));
    assert.equal(decoded?.keyEnds.length, 1000);
    assert.equal(engine.find("key 1000", 1e6), undefined);
  },
};
