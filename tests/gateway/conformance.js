// The contract of an engine (js/gateway/engine.node.js), as tests that run against each of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { freshCheck, LOGS, TAGS } from "../../js/gateway/engine.node.js";
import { bucketOf } from "../../js/sync/bucket.js";
import { compare } from "../../js/sync/position.js";

/** @typedef {import("../../js/gateway/engine.node.js").Engine} Engine */
/** @typedef {{ keepEvents?: number, keepNames?: number }} Limits */

const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);
const text = (/** @type {Uint8Array | undefined} */ body) => body && new TextDecoder().decode(body);

/** @param {string} body @param {Partial<import("../../js/gateway/engine.node.js").Value>} [rest] */
export const value = (body, rest) => ({
  ...{ body: bytes(body), type: "text/plain", tags: [], asOf: { epoch: 0, offset: 0 } },
  ...{ expiresAt: Number.POSITIVE_INFINITY, staleFor: 0, check: freshCheck(), ...rest },
});

/**
 * @param {string} name of the engine
 * @param {(limits?: Limits) => Promise<Engine>} open a new, empty one
 * @param {{ skip?: string | false }} [options]
 */
export function conformance(name, open, options) {
  /** @param {string} title @param {(engine: Engine) => Promise<void>} body @param {Limits} [settings] */
  const it = (title, body, settings) =>
    test(`${name}: ${title}`, { ...options, timeout: 60_000 }, async () => {
      const engine = await open(settings);
      try {
        await body(engine);
      } finally {
        await engine.close();
      }
    });

  it("a value comes back with its metadata and the position of its event", async (engine) => {
    const bin = Uint8Array.from({ length: 256 }, (_, i) => i); // line feeds included
    const expiresAt = Date.now() + 60_000;
    const rest = {
      tags: ["a", "b\n"],
      asOf: { epoch: 7, offset: 3 },
      expiresAt,
      staleFor: 500,
      check: "w0rd",
    };
    const version = await engine.write("key", { ...value("", rest), body: bin });
    const [stored, none] = await engine.read(["key", "other"]);
    assert.deepEqual(new Uint8Array(stored?.body ?? []), bin);
    const { body: _, ...meta } = /** @type {any} */ (stored);
    assert.deepEqual(meta, { type: "text/plain", ...rest, version });
    assert.equal(none, undefined);
    const { events, lost } = await engine.events(bucketOf("key"), undefined, 10);
    assert.deepEqual(
      [lost, events.map(({ kind, name, at, check }) => [kind, name, at, check])],
      [...[false, [["set", "key", version, "w0rd"]]]],
    );
  });

  it("large values of every kind come back as they were", async (engine) => {
    const random = Uint8Array.from({ length: 50_000 }, () => Math.floor(256 * Math.random()));
    const letters = bytes("{\n".repeat(100_000));
    for (const type of [
      "text/plain",
      "application/json",
      "application/octet-stream",
      "image/png",
    ]) {
      for (const body of [random, letters, letters.subarray(0, 2047), letters.subarray(0, 2048)]) {
        await engine.write("large", { ...value(""), type, body });
        const [stored] = await engine.read(["large"]);
        assert.equal(Buffer.compare(Buffer.from(stored?.body ?? []), body), 0);
      }
    }
  });

  it("versions of a key grow", async (engine) => {
    const first = await engine.write("k", value("1"));
    const second = await engine.write("k", value("2"));
    const third = await engine.remove("k");
    assert.ok(first && second && third);
    assert.ok(compare(first, second) < 0 && compare(second, third) < 0);
    assert.deepEqual(await engine.read(["k"]), [undefined]);
  });

  it("a write under a condition that does not hold changes nothing", async (engine) => {
    const first = await engine.write("k", value("1"), { ifVersion: null });
    assert.ok(first);
    assert.equal(await engine.write("k", value("2"), { ifVersion: null }), undefined);
    const second = await engine.write("k", value("2"), { ifVersion: first });
    assert.ok(second);
    assert.equal(await engine.write("k", value("3"), { ifVersion: first }), undefined);
    assert.equal(await engine.remove("k", { ifVersion: first }), undefined);
    assert.equal(text((await engine.read(["k"]))[0]?.body), "2");
    assert.equal((await engine.events(bucketOf("k"), undefined, 10)).events.length, 2);
    assert.ok(await engine.remove("k", { ifVersion: second }));
  });

  it("an expired value is gone once it may not be stale any more", async (engine) => {
    await engine.write("now", value("x", { expiresAt: Date.now() - 1 }));
    await engine.write("soon", value("x", { expiresAt: Date.now() + 20 }));
    await engine.write("stale", value("x", { expiresAt: Date.now() - 1, staleFor: 60_000 }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const [now, soon, stale] = await engine.read(["now", "soon", "stale"]);
    assert.deepEqual([now, soon, text(stale?.body)], [undefined, undefined, "x"]);
  });

  it("one holder has the lease, and a late holder's write is refused", async (engine) => {
    const held = await engine.lease("k", 1500);
    assert.ok(held.token > 0);
    const other = await engine.lease("k", 1500);
    assert.equal(other.token, 0);
    assert.ok(other.wait > 0 && other.wait <= 1500, `${other.wait}`);
    let next = other;
    while (!next.token) {
      await new Promise((resolve) => setTimeout(resolve, next.wait));
      next = await engine.lease("k", 5000);
    }
    assert.ok(next.token > held.token);
    assert.equal(await engine.write("k", value("late"), { lease: held.token }), undefined);
    assert.ok(await engine.write("k", value("good"), { lease: next.token }));
    assert.equal(text((await engine.read(["k"]))[0]?.body), "good");
    assert.equal((await engine.events(bucketOf("k"), undefined, 10)).events[0].kind, "fill");
  });

  it("a released lease is free at once, and another's is not released", async (engine) => {
    const { token } = await engine.lease("k", 60_000);
    await engine.release("k", token + 1);
    assert.equal((await engine.lease("k", 60_000)).token, 0);
    await engine.release("k", token);
    assert.ok((await engine.lease("k", 60_000)).token > token);
  });

  it("a delete during a load refuses the loaded value", async (engine) => {
    const { token } = await engine.lease("k", 5000);
    await engine.remove("k");
    assert.equal(await engine.write("k", value("old"), { lease: token }), undefined);
    assert.deepEqual(await engine.read(["k"]), [undefined]);
  });

  it("tags and prefixes have generations in one order", async (engine) => {
    const first = await engine.invalidate(["red"], []);
    const second = await engine.invalidate(["blue", "red"], ["product:"]);
    const { tags, floor } = await engine.generations(["red", "blue", "green"]);
    const [red, blue, none] = tags;
    const prefix = (await engine.prefixes()).get("product:");
    assert.ok(red && blue && prefix);
    assert.ok(compare(first, blue) < 0 && compare(blue, red) < 0 && compare(red, prefix) < 0);
    assert.deepEqual([second, none, floor], [prefix, undefined, undefined]);
    const { events } = await engine.events(TAGS, undefined, 10);
    const kinds = events.map(({ kind, name }) => `${kind} ${name}`);
    assert.deepEqual(kinds, ["tag red", "tag blue", "tag red", "prefix product:"]);
  });

  it(
    "forgotten generations become the floor",
    async (engine) => {
      const at = [];
      for (let i = 0; i < 6; i++) at.push(await engine.invalidate([`t${i}`], []));
      const { tags, floor } = await engine.generations(at.map((_, i) => `t${i}`));
      assert.deepEqual(tags, [undefined, undefined, undefined, ...at.slice(3)]);
      assert.deepEqual(floor, at[2]);
      for (let i = 0; i < 6; i++) at.push(await engine.invalidate([], [`p${i}:`]));
      const prefixes = await engine.prefixes();
      assert.deepEqual(
        [...prefixes].sort(([a], [b]) => (a < b ? -1 : 1)),
        [
          ["", at[8]],
          ["p3:", at[9]],
          ["p4:", at[10]],
          ["p5:", at[11]],
        ],
      );
    },
    { keepNames: 3 },
  );

  it("a note is kept", async (engine) => {
    assert.equal(await engine.note("n"), undefined);
    await engine.setNote("n", "1:2,\n");
    await engine.setNote("m", "other");
    assert.equal(await engine.note("n"), "1:2,\n");
  });

  it("heads are the last events of all logs", async (engine) => {
    assert.deepEqual(await engine.heads(), new Array(LOGS).fill(undefined));
    const version = await engine.write("k", value("1"));
    const heads = await engine.heads();
    const { check, ...at } = /** @type {any} */ (heads[bucketOf("k")]);
    assert.match(check, /^[0-9a-z]{1,13}$/);
    assert.deepEqual(at, version);
    assert.equal(heads.filter(Boolean).length, 1);
  });

  it("a cursor reads on where it stands, in pieces", async (engine) => {
    for (let i = 0; i < 10; i++) await engine.write("k", value(`${i}`));
    const log = bucketOf("k");
    const first = await engine.events(log, undefined, 4);
    assert.equal(first.events.length, 4);
    const second = await engine.events(log, first.head, 100);
    assert.equal(second.events.length, 6);
    const all = [...first.events, ...second.events];
    assert.ok(all.every((event, i) => i === 0 || compare(all[i - 1].at, event.at) < 0));
    const third = await engine.events(log, second.head, 100);
    assert.deepEqual([third.lost, third.events, third.head], [false, [], second.head]);
    assert.deepEqual(second.head, (await engine.heads())[log]);
  });

  it("a range is what the log holds of an epoch", async (engine) => {
    const log = bucketOf("k");
    const at = [];
    for (let i = 0; i < 6; i++) at.push(await engine.write("k", value("")));
    const epoch = at[0]?.epoch ?? 0;
    const offsets = async (/** @type {number} */ from, /** @type {number} */ count) =>
      (await engine.range(log, { epoch, offset: from }, count)).map(({ at }) => at.offset);
    assert.deepEqual(await offsets(1, 3), [1, 2, 3]);
    assert.deepEqual(await offsets(4, 128), [4, 5]);
    assert.deepEqual(await offsets(6, 128), []);
    await engine.restart(log);
    assert.deepEqual(await offsets(4, 128), [4, 5]);
  });

  it("a cursor of another history, or one that was trimmed, is lost", async (engine) => {
    const log = bucketOf("k");
    await engine.write("k", value("1"));
    const { head } = await engine.events(log, undefined, 10);
    assert.ok(head);
    /** @type {[import("../../js/sync/position.js").Cursor, string][]} */
    const others = [
      [{ ...head, check: "0" }, "replaced"],
      [{ ...head, offset: head.offset + 1 }, "replaced"],
      [{ ...head, epoch: head.epoch - 1 }, "trimmed"],
      [{ ...head, epoch: head.epoch + 1 }, "replaced"],
    ];
    for (const [other, why] of others) {
      const { lost, events, head: now } = await engine.events(log, other, 10);
      assert.deepEqual([lost, events, now], [why, [], head]);
    }
  });

  it(
    "a trimmed log says that it does not reach back",
    async (engine) => {
      const log = bucketOf("k");
      await engine.write("k", value("0"));
      const { head } = await engine.events(log, undefined, 10);
      // Servers trim whole blocks of entries.
      for (let i = 0; i < 1000; i++) await engine.write("k", value(`${i}`));
      assert.equal((await engine.events(log, head, 10)).lost, "trimmed");
      assert.equal((await engine.events(log, undefined, 10)).lost, "trimmed");
    },
    { keepEvents: 100 },
  );

  it("a new epoch comes after the last, and keeps older cursors", async (engine) => {
    const log = bucketOf("k");
    const before = await engine.write("k", value("1"));
    const { head } = await engine.events(log, undefined, 10);
    await engine.restart(log);
    const after = await engine.write("k", value("2"));
    assert.ok(before && after && after.epoch > before.epoch);
    const { lost, events } = await engine.events(log, head, 10);
    assert.equal(lost, false);
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ["epoch", "set"],
    );
  });

  it("writes at once are all in the log, once each and in the order of their versions", async (engine) => {
    const keys = Array.from({ length: 200 }, (_, i) => `key ${i % 40}`);
    const versions = await Promise.all(keys.map((key, i) => engine.write(key, value(`${i}`))));
    const newest = new Map();
    for (const [i, key] of keys.entries()) {
      const version = versions[i];
      assert.ok(version);
      const best = newest.get(key);
      if (!best || compare(best.version, version) < 0) newest.set(key, { version, body: `${i}` });
    }
    const stored = await engine.read([...newest.keys()]);
    for (const [i, { version, body }] of [...newest.values()].entries()) {
      assert.deepEqual([stored[i]?.version, text(stored[i]?.body)], [version, body]);
    }
    let count = 0;
    for (let log = 0; log < LOGS; log++) {
      count += (await engine.events(log, undefined, 1000)).events.length;
    }
    assert.equal(count, keys.length);
  });
}
