// A cache with a gateway behind it, over HTTP; without a disk, which is tested in a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache } from "../../js/cache/cache.js";
import { Gateway } from "../../js/gateway/gateway.node.js";
import { serve } from "../../js/gateway/serve.node.js";
import { until } from "../gateway/servers.js";
import { json, limit, served } from "./served.js";

test("a value is asked for once, and then in memory", limit, () =>
  served(async ({ gateway, requests, open }) => {
    await gateway.values.set("product:42", { ...json({ name: "Lamp" }), tags: ["products"] });
    const cache = await open();
    const status = {};
    assert.deepEqual(await cache.fetch("product:42", undefined, { status }), { name: "Lamp" });
    assert.deepEqual(status, { level: "remote", stale: false, offline: false });
    assert.deepEqual(await cache.fetch("product:42", undefined, { status }), { name: "Lamp" });
    assert.deepEqual(status, { level: "memory", stale: false, offline: false });
    assert.equal(requests.filter((line) => line === "GET k/product%3A42").length, 1);
    assert.equal(await cache.fetch("product:43", undefined, { status }), undefined);
    assert.equal(status.level, "none");
    assert.equal(await cache.fetch("product:43", () => "made here", { status }), "made here");
    assert.equal(status.level, "loader");
    const { levels } = cache.stats();
    assert.equal(levels.remote.hits, 1);
    assert.equal(levels.memory.hits, 1);
    assert.equal(levels.remote.misses, 2);
    assert.ok(levels.remote.bytes > 0 && levels.remote.p50 > 0);
  }),
);

test("concurrent fetches of a key share one request", limit, () =>
  served(async ({ gateway, requests, open }) => {
    await gateway.values.set("a", json(1));
    const cache = await open();
    const values = await Promise.all(Array.from({ length: 50 }, () => cache.fetch("a")));
    assert.deepEqual(new Set(values), new Set([1]));
    assert.equal(requests.filter((line) => line === "GET k/a").length, 1);
  }),
);

test("changes at the gateway drop what they concern, and nothing else", limit, () =>
  served(async ({ gateway, open }) => {
    for (const key of ["a:1", "a:2", "b:1", "b:2", "c"]) {
      await gateway.values.set(key, { ...json(key), tags: key === "b:1" ? ["red"] : [] });
    }
    const cache = await open();
    for (const key of ["a:1", "a:2", "b:1", "b:2", "c"]) await cache.fetch(key);
    await cache.catchUp();
    assert.equal(cache.size, 5);
    const held = () => [...cache.keys()].sort().join();
    await gateway.values.set("c", json("new"));
    await until(async () => held() === "a:1,a:2,b:1,b:2");
    assert.equal(await cache.fetch("c"), "new");
    await gateway.values.invalidate(["red"]);
    await until(async () => held() === "a:1,a:2,b:2,c");
    await gateway.values.invalidate([], ["a:"]);
    await until(async () => held() === "b:2,c");
    await gateway.values.delete("b:2");
    await until(async () => held() === "c");
  }),
);

test("each level keeps a value for its own time, and no longer than the gateway says", limit, () =>
  served(async ({ gateway, open }) => {
    let now = Date.now();
    await gateway.values.set("long", { ...json(1), ttl: 3_600_000 });
    await gateway.values.set("short", { ...json(2), ttl: 10_000 });
    const cache = await open({}, { ttl: 60_000, now: () => now });
    await cache.fetch("long");
    await cache.fetch("short");
    now += 11_000;
    assert.equal(cache.get("short"), undefined);
    assert.equal(cache.get("long"), 1);
    now += 50_000;
    assert.equal(cache.get("long"), undefined);
  }),
);

for (const [what, apart] of /** @type {[string, number][]} */ ([
  ["a day ahead", 86_400_000],
  ["a year behind", -365 * 86_400_000],
])) {
  test(`a page whose clock is ${what} keeps values for the same time`, limit, () =>
    served(async ({ gateway, open }) => {
      let now = Date.now() + apart;
      await gateway.values.set("a", { ...json(1), ttl: 10_000 });
      const cache = await open({}, { now: () => now });
      assert.equal(await cache.fetch("a"), 1);
      now += 9000;
      assert.equal(cache.get("a"), 1);
      await gateway.values.set("b", json(2));
      assert.equal(await cache.fetch("b"), 2);
      await gateway.values.set("b", json(3));
      await until(async () => cache.peek("b") === undefined);
      now += 1500;
      assert.equal(cache.get("a"), undefined);
    }),
  );
}

test("without the gateway it serves what it has and says so, once", limit, async () => {
  const gateway = await Gateway.open({ authorize: () => true });
  let server = await serve(gateway);
  const { port } = new URL(server.url);
  await gateway.values.set("a", json("here"));
  const url = `${server.url}/apus/`;
  const cache = await Cache.open("test", { remote: { url, fastest: 20, slowest: 50 } });
  /** @type {any[]} */
  const told = [];
  cache.addEventListener("degraded", ({ detail }) => told.push(detail));
  assert.equal(await cache.fetch("a"), "here");
  await server.stop({ grace: 10 });
  const status = {};
  await until(async () => {
    await cache.fetch("a", undefined, { status });
    return status.offline === true;
  });
  assert.equal(await cache.fetch("a", undefined, { status }), "here");
  assert.deepEqual(status, { level: "memory", stale: false, offline: true });
  await assert.rejects(cache.fetch("b"), { code: "UNREACHABLE" });
  assert.equal(await cache.fetch("b", () => "own", { status }), "own");
  assert.equal(status.level, "loader");
  assert.equal(told.length, 1);
  assert.equal(told[0].code, "UNREACHABLE");
  cache.set("late", 1);
  assert.equal(await cache.flush(), false);
  const second = await Gateway.open({ authorize: () => true });
  server = await serve(second, { port: Number(port) });
  try {
    await until(async () => (await second.values.get("late")).stored?.type !== undefined);
    await until(async () => {
      await cache.fetch("late", undefined, { status });
      return status.offline === false;
    });
  } finally {
    await cache.close();
    await server.stop({ grace: 10 });
  }
});

test("a gateway that is heard again is asked again", limit, async () => {
  const gateway = await Gateway.open({ authorize: () => true });
  const server = await serve(gateway);
  let broken = false;
  const cache = await Cache.open("test", {
    remote: {
      url: `${server.url}/apus/`,
      ...{ fastest: 20, slowest: 50 },
      fetch: (input, init) => (broken ? Promise.reject(new TypeError("cut")) : fetch(input, init)),
    },
  });
  try {
    await gateway.values.set("a", json("here"));
    await cache.fetch("a");
    const offline = async () => {
      const status = { offline: false };
      await cache.fetch("a", undefined, { status });
      return status.offline;
    };
    broken = true;
    for (let i = 0; i < 12; i++) await cache.fetch("b").catch(() => {});
    assert.equal(await cache.catchUp(), false);
    assert.equal(await offline(), true);
    broken = false;
    // Only the log is asked from here on: "a" is in memory.
    await until(async () => !(await offline()), "the end of the outage");
    assert.equal(await cache.fetch("b"), undefined);
  } finally {
    await cache.close();
    await server.stop({ grace: 10 });
  }
});

test("what is asked while its own past is heard stays", limit, () =>
  served(async ({ gateway, open }) => {
    const keys = Array.from({ length: 400 }, (_, i) => `k${i}`);
    for (const key of keys) await gateway.values.set(key, { ...json(1), tags: ["t"] });
    const cache = await open({ fastest: 1, slowest: 1 });
    for (let i = 0; i < keys.length; i += 20) {
      await Promise.all(keys.slice(i, i + 20).map((key) => cache.fetch(key)));
    }
    assert.equal(cache.size, 400);
  }),
);

test("warm brings many keys with few requests", limit, () =>
  served(async ({ gateway, requests, open }) => {
    const keys = Array.from({ length: 450 }, (_, i) => `k${i}`);
    for (const key of keys) await gateway.values.set(key, json(key));
    const cache = await open();
    assert.equal(await cache.warm([...keys, "missing"]), 450);
    assert.equal(requests.filter((line) => line === "POST batch").length, 3);
    assert.equal(cache.get("k449"), "k449");
    await gateway.values.set("k1", json("new"));
    await until(async () => cache.peek("k1") === undefined);
    assert.equal(cache.size, 449);
  }),
);
