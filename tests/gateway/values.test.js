import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryEngine } from "../../js/gateway/memory-engine.node.js";
import { Values } from "../../js/gateway/values.node.js";
import { bucketOf } from "../../js/sync/bucket.js";
import { compare } from "../../js/sync/position.js";
import { value } from "./conformance.js";

test("an answer is never older than it says", async () => {
  const engine = new MemoryEngine();
  await engine.write("k", value("1"));
  const values = await Values.open(engine, { fastest: 1000, slowest: 1000 });
  const { read } = engine;
  let answer = () => {};
  engine.read = async (keys) => {
    const found = await read.call(engine, keys); // what is there now, told late
    await new Promise((resolve) => {
      answer = () => resolve(undefined);
    });
    engine.read = read;
    return found;
  };
  const first = values.get("k");
  await new Promise(setImmediate);
  engine.read = read;
  const version = await engine.write("k", value("2"));
  await values.feed.catchUp(bucketOf("k"));
  const second = values.get("k");
  answer();
  assert.ok(version);
  for (const { stored, asOf } of await Promise.all([first, second])) {
    const old = !stored || compare(stored.version, version) < 0;
    assert.ok(!old || compare(asOf, version) < 0);
  }
  await values.close();
});
