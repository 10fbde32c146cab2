// A master of the cluster dies. What is in memory is served, writes come back, and what its replica
// did not have is noticed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { TAGS } from "../../js/gateway/engine.node.js";
import { Feed } from "../../js/gateway/feed.node.js";
import { Gateway } from "../../js/gateway/gateway.node.js";
import { ValkeyEngine } from "../../js/gateway/valkey-engine.node.js";
import { Values } from "../../js/gateway/values.node.js";
import { bucketOf } from "../../js/sync/bucket.js";
import { compare } from "../../js/sync/position.js";
import { freePorts } from "../../tools/ports.js";
import { value } from "./conformance.js";
import { skip, startCluster, startNode, timeout, until } from "./servers.js";

test("reads of what is kept never fail while a master dies, and writes come back", {
  skip,
  timeout: 120_000,
}, async () => {
  const cluster = await startCluster();
  const options = { nodes: cluster.addresses };
  const engine = await until(() => ValkeyEngine.open(options), "an engine");
  const gateway = await Gateway.open({ engine, authorize: () => true });
  const ask = (/** @type {string} */ key, /** @type {RequestInit} */ init = {}) =>
    gateway.handle(new Request(`http://x/apus/k/${key}`, init));
  try {
    const keys = Array.from({ length: 60 }, (_, i) => `key${i}`);
    for (const key of keys)
      assert.equal((await ask(key, { method: "PUT", body: key })).status, 204);
    await cluster.nodes[0].kill();
    let failed = 0;
    let refused = 0;
    await until(async () => {
      const reads = await Promise.all(keys.map((key) => ask(key)));
      failed += reads.filter(({ status }) => status !== 200).length;
      const writes = await Promise.all(
        keys.map((key) => ask(`w${key}`, { method: "PUT", body: key })),
      );
      const bad = writes.filter(({ status }) => status !== 204);
      refused += bad.length;
      assert.ok(bad.every(({ status }) => status === 503));
      return bad.length === 0;
    }, "all writes to be taken");
    assert.equal(failed, 0);
    assert.ok(refused > 0, "a master was missing");
    await until(async () => !gateway.values.feed.failure, "the feed to go on");
    assert.equal((await gateway.handle(new Request("http://x/apus/health"))).status, 200);
  } finally {
    await gateway.close();
    await cluster.stop();
  }
});

test("events that a server lost are noticed, and a new epoch begins", {
  skip,
  timeout: 60_000,
}, async () => {
  const [port] = await freePorts(1);
  let node = await startNode(port);
  const engine = await ValkeyEngine.open({ url: node.url, timeout: 500 });
  const feed = new Feed(engine, { fastest: 5, slowest: 20 });
  /** @type {import("../../js/gateway/feed.node.js").News[]} */
  const heard = [];
  feed.listen((news) => heard.push(news));
  try {
    await feed.start();
    const log = bucketOf("k");
    for (let i = 0; i < 3; i++) await engine.write("k", value(`${i}`));
    await feed.catchUp(log);
    const before = feed.heads[log];
    assert.ok(before);
    await node.kill(); // it kept nothing on disk
    node = await startNode(port);
    await until(async () => engine.write("k", value("after")), "the connection");
    await until(async () => heard.some(({ lost }) => lost === "replaced"), "the loss");
    const last = await until(() => engine.write("k", value("last")), "a write");
    await until(
      async () => heard.at(-1)?.events.some(({ at }) => compare(at, last) === 0),
      "the write",
    );
    assert.ok(compare(last, before) > 0);
  } finally {
    feed.stop();
    await engine.close();
    await node.kill();
  }
});

for (const way of ["written", "read"]) {
  test(`a value that was ${way} and whose event is lost, unheard, is not kept`, {
    skip,
    timeout: 60_000,
  }, async () => {
    const node = await startNode((await freePorts(1))[0]);
    const { url } = node;
    const [engine, other] = await Promise.all(
      [1, 2].map(() => ValkeyEngine.open({ timeout, url })),
    );
    const log = bucketOf("k");
    const [stream, stored] = [`apus:{b${log}}:log`, `apus:{b${log}}:v:k`];
    await other.write("k", value("old"));
    const values = await Values.open(engine, { fastest: 1e6, slowest: 1e6 });
    const body = async () => {
      const { stored } = await values.get("k");
      return stored && new TextDecoder().decode(stored.body);
    };
    /** Then the node is like a replica that took over without the last write. */
    const lose = async () => {
      const before = await node.ask((client) => client.getBuffer(stored));
      const text = new TextEncoder().encode("lost");
      const lost =
        way === "written"
          ? await values.set("k", { body: text, type: "t" })
          : await other.write("k", value("lost"));
      assert.ok(lost);
      assert.equal(await body(), "lost");
      const { epoch, offset } = lost;
      await node.ask(async (client) => {
        await client.xdel(stream, `${epoch}-${offset}`);
        await client.call("XSETID", stream, `${epoch}-${offset - 1}`);
        await client.set(stored, before);
      });
      return lost;
    };
    try {
      const lost = await lose();
      await values.feed.catchUp(log);
      assert.equal(await body(), "old");
      assert.ok((values.feed.heads[log]?.epoch ?? 0) > lost.epoch, "a new epoch");
      await values.close();
    } finally {
      await Promise.all([engine.close(), other.close()]);
      await node.kill();
    }
  });
}

test("an invalidation of a server without the log is newer than those that are lost", {
  skip,
  timeout: 60_000,
}, async () => {
  const node = await startNode((await freePorts(1))[0]);
  const engine = await ValkeyEngine.open({ timeout, url: node.url });
  try {
    const lost = await engine.invalidate(["t"], []);
    assert.equal((await engine.events(TAGS, undefined, 100)).lost, false);
    await node.crash();
    await node.restart();
    const next = await until(() => engine.invalidate(["t"], []), "the new server");
    assert.ok(next.epoch > lost.epoch);
    assert.equal((await engine.invalidate(["t"], [])).epoch, next.epoch);
    assert.ok((await engine.events(TAGS, undefined, 100)).lost);
  } finally {
    await engine.close();
    await node.kill();
  }
});

test("an invalidation after a failover is newer than all before, those that were lost included", {
  skip,
  timeout: 120_000,
}, async () => {
  const cluster = await startCluster();
  const options = { nodes: cluster.addresses };
  const engine = await until(() => ValkeyEngine.open(options), "an engine");
  try {
    const first = await engine.invalidate(["t"], []);
    const second = await engine.invalidate(["t"], []);
    assert.equal(first.epoch, second.epoch);
    const key = "apus:{tags}:log";
    const log = (/** @type {import("iovalkey").Redis} */ client) => client.exists(key);
    // A replica that has nothing of the log is the test above.
    const kept = (/** @type {import("iovalkey").Redis} */ client) =>
      client.readonly().then(() => client.xlen(key));
    await until(async () => {
      const replicas = cluster.nodes.slice(3).map((node) => node.ask(kept).catch(() => 0));
      return (await Promise.all(replicas)).includes(2);
    }, "the log's replica to have both");
    await until(async () => {
      for (const node of cluster.nodes.slice(0, 3)) {
        if (!(await node.ask(log).catch(() => 0))) continue;
        await node.crash();
        return true;
      }
      return false; // busy nodes may not have answered
    }, "the log's master to be found");
    const third = await until(() => engine.invalidate(["t"], []), "a replica to take over");
    const fourth = await engine.invalidate(["t"], []);
    assert.ok(third.epoch > second.epoch);
    assert.equal(fourth.epoch, third.epoch);
    const { events } = await engine.events(TAGS, undefined, 100);
    assert.equal(events.filter(({ kind }) => kind === "epoch").length, 1);
  } finally {
    await engine.close();
    await cluster.stop();
  }
});

test("another event in the place of a lost one is noticed", { skip, timeout: 60_000 }, async () => {
  const node = await startNode((await freePorts(1))[0]);
  const { url } = node;
  const [engine, other] = await Promise.all([1, 2].map(() => ValkeyEngine.open({ timeout, url })));
  const log = bucketOf("k");
  const stream = `apus:{b${log}}:log`;
  await other.write("k", value("old"));
  const values = await Values.open(engine, { fastest: 1e6, slowest: 1e6 });
  try {
    const body = new TextEncoder().encode("lost");
    const lost = await values.set("k", { body, type: "t" });
    assert.ok(lost);
    await node.ask(async (client) => {
      await client.xdel(stream, `${lost.epoch}-${lost.offset}`);
      await client.call("XSETID", stream, `${lost.epoch}-${lost.offset - 1}`);
    });
    assert.deepEqual(await other.write("k", value("new")), lost);
    await values.feed.catchUp(log);
    const { stored } = await values.get("k");
    assert.equal(new TextDecoder().decode(stored?.body), "new");
  } finally {
    await values.close();
    await other.close();
    await node.kill();
  }
});
