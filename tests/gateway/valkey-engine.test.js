// The engine on real servers: one node, and a cluster of six.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ValkeyEngine } from "../../js/gateway/valkey-engine.node.js";
import { bucketOf } from "../../js/sync/bucket.js";
import { freePorts } from "../../tools/ports.js";
import { conformance, value } from "./conformance.js";
import { skip, startBoth, timeout } from "./servers.js";

const servers = await startBoth();
after(() => servers?.stop());

let runs = 0;
/** Keys of its own, so each test starts empty. */
const prefix = () => `test${++runs}`;

conformance(
  "one node",
  async (options) =>
    ValkeyEngine.open({ timeout, url: servers?.node.url, prefix: prefix(), ...options }),
  { skip },
);

conformance(
  "a cluster",
  async (options) =>
    ValkeyEngine.open({
      timeout,
      nodes: servers?.cluster.addresses,
      prefix: prefix(),
      ...options,
    }),
  { skip },
);

test("large text takes little memory at the server", { skip, timeout: 30_000 }, async () => {
  const name = prefix();
  const engine = await ValkeyEngine.open({ timeout, url: servers?.node.url, prefix: name });
  const rows = Array.from({ length: 2000 }, (_, id) => ({
    id,
    name: `Row ${id}`,
    tags: ["a", "b"],
  }));
  const body = JSON.stringify(rows);
  try {
    await engine.write("rows", value(body, { type: "application/json" }));
    const [stored] = await engine.read(["rows"]);
    assert.equal(Buffer.from(stored?.body ?? []).toString(), body);
    const key = `${name}:{b${bucketOf("rows")}}:v:rows`;
    const bytes = await servers?.node.ask((client) => client.strlen(key));
    assert.ok(bytes > 0 && bytes < body.length / 4, `${bytes} of ${body.length}`);
  } finally {
    await engine.close();
  }
});

test("an engine that cannot be reached says where and why", { skip }, async () => {
  const [port] = await freePorts(1);
  const address = new RegExp(`127\\.0\\.0\\.1:${port}: .*ECONNREFUSED`);
  await assert.rejects(ValkeyEngine.open({ url: `redis://127.0.0.1:${port}` }), {
    code: "UNREACHABLE",
    message: address,
  });
  await assert.rejects(ValkeyEngine.open({ nodes: [{ host: "127.0.0.1", port }] }), {
    code: "UNREACHABLE",
    message: new RegExp(`127\\.0\\.0\\.1:${port}: `),
  });
});

test("bad options are refused by name", async () => {
  for (const [options, message] of /** @type {[any, RegExp][]} */ ([
    [{}, /needs url, or nodes/],
    [{ url: "localhost" }, /url must be a URL that begins with redis/],
    [{ url: "http://x" }, /url must be/],
    [{ nodes: [] }, /nodes must be a list/],
    [{ nodes: [{ host: "x", port: 0 }] }, /nodes must be a list/],
    [{ url: "redis://x", keepEvents: 0 }, /keepEvents must be between/],
    [{ url: "redis://x", host: 1 }, /unknown option "host"/],
  ])) {
    await assert.rejects(ValkeyEngine.open(options), message);
  }
});
