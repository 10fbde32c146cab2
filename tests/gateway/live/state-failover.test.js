// What locks and the registry are worth when a cluster's master fails.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ValkeyEngine } from "../../../js/gateway/valkey-engine.node.js";
import { bucketOf } from "../../../js/sync/bucket.js";
import { value } from "../conformance.js";
import { mastersAsked, skip, startCluster, until } from "../servers.js";
import { Client, open } from "./client.js";

test("after a failover tokens are larger, old holders are fenced, and clients hear of it", {
  skip,
  timeout: 120_000,
}, async () => {
  const cluster = await startCluster({ timeout: 1000 });
  const options = { nodes: cluster.addresses };
  const engine = await until(() => ValkeyEngine.open(options), "an engine");
  const asked = mastersAsked(engine);
  const { url, stop } = await open(
    { registry: { lease: 1000 } },
    { engine, authorize: () => true },
  );
  try {
    const client = await Client.open(url);
    await client.hear("welcome");
    const old = await engine.locks.acquire("l", 600_000, "old");
    assert.ok(old.token > 0);
    const slot = await cluster.nodes[0].ask((it) =>
      it.cluster("KEYSLOT", `apus:{b${bucketOf("l")}}`),
    );
    const master = slot < 5461 ? 0 : slot < 10923 ? 1 : 2;
    await asked;
    await cluster.nodes[master].crash();
    // The replica has the lock, which then ends, or it has lost it.
    await until(
      async () => (await engine.locks.renew("l", old.token, 1)) || true,
      "a new master",
      60_000,
    );
    /** @type {number} */
    let token = 0;
    await until(
      async () => {
        token = (await engine.locks.acquire("l", 600_000, "new")).token;
        return token > 0;
      },
      "the lock",
      60_000,
    );
    assert.ok(token > old.token, `${token} > ${old.token}`);
    const write = (/** @type {number} */ token) =>
      engine.transact([], [{ key: "{l}:k", value: value("1") }], {
        fences: [{ lock: "l", token }],
      });
    assert.deepEqual(await write(old.token), { refused: "FENCED", lock: "l" });
    assert.ok("versions" in (await write(token)));
    await client.hear("node", ([, type]) => type === "failover");
  } finally {
    await stop();
    await cluster.stop();
  }
});
