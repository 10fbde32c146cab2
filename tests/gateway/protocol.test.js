// What clients and gateways of different versions say to each other, and what a client need not get
// again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./open.js";

test("every answer says the protocol, and another one is refused with the supported range", async () => {
  const { ask, post } = await open();
  await ask("k/k", { method: "PUT", body: "1" });
  for (const answer of [
    await ask("k/k"),
    await ask("k/none"),
    await ask("nothing"),
    await ask("k/k", { headers: { "apus-protocol": "1" } }),
    await post("batch", { get: ["k"] }),
  ]) {
    assert.equal(answer.headers.get("apus-protocol"), "1");
  }
  for (const other of ["2", "0", "1.5", "x", ""]) {
    const answer = await ask("k/k", { headers: { "apus-protocol": other } });
    assert.equal(answer.headers.get("apus-protocol"), "1");
    assert.equal(answer.headers.get("cache-control"), "no-store");
    const { status, code, supported } = await answer.json();
    assert.deepEqual([status, code, supported], [400, "PROTOCOL", [1, 1]]);
  }
  const put = { method: "PUT", body: "2", headers: { "apus-protocol": "2" } };
  assert.equal((await ask("k/k", put)).status, 400);
  assert.equal(await (await ask("k/k")).text(), "1");
});

test("every answer of the log says the protocol", async () => {
  const { gateway, ask, post } = await open();
  await ask("k/k", { method: "PUT", body: "1" });
  for (let log = 0; log < 64; log++) await gateway.values.feed.catchUp(log);
  const heads = await (await ask("log")).json();
  const log = heads.heads.findIndex(Boolean);
  const [epoch] = heads.heads[log].split(":");
  for (const body of [
    heads,
    await (await ask("log/digest")).json(),
    await (await ask(`log/${log}/${epoch}/0`)).json(),
    await (await post("log", { after: { [log]: null } })).json(),
  ]) {
    assert.equal(body.protocol, 1);
  }
});

test("a batch has no body of a value that the client has", async () => {
  const { ask, post } = await open();
  const text = JSON.stringify("x".repeat(10_000));
  const headers = { "content-type": "application/json", "apus-ttl": "60000" };
  for (const key of ["a", "b", "__proto__"]) {
    await ask(`k/${key}`, { method: "PUT", body: text, headers });
  }
  const keys = ["a", "b", "__proto__", "none"];
  const batch = async (/** @type {object} */ have) => {
    const answer = await post("batch", { get: keys, have });
    return new Map(Object.entries((await answer.json()).values));
  };
  const first = await batch({});
  const have = Object.fromEntries([...first].map(([key, { version = "1:1" }]) => [key, version]));
  await ask("k/b", { method: "PUT", body: "2", headers });
  const second = await batch({ ...have, other: "1:1" });
  for (const key of ["a", "__proto__"]) {
    const { ttl, ...rest } = second.get(key);
    const { asOf } = first.get(key);
    assert.deepEqual(rest, { asOf: rest.asOf, unchanged: true, stale: false });
    assert.ok(Number(rest.asOf.split(/[:,]/)[1]) >= Number(asOf.split(/[:,]/)[1]));
    assert.ok(ttl > 0 && ttl <= 60_000);
  }
  assert.deepEqual([second.get("b").value, second.get("b").unchanged], [2, undefined]);
  assert.deepEqual(Object.keys(second.get("none")), ["asOf"]);
  for (const bad of [[], 1, null, { a: 1 }, { a: "x" }]) {
    const answer = await post("batch", { get: ["a"], have: bad });
    assert.equal((await answer.json()).code, "BAD_BATCH");
  }
});
