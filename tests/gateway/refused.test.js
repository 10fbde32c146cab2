// Who may do what, and what a gateway refuses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Gateway } from "../../js/gateway/gateway.node.js";
import { MemoryEngine } from "../../js/gateway/memory-engine.node.js";
import { open, refused } from "./open.js";

test("without authorize, reading is all that is allowed", async () => {
  const { ask, post } = await open({ authorize: undefined });
  assert.equal((await ask("k/k")).status, 404);
  assert.equal((await ask("log")).status, 200);
  assert.equal((await post("batch", { get: ["k"] })).status, 200);
  for (const answer of [
    await ask("k/k", { method: "PUT", body: "1" }),
    await ask("k/k", { method: "DELETE" }),
    await post("invalidate", { tags: ["t"] }),
  ]) {
    assert.deepEqual(await refused(answer), [403, "FORBIDDEN"]);
  }
});

test("authorize sees the request and what it wants", async () => {
  /** @type {unknown[]} */
  const seen = [];
  const { ask, post } = await open({
    authorize: async (request, action) => {
      seen.push([request.headers.get("authorization"), action]);
      return action.kind !== "delete";
    },
  });
  const headers = { authorization: "me", "apus-tags": "t" };
  await ask("k/a", { method: "PUT", body: "1", headers });
  const got = await ask("k/a", { headers });
  assert.equal(got.headers.get("cache-control"), "private, no-cache");
  assert.equal(got.headers.get("surrogate-key"), null);
  await post("batch", { get: ["a", "b"] });
  await post("invalidate", { tags: ["t"], prefixes: ["p"] });
  assert.deepEqual(await refused(await ask("k/a", { method: "DELETE" })), [403, "FORBIDDEN"]);
  assert.deepEqual(seen, [
    ["me", { kind: "write", keys: ["a"], tags: ["t"] }],
    ["me", { kind: "read", keys: ["a"], tags: [] }],
    [null, { kind: "read", keys: ["a", "b"], tags: [] }],
    [null, { kind: "invalidate", keys: [], tags: ["t", "p"] }],
    [null, { kind: "delete", keys: ["a"], tags: [] }],
  ]);
});

test("bad requests are refused by name, and change nothing", async () => {
  const { ask, post } = await open({ limits: { body: 1000, key: 20, tag: 5, tags: 2, batch: 2 } });
  const put = (/** @type {string} */ path, /** @type {RequestInit} */ init = {}) =>
    ask(path, { method: "PUT", body: "1", ...init });
  const json = (/** @type {string} */ path, /** @type {BodyInit} */ body) =>
    ask(path, { method: "POST", body });
  const answers = {
    "414 KEY_TOO_LONG": put(`k/${"x".repeat(21)}`),
    "400 BAD_KEY": put("k/a%0Ab"),
    "400 BAD_KEY ": put("k/%FF"),
    "400 BAD_KEY  ": put("k/"),
    "413 BODY_TOO_LARGE": put("k/k", { body: "x".repeat(1001) }),
    "400 BAD_TAGS": put("k/k", { headers: { "apus-tags": "a%0D%0Aset-cookie" } }),
    "400 BAD_TAGS ": put("k/k", { headers: { "apus-tags": "toolong" } }),
    "400 BAD_TAGS  ": put("k/k", { headers: { "apus-tags": "a,b,c" } }),
    "400 BAD_TAGS   ": put("k/k", { headers: { "apus-tags": "%" } }),
    "400 BAD_HEADER": put("k/k", { headers: { "apus-ttl": "-1" } }),
    "400 BAD_HEADER ": put("k/k", { headers: { "apus-ttl": "999999999999999" } }),
    "400 BAD_HEADER  ": put("k/k", { headers: { "if-match": "*" } }),
    "405 METHOD_NOT_ALLOWED": put("log"),
    "405 METHOD_NOT_ALLOWED ": ask("k/k", { method: "POST" }),
    "404 NOT_FOUND": ask("other"),
    "404 NOT_FOUND ": ask("log/65/1/0"),
    "404 TRIMMED": ask("log/1/1/0"),
    "400 BAD_JSON": json("batch", "{"),
    "400 BAD_JSON ": json("invalidate", "[1]"),
    "400 BAD_BATCH": post("batch", { get: ["a", "b", "c"] }),
    "400 BAD_BATCH ": post("batch", {}),
    "400 BAD_CURSOR": post("log", { after: { 65: null } }),
    "400 BAD_CURSOR ": post("log", { after: { 1: "x" } }),
    "400 BAD_CURSOR  ": post("log", {}),
    "400 BAD_TAGS     ": post("invalidate", { tags: "t" }),
  };
  for (const [expected, answer] of Object.entries(answers)) {
    const response = await answer;
    assert.equal((await refused(response)).join(" "), expected.trim());
    assert.equal(response.headers.get("content-type"), "application/problem+json");
    assert.equal(response.headers.get("cache-control"), "no-store");
  }
  assert.equal((await ask("k/k")).status, 404);
  const { heads } = await (await ask("log")).json();
  assert.ok(heads.every((/** @type {unknown} */ head) => head === null));
});

test("each client has a rate of its own", async () => {
  const { gateway } = await open({ rate: { perSecond: 1, burst: 3 } });
  const ask = (/** @type {string} */ address) =>
    gateway.handle(new Request("http://x/apus/health"), { address });
  for (let i = 0; i < 3; i++) assert.equal((await ask("a")).status, 200);
  const late = await ask("a");
  assert.deepEqual(
    [late.headers.get("retry-after"), ...(await refused(late))],
    ["1", 429, "TOO_MANY_REQUESTS"],
  );
  assert.equal((await ask("b")).status, 200);
});

test("bad options are refused before anything starts", async () => {
  for (const [options, message] of /** @type {[any, RegExp][]} */ ([
    [{ egnine: 1 }, /unknown option "egnine"/],
    [{ engine: "redis" }, /engine must be "memory" or an engine/],
    [{ base: "apus" }, /base must be a path/],
    [{ load: { "a*": 1 } }, /load: a\*/],
    [{ limits: { body: 0 } }, /limits: body must be 1 or more/],
    [{ rate: {} }, /rate needs perSecond/],
    [{ rate: { perSecond: 0 } }, /perSecond must be more than 0/],
    [{ purge: [{ name: "x" }] }, /purge must be a list of/],
    [{ edge: { maxAge: -1 } }, /edge: maxAge must be 0 or more/],
    [{ load: { "[": async () => ({ value: 1 }) } }, /glob|\[/],
  ])) {
    await assert.rejects(Gateway.open(options), message);
  }
});

test("an engine that fails is a 503, and memory goes on", async () => {
  const engine = new MemoryEngine();
  const { ask } = await open({ engine });
  await ask("k/known", { method: "PUT", body: "1" });
  engine.read = async () => {
    throw new Error("secret");
  };
  assert.equal(await (await ask("k/known")).text(), "1");
  const down = await ask("k/other");
  assert.deepEqual(
    [down.headers.get("retry-after"), ...(await refused(down))],
    ["1", 503, "UNAVAILABLE"],
  );
});
