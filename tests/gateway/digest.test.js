// The digest of the logs against what was written, and over HTTP.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { Digest } from "../../js/gateway/digest.node.js";
import { TAGS } from "../../js/gateway/engine.node.js";
import { Feed } from "../../js/gateway/feed.node.js";
import { MemoryEngine } from "../../js/gateway/memory-engine.node.js";
import { bucketOf, slotOf, tagSlotOf } from "../../js/sync/bucket.js";
import { random } from "../cache/random.js";
import { value } from "./conformance.js";
import { open } from "./open.js";

/** A feed that reads when it is told to. @param {MemoryEngine} engine */
async function follow(engine) {
  const feed = new Feed(engine, { fastest: 1e6, slowest: 1e6 });
  await feed.start();
  return { feed, digest: new Digest(feed) };
}

test("a digest holds the last change of each slot since its start", async () => {
  const engine = new MemoryEngine();
  const pick = random(3);
  for (let i = 0; i < 100; i++) await engine.write(`k${pick(90)}`, value(""));
  const { feed, digest } = await follow(engine);
  const expected = digest.rows.map((row) => [...row]);
  const heads = await engine.heads();
  for (const [log, [epoch, since, ...slots]] of expected.entries()) {
    const head = heads[log];
    assert.deepEqual([epoch, since], head ? [head.epoch, head.offset] : [0, -1]);
    assert.deepEqual(slots, new Array(log === TAGS ? 64 : 8).fill(null));
  }
  for (let i = 0; i < 1000; i++) {
    const name = `k${pick(90)}`;
    const kind = pick(10);
    let [log, slot] = [TAGS, tagSlotOf(name)];
    let at;
    if (kind === 0) at = await engine.invalidate([name], []);
    else {
      [log, slot] = [bucketOf(name), slotOf(name)];
      at = await (kind < 3 ? engine.remove(name) : engine.write(name, value("")));
    }
    assert.ok(at);
    expected[log][0] = at.epoch;
    expected[log][2 + slot] = at.offset;
  }
  for (let log = 0; log <= TAGS; log++) await feed.catchUp(log);
  assert.deepEqual(digest.rows, expected);
  const { offset } = await engine.invalidate([], ["k"]);
  await feed.catchUp(TAGS);
  assert.deepEqual(digest.rows[TAGS].slice(2), new Array(64).fill(offset));
  feed.stop();
});

test("a log that lost history begins again at its new head", async () => {
  const engine = new MemoryEngine({ keepEvents: 10 });
  const log = bucketOf("k");
  const { feed, digest } = await follow(engine);
  await engine.write("k", value(""));
  await feed.catchUp(log);
  assert.equal(digest.rows[log][2 + slotOf("k")], 0);
  for (let i = 0; i < 100; i++) await engine.write("k", value(""));
  await feed.catchUp(log); // trimmed
  const head = feed.heads[log];
  const nothing = new Array(8).fill(null);
  assert.deepEqual(digest.rows[log], [head?.epoch, head?.offset, ...nothing]);
  await engine.restart(log);
  await feed.catchUp(log);
  const begun = feed.heads[log];
  assert.deepEqual([begun?.offset, digest.rows[log]], [0, [begun?.epoch, 0, ...nothing]]);
  const at = await engine.write("k", value(""));
  await feed.catchUp(log);
  assert.equal(digest.rows[log][2 + slotOf("k")], at?.offset);
  feed.stop();
});

test("the digest is small, and caches keep it for a second", async () => {
  const { gateway, ask } = await open();
  const pick = random(1);
  for (let i = 0; i < 5000; i++) {
    await gateway.values.set(`product:${pick(1e6)}`, { body: new Uint8Array(), type: "t" });
  }
  for (let i = 0; i < 1000; i++) await gateway.values.invalidate([`t${i}`]);
  for (let log = 0; log <= TAGS; log++) await gateway.values.feed.catchUp(log);
  const answer = await ask("log/digest");
  assert.equal(answer.headers.get("cache-control"), "public, max-age=1");
  const text = await answer.text();
  const { protocol, slots, tagSlots, logs } = JSON.parse(text);
  assert.deepEqual([protocol, slots, tagSlots, logs.length], [1, 8, 64, 65]);
  assert.ok(logs.flat().every(Number.isInteger));
  const size = gzipSync(text).byteLength;
  console.log(`digest: ${text.length} bytes, ${size} gzip`);
  assert.ok(size <= 2500, `${size}`);
});
