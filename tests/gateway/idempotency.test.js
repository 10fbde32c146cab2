// Changes of values with an Idempotency-Key, in both engines.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ValkeyEngine } from "../../js/gateway/valkey-engine.node.js";
import { bucketOf } from "../../js/sync/bucket.js";
import { freePorts } from "../../tools/ports.js";
import { open, refused } from "./open.js";
import { programs, startNode, timeout } from "./servers.js";

const node = programs && (await startNode((await freePorts(1))[0]));
after(() => node?.kill());

/** Keys of each kind of name. */
const keys = ["cart:7", "{cart:7}:items", "a}b", "{}x", "a{b", "ä/ö"];
const path = (/** @type {string} */ key) => `k/${encodeURIComponent(key)}`;

let last = 0;
const engines = { memory: () => undefined, ...(node && { valkey: () => fresh() }) };
const fresh = () => ValkeyEngine.open({ timeout, url: node?.url, prefix: `t${++last}` });

for (const [name, made] of Object.entries(engines)) {
  const gateway = async () => {
    const engine = await made();
    const it = await open(engine && { engine });
    /** @param {string} method @param {string} key @param {string} idempotency @param {string} [body] @param {Record<string, string>} [headers] */
    const change = (method, key, idempotency, body, headers) =>
      it.ask(path(key), { method, body, headers: { "idempotency-key": idempotency, ...headers } });
    const text = async (/** @type {string} */ key) => (await it.ask(path(key))).text();
    return { ...it, engine, change, text };
  };

  test(`${name}: a change with a key is made once, and its repetition gets its answer`, async () => {
    const { change, text, ask } = await gateway();
    for (const key of keys) {
      const first = await change("PUT", key, '"k \\"1\\""', "one");
      assert.deepEqual([first.status, first.headers.get("idempotent-replayed")], [204, null]);
      assert.equal((await ask(path(key), { method: "PUT", body: "two" })).status, 204);
      const again = await change("PUT", key, 'k "1"', "one");
      assert.deepEqual([again.status, again.headers.get("idempotent-replayed")], [204, "true"]);
      assert.equal(again.headers.get("etag"), first.headers.get("etag"));
      assert.equal(await text(key), "two", key);
      assert.equal((await change("DELETE", key, "d")).status, 204);
      assert.equal((await change("PUT", key, "p", "three")).status, 204);
      assert.equal((await change("DELETE", key, "d")).headers.get("idempotent-replayed"), "true");
      assert.equal(await text(key), "three");
    }
  });

  test(`${name}: a key belongs to one request of a value`, async () => {
    const { change, text } = await gateway();
    await change("PUT", "a", "k", "1");
    assert.deepEqual(await refused(await change("PUT", "a", "k", "2")), [422, "KEY_REUSED"]);
    assert.deepEqual(await refused(await change("DELETE", "a", "k")), [422, "KEY_REUSED"]);
    assert.equal(await text("a"), "1");
    for (const bad of ["", "x".repeat(129), "\u00e4"]) {
      const response = await change("PUT", "a", bad, "2");
      assert.deepEqual(await refused(response), [400, "BAD_HEADER"], bad);
    }
    assert.equal((await change("PUT", "b", "k", "2")).status, 204);
  });

  test(`${name}: a refusal is repeated too`, async () => {
    const { change, ask } = await gateway();
    await ask("k/a", { method: "PUT", body: "1" });
    const put = () => change("PUT", "a", "k", "2", { "if-none-match": "*" });
    assert.deepEqual(await refused(await put()), [412, "CHANGED"]);
    await ask("k/a", { method: "DELETE" });
    const again = await put();
    assert.equal(again.headers.get("idempotent-replayed"), "true");
    assert.deepEqual(await refused(again), [412, "CHANGED"]);
    assert.equal((await change("PUT", "a", "l", "2", { "if-none-match": "*" })).status, 204);
    const fenced = () => change("PUT", "a", "f", "3", { "apus-fence": "a;7" });
    assert.deepEqual(await refused(await fenced()), [412, "FENCED"]);
    const later = await fenced();
    assert.equal(later.headers.get("idempotent-replayed"), "true");
    assert.deepEqual(await refused(later), [412, "FENCED"]);
    const other = await change("PUT", "a", "g", "3", { "apus-fence": `${otherBucket("a")};7` });
    assert.deepEqual(await refused(other), [400, "BAD_HEADER"]);
  });

  test(`${name}: of many at the same time one makes the change`, async () => {
    const { change, gateway: it } = await gateway();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => change("PUT", "a", "k", "1")),
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [204]);
    assert.equal(new Set(answers.map(({ headers }) => headers.get("etag"))).size, 1);
    const replayed = answers.filter(({ headers }) => headers.get("idempotent-replayed"));
    assert.equal(replayed.length, 19);
    const { events } = await it.values.events(bucketOf("a"), undefined, 100);
    assert.equal(events.filter(({ name }) => name === "a").length, 1);
  });

  test(`${name}: nobody may read or write the answers`, async () => {
    const { change, gateway: it, ask } = await gateway();
    await change("PUT", "a", "k", "1");
    const { events } = await it.values.events(bucketOf("a"), undefined, 100);
    const result = events.find(({ name }) => name !== "a")?.name ?? "";
    assert.ok(result.includes("k"));
    assert.deepEqual(await refused(await ask(path(result))), [400, "BAD_KEY"]);
    assert.deepEqual(await refused(await change("PUT", result, "z", "")), [400, "BAD_KEY"]);
  });
}

test("an answer outlives the gateway", { skip: !node && "no server" }, async () => {
  const prefix = `t${++last}`;
  const headers = { "idempotency-key": "k" };
  for (const replayed of [null, "true"]) {
    const { ask } = await open({
      engine: await ValkeyEngine.open({ timeout, url: node?.url, prefix }),
    });
    const { headers: got } = await ask("k/a", { method: "PUT", body: "1", headers });
    assert.equal(got.get("idempotent-replayed"), replayed);
  }
  const keys = await node?.ask((client) => client.keys(`${prefix}:*once*`));
  const left = await node?.ask((client) => client.pttl(keys[0]));
  assert.ok(left > 86_000_000 && left <= 86_400_000);
});

test("an answer is forgotten after a day", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
  const { ask } = await open();
  const put = () => ask("k/a", { method: "PUT", body: "1", headers: { "idempotency-key": "k" } });
  await put();
  t.mock.timers.tick(86_400_001);
  assert.equal((await put()).headers.get("idempotent-replayed"), null);
});

/** @param {string} key */
function otherBucket(key) {
  let n = 0;
  while (bucketOf(String(n)) === bucketOf(key)) n++;
  return n;
}
