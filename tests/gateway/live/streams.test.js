// Streams of channels in both engines, on real servers where they are needed.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Redis } from "iovalkey";
import { MemoryEngine } from "../../../js/gateway/memory-engine.node.js";
import { ValkeyEngine } from "../../../js/gateway/valkey-engine.node.js";
import { ValkeyStreams } from "../../../js/gateway/valkey-streams.node.js";
import { bucketOf } from "../../../js/sync/bucket.js";
import { freePorts } from "../../../tools/ports.js";
import { skip, startBoth, startCluster, startNode, timeout, until } from "../servers.js";
import { conformance } from "./conformance.js";

const servers = await startBoth();
after(() => servers?.stop());

let runs = 0;
/** Keys of its own, so each test starts empty. */
const prefix = () => `test${++runs}`;

conformance("memory", async () => new MemoryEngine());
conformance(
  "one node",
  async () => ValkeyEngine.open({ timeout, url: servers?.node.url, prefix: prefix() }),
  { skip },
);
conformance(
  "a cluster",
  async () => ValkeyEngine.open({ timeout, nodes: servers?.cluster.addresses, prefix: prefix() }),
  { skip },
);

test("a server that took over begins an epoch, once a bucket", {
  skip,
  timeout: 30_000,
}, async () => {
  const name = prefix();
  const engine = await ValkeyEngine.open({ timeout, url: servers?.node.url, prefix: name });
  const { streams } = engine;
  const append = () => streams.append("c", [{ type: "t" }], { keep: 100 });
  try {
    const { at } = await append();
    // As a replica finds it: the mark of the master that it followed.
    const era = `${name}:{b${bucketOf("c")}}:era`;
    await servers?.node.ask(async (client) => {
      const [, , since] = String(await client.get(era)).split(" ");
      await client.set(era, `f00 ${Date.now() - 2000} ${since}`);
    });
    const next = await append();
    assert.ok(next.at.epoch > at.epoch && next.at.offset === 0);
    assert.deepEqual((await append()).at, { epoch: next.at.epoch, offset: 1 });
    const read = await streams.after("c", at, 10);
    assert.deepEqual([read.lost, read.events.length], ["replaced", 2]);
    // Whoever has not seen the end of the old epoch gets it first.
    const old = await streams.after("c", { ...at, offset: -1 }, 10);
    assert.deepEqual([old.lost, old.epoch, old.last, old.more], [false, at.epoch, 0, true]);
  } finally {
    await engine.close();
  }
});

test("a server that comes back empty has lost the history", { skip, timeout: 60_000 }, async () => {
  const [port] = await freePorts(1);
  const node = await startNode(port);
  const engine = await until(() => ValkeyEngine.open({ url: node.url }), "an engine");
  let missed = 0;
  const heard = [];
  try {
    const stop = await engine.streams.follow(
      (_, events) => heard.push(...events),
      () => missed++,
    );
    const { at } = await engine.streams.append("c", [{ type: "a" }, { type: "b" }], { keep: 10 });
    await until(async () => heard.length === 2, "what was pushed");
    await node.crash();
    await node.restart();
    await until(async () => missed > 0, "the connection");
    assert.equal((await engine.streams.after("c", at, 10)).lost, "replaced");
    const again = await engine.streams.append("c", [{ type: "c" }], { keep: 10 });
    assert.ok(again.at.epoch > at.epoch && again.at.offset === 0);
    await until(async () => heard.length === 3, "a push of the new server");
    stop();
  } finally {
    await engine.close();
    await node.kill();
  }
});

test("a follower that cannot subscribe again connects again", {
  skip,
  timeout: 60_000,
}, async () => {
  const node = await startNode((await freePorts(1))[0]);
  const client = new Redis(node.port, "127.0.0.1");
  let [calls, missed] = [0, 0];
  const another = () => {
    const subscriber = client.duplicate({ autoResubscribe: false });
    const { subscribe } = subscriber;
    /** @param {any[]} channels */
    subscriber.subscribe = async (...channels) => {
      if (++calls === 2) throw new Error("Command timed out");
      return subscribe.apply(subscriber, channels);
    };
    return subscriber;
  };
  const streams = new ValkeyStreams(client, { prefix: "a", change: async () => {}, another });
  try {
    await streams.follow(
      () => {},
      () => missed++,
    );
    await client.client("KILL", "TYPE", "pubsub");
    await until(async () => missed === 1, "the subscription");
    assert.equal(calls, 3);
  } finally {
    await streams.close();
    client.disconnect();
    await node.kill();
  }
});

test("after a failover events have a new epoch, and followers go on", {
  skip,
  timeout: 120_000,
}, async () => {
  const cluster = await startCluster();
  const options = { nodes: cluster.addresses, prefix: "f" };
  const engine = await until(() => ValkeyEngine.open(options), "an engine");
  const { streams } = engine;
  /** @type {string[]} */
  const heard = [];
  const append = () => streams.append("c", [{ type: "t" }], { keep: 1000 });
  try {
    await streams.follow(
      (_, events) => {
        for (const { epoch, offset } of events) heard.push(`${epoch}:${offset}`);
      },
      () => {},
    );
    const { at } = await append();
    const key = `f:{b${bucketOf("c")}}:c:c`;
    for (const node of cluster.nodes) {
      const owns = await node.ask((client) => client.xlen(key)).catch(() => 0);
      if (owns) await node.crash();
    }
    const next = await until(() => append(), "a write after the failover");
    assert.ok(next.at.epoch > at.epoch && next.at.offset === 0);
    assert.equal((await streams.after("c", at, 10)).lost, "replaced");
    await until(async () => {
      const { epoch, offset } = (await append()).at;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return heard.includes(`${epoch}:${offset}`);
    }, "a push after the failover");
  } finally {
    await engine.close();
    await cluster.stop();
  }
});
