// Purging a CDN from the log: against one that fails, and against Varnish.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { Gateway } from "../../js/gateway/gateway.node.js";
import { MemoryEngine } from "../../js/gateway/memory-engine.node.js";
import { cloudflare, fastly, varnish } from "../../js/gateway/purge/adapters.node.js";
import { Purger } from "../../js/gateway/purge/purger.node.js";
import { serve } from "../../js/gateway/serve.node.js";
import { Values } from "../../js/gateway/values.node.js";
import { bucketOf } from "../../js/sync/bucket.js";
import { random } from "../cache/random.js";
import { value } from "./conformance.js";
import { skip, startVarnish, until } from "./servers.js";

/** A CDN that remembers what it was told. @param {Partial<import("../../js/gateway/purge/adapters.node.js").PurgeAdapter>} [rest] */
function fake(rest) {
  const purged = /** @type {string[]} */ ([]);
  const state = { purged, all: 0, calls: 0, fail: () => false };
  const answer = async (/** @type {() => void} */ done) => {
    state.calls++;
    if (state.fail()) throw new Error("down");
    done();
  };
  return {
    state,
    adapter: {
      ...{ name: "fake", batch: 10 },
      purge: (/** @type {string[]} */ names) =>
        answer(() => {
          assert.ok(names.length > 0 && names.length <= 10);
          purged.push(...names);
        }),
      purgeAll: () => answer(() => state.all++),
      ...rest,
    },
  };
}

/** @param {MemoryEngine} engine */
const open = (engine) => Values.open(engine, { fastest: 1, slowest: 5 });

test("each change is purged by name, and an empty CDN is purged whole first", async () => {
  const engine = new MemoryEngine();
  await engine.write("before", value(""));
  const values = await open(engine);
  const { adapter, state } = fake();
  const purger = new Purger(values, engine, adapter);
  await until(async () => state.all === 1, "the first purge");
  for (let i = 0; i < 45; i++) await values.set(`k ${i}`, { body: new Uint8Array(), type: "t" });
  await values.delete("k 3");
  await values.invalidate(["red"], ["product:"]);
  await until(async () => new Set(state.purged).size === 47, "all names");
  assert.ok(state.purged.includes("k:k%203") && state.purged.includes("t:red"));
  assert.ok(state.purged.includes("p:product%3A"));
  assert.equal(state.all, 1);
  await values.invalidate([], ["prod"]); // no name of a response
  await until(async () => state.all === 2, "a purge of everything");
  await purger.close();
  await values.close();
});

test("a CDN that fails, and gateways that end, lose no purge", { timeout: 60_000 }, async () => {
  const engine = new MemoryEngine();
  const { adapter, state } = fake();
  const pick = random(7);
  state.fail = () => pick(3) === 0;
  const expected = new Set();
  for (let life = 0; life < 6; life++) {
    const values = await open(engine);
    const purgers = [new Purger(values, engine, adapter), new Purger(values, engine, adapter)];
    if (life === 0) await until(async () => state.all === 1, "the first purge");
    for (let i = 0; i < 30; i++) {
      const key = `${life}-${i}`;
      await values.set(key, { body: new Uint8Array(), type: "t" });
      expected.add(`k:${key}`);
    }
    await Promise.all(purgers.map((purger) => purger.close()));
    values.feed.stop(); // the engine lives on
  }
  const values = await open(engine);
  const purger = new Purger(values, engine, adapter);
  await until(async () => [...expected].every((name) => state.purged.includes(name)), "all names");
  assert.ok(state.calls > state.purged.length / 10 && state.all === 1);
  await purger.close();
  await values.close();
});

test("missing history purges everything", async () => {
  const engine = new MemoryEngine({ keepEvents: 5 });
  const values = await open(engine);
  const { adapter, state } = fake();
  const first = new Purger(values, engine, adapter);
  await until(async () => state.all === 1, "the first purge");
  await values.set("k", { body: new Uint8Array(), type: "t" });
  await until(async () => state.purged.includes("k:k"), "the name");
  await first.close();
  for (let i = 0; i < 50; i++) await values.set("k", { body: new Uint8Array(), type: "t" });
  const second = new Purger(values, engine, adapter);
  await until(async () => state.all === 2, "a purge of everything");
  await second.close();
  await values.close();
});

test("a CDN that takes few calls is waited for", { timeout: 60_000 }, async () => {
  const engine = new MemoryEngine();
  const values = await open(engine);
  const { adapter, state } = fake();
  const { purge } = adapter;
  adapter.batch = 1;
  const limited = {
    ...{ ...adapter, perMinute: 10 },
    purge: async (/** @type {string[]} */ names, /** @type {AbortSignal} */ signal) => {
      signal.throwIfAborted();
      return purge(names);
    },
  };
  const purger = new Purger(values, engine, limited);
  await until(async () => state.all === 1, "the first purge");
  for (let i = 0; i < 10; i++) await values.set(`k${i}`, { body: new Uint8Array(), type: "t" });
  await until(async () => new Set(state.purged).size === 10, "all names");
  assert.equal(purger.stats.failures, 0);
  await purger.close();
  await values.close();
});

test("Fastly and Cloudflare are called as they document, and Retry-After is obeyed", async () => {
  /** @type {{ path?: string, headers: import("node:http").IncomingHttpHeaders, body: string, at: number }[]} */
  const calls = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    calls.push({ path: request.url, headers: request.headers, body, at: performance.now() });
    if (calls.length === 1) response.writeHead(429, { "retry-after": "1" });
    response.end("{}");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const url = `http://127.0.0.1:${port}`;
  const { signal } = new AbortController();
  const cdn = fastly({ service: "s/1", token: "t", url });
  await assert.rejects(cdn.purge(["a"], signal), { retryAfter: 1000 });
  await cdn.purge(["a", "b"], signal);
  await cdn.purgeAll(signal);
  const other = cloudflare({ zone: "z", token: "t", url });
  await other.purge(["a"], signal);
  await other.purgeAll(signal);
  assert.deepEqual(
    calls.slice(1).map(({ path, body }) => [path, body && JSON.parse(body)]),
    [
      ["/service/s%2F1/purge", { surrogate_keys: ["a", "b"] }],
      ["/service/s%2F1/purge_all", ""],
      ["/client/v4/zones/z/purge_cache", { tags: ["a"] }],
      ["/client/v4/zones/z/purge_cache", { purge_everything: true }],
    ],
  );
  assert.deepEqual(
    [calls[1].headers["fastly-key"], calls[3].headers.authorization],
    ["t", "Bearer t"],
  );
  const engine = new MemoryEngine();
  const values = await open(engine);
  calls.length = 0;
  const purger = new Purger(values, engine, cdn);
  await until(async () => calls.length === 2, "the second try");
  assert.ok(calls[1].at - calls[0].at > 950);
  await purger.close();
  await values.close();
  server.close();
  for (const bad of [{ service: "", token: "t" }, { service: "s" }]) {
    assert.throws(() => fastly(/** @type {any} */ (bad)), TypeError);
  }
  assert.throws(() => varnish({ urls: ["x"] }), TypeError);
});

test("Varnish keeps values and forgets what has changed", { skip, timeout: 60_000 }, async () => {
  let loads = 0;
  const engine = new MemoryEngine();
  const load = {
    "p:*": async () => {
      loads++;
      return { value: loads, tags: ["t"], ttl: 600_000 };
    },
  };
  const gateway = await Gateway.open({ engine, authorize: () => true, load });
  const origin = await serve(gateway);
  const edge = await startVarnish(origin.url);
  const purger = new Purger(gateway.values, engine, varnish({ urls: [edge.url] }));
  const get = async (/** @type {RequestInit} */ init = {}) => {
    const response = await fetch(`${edge.url}/apus/k/p:1`, init);
    return [
      await response.json(),
      /^varnish; hit/.test(response.headers.get("cache-status") ?? ""),
    ];
  };
  try {
    await until(() => engine.note("purge:varnish"), "the end of the first purge");
    assert.deepEqual(await get(), [1, false]);
    assert.deepEqual(await get(), [1, true]); // the fill was not purged
    await gateway.values.invalidate(["t"]);
    await until(async () => (await get())[0] === 2, "the purge of a tag");
    await gateway.values.delete("p:1");
    await until(async () => (await get())[0] === 3, "the purge of a key");
    await gateway.values.invalidate([], ["p:"]);
    await until(async () => (await get())[0] === 4, "the purge of a prefix");
    assert.deepEqual(await get({ headers: { "cache-control": "no-cache" } }), [4, false]);
    const names = await fetch(`${edge.url}/apus/k/p:1`);
    assert.equal(names.headers.get("xkey"), null);
    assert.match(names.headers.get("apus-as-of") ?? "", /^\d+:\d+, \d+:\d+$/);
  } finally {
    await purger.close();
    await edge.stop();
    await origin.stop();
  }
});

test("a crowd that reads a chunk through Varnish costs one request", {
  skip,
  timeout: 60_000,
}, async () => {
  const gateway = await Gateway.open();
  for (let i = 0; i < 128; i++)
    await gateway.values.set("k", { body: new Uint8Array(), type: "t" });
  await gateway.values.feed.catchUp(bucketOf("k"));
  const { heads } = await (await gateway.handle(new Request("http://x/apus/log"))).json();
  const log = heads.findIndex(Boolean);
  const path = `/apus/log/${log}/${heads[log].split(":")[0]}/0`;
  let asked = 0;
  const counted = {
    handle: (/** @type {Request} */ request) => {
      if (new URL(request.url).pathname === path) asked++;
      return gateway.handle(request);
    },
    close: () => gateway.close(),
  };
  const origin = await serve(counted);
  const edge = await startVarnish(origin.url);
  try {
    const answers = await Promise.all(Array.from({ length: 300 }, () => fetch(edge.url + path)));
    const bodies = await Promise.all(answers.map((answer) => answer.json()));
    assert.ok(bodies.every(({ events }) => events.length === 128));
    assert.equal(asked, 1);
  } finally {
    await edge.stop();
    await origin.stop();
  }
});
