// Shared state and locks, asked for by clients over WebSockets, at two gateways of one engine.
import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryEngine } from "../../../js/gateway/memory-engine.node.js";
import { Client, open, until } from "./client.js";

const options = { authorize: () => true };

/** Two clients at two gateways of one engine. */
async function two() {
  const engine = new MemoryEngine();
  const [one, other] = [
    await open({}, { ...options, engine }),
    await open({}, { ...options, engine }),
  ];
  return [await Client.open(one.url), await Client.open(other.url)];
}
/** The code of a refusal. @param {Promise<any>} asked */
const code = async (asked) => (await asked)[0];

test("a state is read and changed by versions", async () => {
  const [a, b] = await two();
  assert.deepEqual(await a.ask("get", { key: "k" }), { version: null });
  const { version } = await a.ask("set", { key: "k", data: { n: 1 }, version: null });
  assert.deepEqual(await b.ask("get", { key: "k" }), { data: { n: 1 }, version });
  assert.equal(await code(b.ask("set", { key: "k", data: 2, version: null })), "CONFLICT");
  const next = await b.ask("set", { key: "k", data: 2, version });
  assert.notEqual(next.version, version);
  assert.equal(await code(a.ask("delete", { key: "k", version })), "CONFLICT");
  assert.deepEqual(await a.ask("delete", { key: "k", version: next.version }), { version: null });
  assert.deepEqual(await b.ask("get", { key: "k" }), { version: null });
  const bytes = Uint8Array.from([1, 2, 255]);
  await a.ask("set", { key: "bin", data: bytes });
  assert.deepEqual([...(await b.ask("get", { key: "bin" })).data], [...bytes]);
});

test("a transaction is done as a whole, in one bucket", async () => {
  const [a] = await two();
  const { version } = await a.ask("set", { key: "{t}:a", data: 1 });
  const made = await a.ask("transact", {
    reads: [
      ["{t}:a", version],
      ["{t}:b", null],
    ],
    writes: [["{t}:b", 2], ["{t}:a"]],
  });
  assert.deepEqual([made.versions.length, made.versions[1]], [2, null]);
  const again = { reads: [["{t}:a", version]], writes: [["{t}:b", 3]] };
  assert.equal(await code(a.ask("transact", again)), "CONFLICT");
  assert.equal((await a.ask("get", { key: "{t}:b" })).data, 2);
  assert.equal(
    await code(
      a.ask("transact", {
        writes: [
          ["a", 1],
          ["b", 1],
        ],
      }),
    ),
    "BUCKETS",
  );
});

test("whoever watches a state hears its newest value", async () => {
  const [a, b] = await two();
  await b.subscribe("#state:k");
  const { version } = await a.ask("set", { key: "k", data: [1] });
  await until(() => b.events().length > 0, "the event");
  const [, , type, data] = b.events()[0];
  assert.deepEqual([type, data], ["set", { value: [1], version }]);
  await a.ask("delete", { key: "k" });
  await until(() => b.events().some(([, , type]) => type === "delete"), "the event");
});

test("a lock has one holder, and the next one gets it when it is released", async () => {
  const [a, b] = await two();
  const lock = { name: "l", ttl: 60_000 };
  const { token } = await a.ask("lock", { ...lock, holder: "a" });
  const taken = await b.ask("lock", { ...lock, holder: "b" });
  assert.ok(taken.token === 0 && taken.wait > 0);
  const waiting = b.ask("lock", { ...lock, holder: "b", wait: 8000 });
  const write = (/** @type {Client} */ who, /** @type {number} */ token) =>
    who.ask("set", { key: "l", data: token, fence: { lock: "l", token } });
  await write(a, token);
  assert.deepEqual(await a.ask("renew", { name: "l", token, ttl: 60_000 }), {});
  assert.deepEqual(await a.ask("unlock", { name: "l", token }), { released: true });
  const next = await waiting;
  assert.ok(next.token > token);
  assert.equal(await code(write(a, token)), "FENCED");
  assert.equal(await code(a.ask("renew", { name: "l", token, ttl: 1000 })), "LOST");
  await write(b, next.token);
  assert.equal((await a.ask("get", { key: "l" })).data, next.token);
});

test("bad requests of state and locks are refused", async () => {
  const [a] = await two();
  for (const [kind, args] of /** @type {[string, object][]} */ ([
    ["get", {}],
    ["get", { key: "x".repeat(1025) }],
    ["get", { key: "a\nb" }],
    ["set", { key: "k" }],
    ["set", { key: "k", data: 1, version: 7 }],
    ["set", { key: "k", data: 1, version: "7" }],
    ["set", { key: "k", data: 1, ttl: 0 }],
    ["set", { key: "k", data: 1, fence: {} }],
    ["set", { key: "k", data: 1, fence: { lock: "k", token: "1" } }],
    ["transact", { writes: "k" }],
    ["transact", { reads: [["k"]], writes: [] }],
    ["transact", { writes: Array.from({ length: 101 }, () => ["k", 1]) }],
    ["lock", { name: "l", ttl: 0, holder: "a" }],
    ["lock", { name: "l".repeat(1025), ttl: 1, holder: "a" }],
    ["lock", { name: "l", ttl: 1 }],
    ["lock", { name: "l", ttl: 1, holder: "a", wait: -1 }],
    ["renew", { name: "l", token: 0, ttl: 1 }],
    ["unlock", { name: "l" }],
  ])) {
    assert.equal(await code(a.ask(kind, args)), "BAD_REQUEST", `${kind} ${JSON.stringify(args)}`);
  }
  assert.equal(await code(a.ask("transact", {})), "BUCKETS");
});

test("state and locks need permission, and changes are told from reads", async () => {
  const none = await Client.open((await open({})).url);
  for (const [kind, args] of /** @type {[string, object][]} */ ([
    ["get", { key: "k" }],
    ["set", { key: "k", data: 1 }],
    ["transact", { reads: [["k", null]] }],
    ["lock", { name: "l", ttl: 1, holder: "a" }],
    ["unlock", { name: "l", token: 1 }],
  ])) {
    assert.equal(await code(none.ask(kind, args)), "FORBIDDEN", kind);
  }
  /** @type {any[]} */
  const asked = [];
  const reader = await open(
    {},
    {
      authorize: (_, action) => {
        asked.push([action.kind, action.channel, action.write]);
        return !action.write;
      },
    },
  );
  const client = await Client.open(reader.url);
  await client.ask("get", { key: "k" });
  assert.equal(await code(client.ask("set", { key: "k", data: 1 })), "FORBIDDEN");
  assert.deepEqual(asked, [
    ["state", "k", false],
    ["state", "k", true],
  ]);
});
