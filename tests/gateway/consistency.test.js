// What a client may rely on: its own writes, the newest value, and values that replicas have.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { MemoryEngine } from "../../js/gateway/memory-engine.node.js";
import { ValkeyEngine } from "../../js/gateway/valkey-engine.node.js";
import { Values } from "../../js/gateway/values.node.js";
import { bucketOf } from "../../js/sync/bucket.js";
import { compare, START } from "../../js/sync/position.js";
import { value } from "./conformance.js";
import { open, refused } from "./open.js";
import { skip, startBoth, startCluster, timeout, until } from "./servers.js";

const servers = await startBoth();
after(() => servers?.stop());

/** @typedef {import("../../js/gateway/engine.node.js").Engine} Engine */
/** Two connections to one engine. @type {Record<string, () => Promise<Engine[]>>} */
const pairs = {
  memory: async () => new Array(2).fill(new MemoryEngine()),
  "one node": () => two({ url: servers?.node.url }),
  "a cluster": () => two({ nodes: servers?.cluster.addresses }),
  replicas: () => two({ nodes: servers?.cluster.addresses, readFrom: "replicas" }),
};

let runs = 0;
/** @param {object} options */
function two(options) {
  const prefix = `consistency${++runs}`;
  return Promise.all([1, 2].map(() => ValkeyEngine.open({ timeout, prefix, ...options })));
}

const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);
const text = (/** @type {any} */ stored) => stored && new TextDecoder().decode(stored.body);

for (const [name, make] of Object.entries(pairs)) {
  const options = { skip: name === "memory" ? false : skip, timeout: 60_000 };
  test(`${name}: a client reads its own writes through another gateway`, options, async () => {
    const [first, second] = await make();
    // They hear of changes when they are asked to.
    const slow = { fastest: 1e6, slowest: 1e6 };
    const [writer, reader] = [await Values.open(first, slow), await Values.open(second, slow)];
    try {
      let seen = { key: START, tags: START };
      for (let i = 0; i < 50; i++) {
        const version = await writer.set("k", { body: bytes(`${i}`), type: "t", tags: ["t"] });
        assert.ok(version);
        seen = { ...seen, key: version };
        const { stored, asOf } = await reader.get("k", { seen });
        assert.equal(text(stored), `${i}`);
        assert.ok(compare(asOf, version) >= 0);
      }
      assert.equal(text((await reader.get("k")).stored), "49");
      await writer.set("k", { body: bytes("new"), type: "t", tags: ["t"] });
      assert.equal(text((await reader.get("k", { seen })).stored), "49"); // what it has will do
      assert.equal(text((await reader.get("k", { newest: true })).stored), "new");
      const tags = await writer.invalidate(["t"]);
      assert.equal(text((await reader.get("k")).stored), "new");
      const found = await reader.get("k", { seen: { ...seen, tags } });
      assert.equal(found.stored, undefined);
      assert.ok(compare(found.tagsAsOf, tags) >= 0);
      // A position that the log does not have: the answer says what it is as of.
      const never = { epoch: Number.MAX_SAFE_INTEGER, offset: 0 };
      const other = await reader.get("k", { seen: { key: never, tags: never } });
      assert.ok(compare(other.asOf, never) < 0);
    } finally {
      await Promise.all([writer.close(), reader.close()]);
    }
  });
}

test("a request with Apus-Seen is answered as of that or later", async () => {
  const engine = new MemoryEngine();
  const { ask, post } = await open({ engine });
  await ask("k/k", { method: "PUT", body: "0" });
  for (let i = 1; i < 20; i++) {
    const version = await engine.write("k", value(`${i}`)); // by another gateway
    assert.ok(version);
    const seen = `${version.epoch}:${version.offset}, 0:0`;
    const got = await ask("k/k", { headers: { "apus-seen": seen } });
    assert.equal(await got.text(), `${i}`);
    assert.equal(got.headers.get("apus-as-of"), seen);
    const next = await engine.write("k", value(`${i}b`));
    const batch = { get: ["k"], seen: { k: `${next?.epoch}:${next?.offset}, 0:0` } };
    const { values } = await (await post("batch", batch)).json();
    assert.equal(Buffer.from(values.k.base64, "base64").toString(), `${i}b`);
  }
  for (const seen of ["1:2", "x, 1:2", "1:2, 1:2, 1:2", ""]) {
    const answer = await ask("k/k", { headers: { "apus-seen": seen } });
    assert.deepEqual(await refused(answer), [400, "BAD_HEADER"]);
  }
});

/** How many scripts a node has run. @param {any} node */
const calls = async (node) =>
  /cmdstat_eval(?:sha)?:calls=(\d+)/.exec(
    await node.ask((/** @type {any} */ client) => client.info("commandstats")),
  )?.[1];

test("replicas answer reads, and one that is behind is passed over", {
  skip,
  timeout: 60_000,
}, async () => {
  const cluster = await startCluster();
  const options = /** @type {const} */ ({ nodes: cluster.addresses, readFrom: "replicas" });
  const engine = await until(() => ValkeyEngine.open(options), "an engine");
  const values = await Values.open(engine, { fastest: 5, slowest: 10 });
  const keys = Array.from({ length: 60 }, (_, i) => `key${i}`);
  const check = async (/** @type {string} */ body) => {
    for (const key of keys) {
      await engine.write(key, value(body));
      await values.feed.catchUp(bucketOf(key));
      assert.equal(text((await values.get(key)).stored), body);
    }
  };
  try {
    await until(async () => {
      await check("1");
      return (await Promise.all(cluster.nodes.slice(3).map(calls))).every(Boolean);
    }, "all replicas to be asked"); // the client has to learn of them
    for (const node of cluster.nodes.slice(3)) {
      await node.ask((client) => client.config("SET", "masterauth", "wrong"));
    }
    for (const node of cluster.nodes.slice(0, 3)) {
      await node.ask((client) => client.client("KILL", "TYPE", "replica"));
    }
    await check("2");
    await check("3");
    await cluster.nodes[3].kill();
    await check("4");
  } finally {
    await values.close();
    await cluster.stop();
  }
});

test("a write is acknowledged when replicas have it", { skip, timeout: 120_000 }, async () => {
  const cluster = await startCluster();
  const options = { nodes: cluster.addresses, wait: { replicas: 1, timeout: 200 } };
  const engine = await until(() => ValkeyEngine.open(options), "an engine");
  const { ask, post } = await open({ engine, load: { "load:*": async () => ({ value: 1 }) } });
  const keys = Array.from({ length: 60 }, (_, i) => `key${i}`);
  const put = (/** @type {string} */ key) => ask(`k/${key}`, { method: "PUT", body: key });
  /** @param {(status: number) => boolean} fine */
  const all = async (fine) => {
    const answers = await Promise.all(keys.map(put));
    const codes = await Promise.all(
      answers.map(async (answer) => (answer.status === 204 ? "" : (await answer.json()).code)),
    );
    return answers.every(({ status }) => fine(status)) && codes;
  };
  try {
    await until(() => all((status) => status === 204), "replicas in step");
    assert.equal((await post("invalidate", { tags: ["t"] })).status, 200);
    await cluster.nodes[3].kill(); // the replica of a third
    const codes = /** @type {string[]} */ (await all(() => true));
    assert.deepEqual([...new Set(codes)].sort(), ["", "NOT_REPLICATED"]);
    const late = keys[codes.indexOf("NOT_REPLICATED")];
    assert.equal(await (await ask(`k/${late}`)).text(), late);
    const deleted = await ask(`k/${late}`, { method: "DELETE" });
    assert.equal(deleted.headers.get("retry-after"), "1");
    assert.deepEqual(await refused(deleted), [503, "NOT_REPLICATED"]);
    assert.equal((await ask(`k/${late}`)).status, 404);
    // A condition that fails is an answer, not a doubt; what is loaded does not wait.
    const ifMatch = { "if-match": '"1:1"' };
    const refusal = await ask(`k/${late}`, { method: "PUT", body: "", headers: ifMatch });
    assert.deepEqual(await refused(refusal), [412, "CHANGED"]);
    for (const key of keys) assert.equal((await ask(`k/load:${key}`)).status, 200);
    // Another master dies: its replica takes over and has none itself.
    await cluster.nodes[1].kill();
    const counts = await until(async () => {
      const codes = await all(() => true);
      return codes && !codes.includes("UNAVAILABLE") && codes;
    }, "a replica to take over");
    assert.deepEqual([...new Set(counts)].sort(), ["", "NOT_REPLICATED"]);
  } finally {
    await cluster.stop();
  }
});

test("waiting on a server without replicas says so", { skip, timeout: 30_000 }, async () => {
  const [engine, other] = await two({ url: servers?.node.url, wait: { replicas: 1, timeout: 10 } });
  try {
    await assert.rejects(engine.write("k", value("1")), { code: "NOT_REPLICATED" });
    assert.equal(text((await other.read(["k"]))[0]), "1");
  } finally {
    await Promise.all([engine.close(), other.close()]);
  }
});

test("options of consistency are checked", async () => {
  for (const [options, message] of /** @type {[any, RegExp][]} */ ([
    [{ readFrom: "slave" }, /readFrom must be/],
    [{ readFrom: "replicas" }, /needs nodes of a cluster/],
    [{ wait: {} }, /wait needs replicas/],
    [{ wait: { replicas: 0 } }, /wait: replicas must be/],
    [{ wait: { replicas: 1, timeout: 0 } }, /wait: timeout must be/],
  ])) {
    await assert.rejects(ValkeyEngine.open({ url: "redis://127.0.0.1", ...options }), message);
  }
});
