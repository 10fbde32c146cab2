// What a page with a gateway changes, and in which levels.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache } from "../../js/cache/cache.js";
import { until } from "../gateway/servers.js";
import { json, limit, served } from "./served.js";

test("what this page writes reaches the gateway, and stays here", limit, () =>
  served(async ({ gateway, requests, open }) => {
    const cache = await open({ ttl: 60_000 });
    cache.set("a", { n: 1 }, { tags: ["t"] }).set("b", new Uint8Array([1, 2, 3]));
    assert.equal(await cache.flush(), true, "no disk, and all acknowledged");
    const { stored } = await gateway.values.get("a");
    assert.deepEqual(JSON.parse(Buffer.from(stored.body).toString()), { n: 1 });
    assert.deepEqual(stored.tags, ["t"]);
    assert.ok(stored.expiresAt < Date.now() + 61_000);
    assert.deepEqual([...(await gateway.values.get("b")).stored.body], [1, 2, 3]);
    await cache.catchUp();
    assert.equal(cache.size, 2, "its own events do not drop its values");
    cache.delete("b");
    cache.invalidateTag("t");
    await cache.flush();
    assert.equal((await gateway.values.get("b")).stored?.type, undefined);
    assert.equal((await gateway.values.get("a")).stored, undefined);
    cache.set("draft", 1, { levels: ["memory"] });
    await cache.flush();
    assert.ok(!requests.includes("PUT k/draft"));
    cache.delete("draft");
    await cache.flush();
    assert.ok(!requests.includes("DELETE k/draft"));
  }),
);

test("a refused write is an error that names the key; the page goes on", limit, () =>
  served(
    async ({ open }) => {
      const cache = await open();
      /** @type {any[]} */
      const told = [];
      cache.addEventListener("error", ({ detail }) => told.push(detail));
      cache.set("a", 1);
      await until(async () => told.length > 0);
      assert.equal(told[0].code, "FORBIDDEN");
      assert.match(told[0].message, /"a"/);
      assert.equal(cache.get("a"), 1);
      assert.equal(await cache.fetch("nothing"), undefined, "a refusal is no outage");
    },
    { authorize: undefined },
  ),
);

test("levels by call", limit, () =>
  served(async ({ gateway, requests, open }) => {
    await gateway.values.set("a", json(1));
    const cache = await open();
    await cache.fetch("a");
    assert.equal(await cache.fetch("a", undefined, { levels: ["remote"] }), 1);
    assert.equal(requests.filter((line) => line === "GET k/a").length, 2);
    assert.equal(await cache.fetch("x", undefined, { levels: ["memory", "disk"] }), undefined);
    assert.ok(!requests.includes("GET k/x"));
    await cache.fetch("y", () => 2, { levels: ["remote"] });
    await cache.flush();
    assert.equal(cache.get("y"), undefined);
    assert.ok((await gateway.values.get("y")).stored);
  }),
);

test("what a dump brings back stays in the page", limit, () =>
  served(async ({ requests, open }) => {
    const cache = await open();
    const source = await Cache.open("source");
    for (let i = 0; i < 2000; i++) source.set(`k${i}`, i, { tags: ["t"] });
    assert.equal(await cache.load(await source.dump()), 2000);
    await source.close();
    assert.equal(await cache.flush(), true);
    assert.equal(cache.get("k7"), 7);
    assert.deepEqual(
      requests.filter((line) => line.startsWith("PUT")),
      [],
    );
    assert.equal(await cache.load("k8"), 8);
  }),
);

test("an invalidation keeps its place among the writes", limit, () =>
  served(async ({ gateway, open }) => {
    const cache = await open();
    for (let i = 0; i < 20; i++) cache.set(`old${i}`, i, { tags: ["t"] });
    cache.invalidateTag("t");
    for (let i = 0; i < 20; i++) cache.set(`new${i}`, i, { tags: ["t"] });
    assert.equal(await cache.flush(), true);
    for (let i = 0; i < 20; i++) {
      assert.equal((await gateway.values.get(`old${i}`)).stored, undefined);
      assert.ok((await gateway.values.get(`new${i}`)).stored);
    }
  }),
);

test("bad options are refused before anything starts", async () => {
  const url = "http://localhost/apus/";
  for (const [remote, error] of [
    [{}, /remote: url must be a URL/],
    [{ url: "ftp://x" }, /remote: url must be a URL/],
    [{ url, ttl: -1 }, /remote: ttl/],
    [{ url, timeout: 0 }, /remote: timeout/],
    [{ url, colour: 1 }, /unknown option "colour"/],
    ["x", /remote must be an object/],
  ]) {
    await assert.rejects(Cache.open("bad", /** @type {any} */ ({ remote })), error);
  }
  await assert.rejects(Cache.open("bad", { persist: /** @type {any} */ ({ ttl: 1 }) }), /"ttl"/);
  await served(async ({ open }) => {
    const cache = await open();
    assert.throws(() => cache.set("a", 1, { levels: ["moon"] }), /one of memory, disk, remote/);
    assert.throws(() => cache.set("a", 1, { levels: [] }), TypeError);
    assert.throws(() => cache.set(1, 1), TypeError);
    assert.throws(() => cache.set("a", undefined), TypeError);
    await assert.rejects(cache.fetch("a", undefined, { levels: "all" }), TypeError);
    await assert.rejects(cache.fetch("a", undefined, { status: 1 }), TypeError);
    await assert.rejects(cache.fetch("a", "loader"), /fetch: loader must be a function/);
    const closed = await open();
    await closed.close();
    await assert.rejects(closed.fetch("a", undefined, { levels: ["remote"] }), { code: "CLOSED" });
    assert.throws(() => closed.set("a", 1), { code: "CLOSED" });
    assert.equal(cache.size, 0);
  });
});
