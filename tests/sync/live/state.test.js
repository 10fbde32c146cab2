// Shared state and locks from both ends: clients of `connect`, and gateways with servers.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { WebSocket } from "ws";
import { MemoryEngine } from "../../../js/gateway/memory-engine.node.js";
import { ValkeyEngine } from "../../../js/gateway/valkey-engine.node.js";
import { connect } from "../../../js/sync/live/connect.js";
import { freePorts } from "../../../tools/ports.js";
import { open, until } from "../../gateway/live/client.js";
import { times } from "../../gateway/live/state-conformance.js";
import { programs, skip, startNode, timeout } from "../../gateway/servers.js";

/** @typedef {import("../../../js/sync/live/live.js").Live} Live */

const server = programs && (await startNode((await freePorts(1))[0]));
after(() => server?.kill());
let runs = 0;
/** @type {[string, () => Promise<import("../../../js/gateway/engine.node.js").Engine>, object][]} */
const engines = [
  ["memory", async () => new MemoryEngine(), {}],
  [
    "valkey",
    () => ValkeyEngine.open({ timeout, url: server?.url, prefix: `s${++runs}` }),
    { skip },
  ],
];

/** @type {Live[]} */
const lives = [];
after(() => {
  for (const live of lives) live.close();
});

/** @param {string} url */
async function client(url) {
  const live = await connect(`${url}/apus/`, { WebSocket });
  lives.push(live);
  return live;
}

/** Of locks at all gateways. */
let renewals = 0;

/** A gateway for each of some clients. @param {() => Promise<any>} engine @param {number} count @param {object} [options] */
async function clients(engine, count, options) {
  const it = await engine();
  // They share the engine: the last one that ends closes it.
  const shared = new Proxy(it, {
    get(target, name) {
      if (name === "close") return async () => {};
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  after(() => it.close());
  const all = [];
  for (let i = 0; i < count; i++) {
    const { url, live } = await open(
      { limits: { rate: 1e6 } },
      { engine: shared, authorize: () => true, ...options },
    );
    const renew = live.kinds.get("renew");
    live.kinds.set("renew", async (...args) => {
      const answer = await renew?.(...args);
      renewals++;
      return answer;
    });
    all.push(await client(url));
  }
  return all;
}

for (const [name, engine, options] of engines) {
  /** @param {string} title @param {() => Promise<void>} body */
  const it = (title, body) => test(`${name}: ${title}`, { timeout: 300_000, ...options }, body);

  it("a state is read, written and deleted", async () => {
    const [a, b] = await clients(engine, 2);
    const [mine, its] = [a.state("k"), b.state("k")];
    assert.deepEqual(await mine.get(), { value: undefined, version: null });
    const { version } = await mine.set({ n: 1 }, { version: null });
    assert.deepEqual(await its.get(), { value: { n: 1 }, version });
    await assert.rejects(its.set(2, { version: null }), { code: "CONFLICT" });
    await its.set(Uint8Array.of(1, 255), { version });
    assert.deepEqual([.../** @type {any} */ ((await mine.get()).value)], [1, 255]);
    await assert.rejects(mine.delete({ version }), { code: "CONFLICT" });
    await mine.delete();
    assert.deepEqual(await its.get(), { value: undefined, version: null });
  });

  it("ten writers lose no update", async () => {
    const writers = [...(await clients(engine, 2)), ...(await clients(engine, 0))];
    const each = times(1000, 25);
    await Promise.all(
      Array.from({ length: 10 }, async (_, i) => {
        const state = writers[i % 2].state("counter");
        for (let n = 0; n < each; n++) await state.update((count = 0) => count + 1);
      }),
    );
    assert.equal((await writers[0].state("counter").get()).value, 10 * each);
  });

  it("transactions move without loss, and are seen as a whole", async () => {
    const [a, b] = await clients(engine, 2);
    const keys = ["{bank}:a", "{bank}:b", "{bank}:c"];
    await a.transaction(keys, () => Object.fromEntries(keys.map((key) => [key, 100])));
    let sums = 0;
    const move = async (/** @type {Live} */ live, /** @type {number} */ seed) => {
      for (let i = 0; i < times(200, 15); i++) {
        const [from, to] = [keys[(i + seed) % 3], keys[(i * 2 + seed + 1) % 3]];
        await live.transaction(keys, (values) => {
          if (keys.reduce((sum, key) => sum + values.get(key), 0) === 300) sums++;
          if (from === to) return undefined;
          return { [from]: values.get(from) - 1, [to]: values.get(to) + 1 };
        });
      }
    };
    await Promise.all([move(a, 0), move(b, 1), move(a, 2), move(b, 0)]);
    const values = await Promise.all(keys.map(async (key) => (await b.state(key).get()).value));
    assert.equal(
      values.reduce((sum, value) => sum + Number(value), 0),
      300,
    );
    assert.ok(sums > 0);
    const versions = await a.transaction(keys, () => new Map([[keys[0], undefined]]));
    assert.deepEqual([...versions], [[keys[0], null]]);
    assert.equal((await b.state(keys[0]).get()).value, undefined);
  });

  it("whoever watches hears the newest value, and now", async () => {
    const [a, b] = await clients(engine, 2);
    await a.state("k").set(1);
    /** @type {any[]} */
    const heard = [];
    const stop = b.state("k").watch(({ value }) => heard.push(value));
    await until(() => heard.length === 1, "the value that is there");
    await a.state("k").set(2);
    await until(() => heard.includes(2), "the next value");
    await a.state("k").delete();
    await until(() => heard.at(-1) === undefined, "its end");
    stop();
    await a.state("k").set(3);
    await b.state("k").get();
    assert.ok(!heard.includes(3));
  });

  it("a lock is held by one, renewed, and passed on", async () => {
    const [a, b] = await clients(engine, 2);
    const first = await a.lock("{l}:lock", { ttl: 6000 });
    await assert.rejects(b.lock("{l}:lock", { wait: 0 }), { code: "LOCKED" });
    await a.state("{l}:k").set("a", { fence: first });
    const next = b.lock("{l}:lock", { ttl: 60_000 });
    const before = renewals;
    await until(() => renewals >= before + 2, "two renewals", 60_000);
    assert.ok(first.held, String(first.signal.reason?.cause ?? first.signal.reason));
    await first.release();
    const second = await next;
    assert.ok(second.token > first.token && !first.held);
    await assert.rejects(a.state("{l}:k").set("late", { fence: first }), { code: "FENCED" });
    await b.state("{l}:k").update((value) => `${value}b`, { fence: second });
    assert.equal((await a.state("{l}:k").get()).value, "ab");
    await second[Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]();
    await (await a.lock("{l}:lock", { wait: 0 })).release();
  });

  it("waiting for a lock ends with the signal, and leaves nothing behind", async () => {
    const [a, b] = await clients(engine, 2);
    const first = await a.lock("l", { ttl: 60_000 });
    const stop = new AbortController();
    const waiting = b.lock("l", { signal: stop.signal });
    await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort(new Error("enough"));
    await assert.rejects(waiting, /enough/);
    await first.release();
    await (await a.lock("l", { wait: 5000 })).release();
  });
}

test("whoever cannot renew in time has lost the lock", async () => {
  const gateway = await open({}, { authorize: () => true });
  const live = await client(gateway.url);
  const lock = await live.lock("l", { ttl: 400 });
  live.close();
  const aborted = new Promise((resolve) => lock.signal.addEventListener("abort", resolve));
  await aborted;
  assert.equal(lock.signal.reason.code, "LOST");
  assert.equal(lock.held, false);
});

test("a page that was frozen finds its lock lost before it goes on", async () => {
  const gateway = await open({}, { authorize: () => true });
  const live = await client(gateway.url);
  const lock = await live.lock("l", { ttl: 200 });
  const end = performance.now() + 250;
  while (performance.now() < end); // no timer runs
  assert.equal(lock.held, false);
  assert.equal(lock.signal.aborted, true);
});

test("bad arguments are refused before anything is asked", async () => {
  const gateway = await open({}, {});
  const live = await client(gateway.url);
  const state = live.state("k");
  for (const [call, error] of /** @type {[() => any, any][]} */ ([
    [() => live.state(/** @type {any} */ (7)).get(), /key must be a string/],
    [() => live.state("x".repeat(1025)).set(1), RangeError],
    [() => live.state("a\nb").delete(), RangeError],
    [() => state.set(undefined), TypeError],
    [() => state.set(1, { version: /** @type {any} */ (7) }), /version must be/],
    [() => state.set(1, { ttl: 0 }), /ttl must be/],
    [() => state.set(1, { fence: /** @type {any} */ ({}) }), /fence.lock/],
    [() => state.set(1, { fence: { lock: "other", token: 1 } }), /different buckets/],
    [() => state.set(1, /** @type {any} */ ({ nope: 1 })), /unknown option "nope"/],
    [() => state.update(/** @type {any} */ (1)), /change must be/],
    [() => live.transaction([], () => ({})), RangeError],
    [() => live.transaction(["a", "b"], () => ({})), /different buckets/],
    [() => live.lock("l", { ttl: 0 }), /ttl must be/],
    [() => live.lock("l", { wait: -1 }), /wait must be/],
    [() => live.lock("x".repeat(1025)), RangeError],
    [() => state.get(), { code: "FORBIDDEN" }],
    [() => live.lock("l"), { code: "FORBIDDEN" }],
  ])) {
    await assert.rejects(call, error);
  }
});
