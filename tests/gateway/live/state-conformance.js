// What an engine promises of transactions and locks, as tests that run against each of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketOf } from "../../../js/sync/bucket.js";
import { compare } from "../../../js/sync/position.js";
import { value } from "../conformance.js";
import { until } from "../servers.js";

/** @typedef {import("../../../js/gateway/engine.node.js").Engine} Engine */

const text = (/** @type {Uint8Array | undefined} */ body) => body && new TextDecoder().decode(body);
const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A long test, shorter unless APUS_LONG is set. @param {number} long @param {number} short */
export const times = (long, short) => (process.env.APUS_LONG ? long : short);

/** Seeded: xorshift32. @param {number} seed */
export function random(seed) {
  let state = seed;
  return (/** @type {number} */ below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/**
 * @param {string} name of the engine
 * @param {() => Promise<Engine>} open a new, empty one
 * @param {{ skip?: string | false }} [options]
 */
export function stateConformance(name, open, options) {
  /** @param {string} title @param {(engine: Engine) => Promise<void>} body */
  const it = (title, body) =>
    test(`${name}: ${title}`, { ...options, timeout: 300_000 }, async () => {
      const engine = await open();
      try {
        await body(engine);
      } finally {
        await engine.close();
      }
    });

  it("a transaction writes and deletes at once, with its events", async (engine) => {
    const old = await engine.write("{t}:b", value("old"));
    const made = await engine.transact(
      [
        { key: "{t}:a", version: null },
        { key: "{t}:b", version: old ?? null },
      ],
      [{ key: "{t}:a", value: value("1", { check: "w0rd" }) }, { key: "{t}:b" }],
    );
    assert.ok("versions" in made);
    assert.equal(made.versions.length, 2);
    const [a, b] = await engine.read(["{t}:a", "{t}:b"]);
    assert.deepEqual([text(a?.body), a?.version, b], ["1", made.versions[0], undefined]);
    const { events } = await engine.events(bucketOf("t"), undefined, 10);
    assert.deepEqual(
      events.map(({ kind, name }) => [kind, name]),
      [
        ["set", "{t}:b"],
        ["set", "{t}:a"],
        ["delete", "{t}:b"],
      ],
    );
    assert.deepEqual([events[1].check, events[2].at], ["w0rd", made.versions[1]]);
  });

  it("a transaction is refused as a whole when one version is another", async (engine) => {
    const at = await engine.write("{t}:a", value("1"));
    const writes = [{ key: "{t}:b", value: value("2") }, { key: "{t}:a" }];
    const head = (await engine.heads())[bucketOf("t")];
    for (const version of [null, { epoch: at?.epoch ?? 0, offset: 99 }, { epoch: 1, offset: 0 }]) {
      const reads = [
        { key: "{t}:b", version: null },
        { key: "{t}:a", version },
      ];
      assert.deepEqual(await engine.transact(reads, writes), {
        refused: "CONFLICT",
        key: "{t}:a",
      });
    }
    assert.deepEqual((await engine.heads())[bucketOf("t")], head);
    assert.deepEqual(await engine.transact([{ key: "{t}:a", version: at ?? null }], []), {
      versions: [],
    });
  });

  it("what changes together must be in one bucket", async (engine) => {
    const write = (/** @type {string} */ key) => ({ key, value: value("") });
    const apart = /"a" and "b" are in different buckets: .*\{cart:7\}:items/;
    await assert.rejects(engine.transact([], [write("a"), write("b")]), apart);
    const read = [{ key: "b", version: null }];
    await assert.rejects(engine.transact(read, [write("a")]), RangeError);
    const fences = [{ lock: "b", token: 1 }];
    await assert.rejects(engine.transact([], [write("a")], { fences }), apart);
    await assert.rejects(engine.transact([], [write("a"), { key: "a" }]), /write a key once/);
    await assert.rejects(engine.transact([], []), /needs a key/);
    assert.deepEqual(await engine.read(["a", "b"]), [undefined, undefined]);
  });

  it("a value of a transaction ends when it says", async (engine) => {
    const soon = value("1", { expiresAt: Date.now() + 50 });
    await engine.transact([], [{ key: "k", value: soon }]);
    await until(async () => (await engine.read(["k"]))[0] === undefined, "its end");
    const over = value("1", { expiresAt: Date.now() - 50 });
    assert.ok("versions" in (await engine.transact([], [{ key: "k", value: over }])));
    assert.deepEqual(await engine.read(["k"]), [undefined]);
  });

  it("one holder at a time, with tokens that grow for ever", async (engine) => {
    const { locks } = engine;
    const first = await locks.acquire("l", 60_000, "a");
    assert.ok(first.token > 0 && Number.isSafeInteger(first.token));
    const other = await locks.acquire("l", 60_000, "b");
    assert.ok(other.token === 0 && other.wait > 0 && other.wait <= 60_000);
    // A question that is asked again, because its answer was lost.
    assert.deepEqual(await locks.acquire("l", 60_000, "a"), first);
    assert.equal(await locks.release("l", first.token - 1), false);
    assert.equal(await locks.release("l", first.token), true);
    assert.equal(await locks.release("l", first.token), false);
    const second = await locks.acquire("l", 30, "b");
    assert.ok(second.token > first.token);
    await until(
      async () => (await locks.acquire("l", 60_000, "c")).token > second.token,
      "its end",
    );
    assert.equal(await locks.renew("l", second.token, 1000), false);
    assert.equal(await locks.release("l", second.token), false);
  });

  it("a renewed lock lasts from then on", async (engine) => {
    const { locks } = engine;
    const { token } = await locks.acquire("l", 300, "a");
    assert.equal(await locks.renew("l", token, 60_000), true);
    await sleep(350);
    assert.equal((await locks.acquire("l", 1000, "b")).token, 0);
    assert.equal(await locks.renew("l", token - 1, 1), false);
  });

  it("a fenced write is done for the holder alone", async (engine) => {
    const { locks } = engine;
    const write = (/** @type {number} */ token, /** @type {string} */ body) =>
      engine.transact([], [{ key: "{l}:k", value: value(body) }], {
        fences: [{ lock: "l", token }],
      });
    const refused = { refused: "FENCED", lock: "l" };
    assert.deepEqual(await write(1, "never held"), refused);
    const first = await locks.acquire("l", 60_000, "a");
    assert.ok("versions" in (await write(first.token, "first")));
    assert.deepEqual(await write(first.token + 1, "a guess"), refused);
    await locks.release("l", first.token);
    assert.deepEqual(await write(first.token, "released"), refused);
    const second = await locks.acquire("l", 30, "b");
    await sleep(40);
    assert.deepEqual(await write(second.token, "expired"), refused);
    assert.equal(text((await engine.read(["{l}:k"]))[0]?.body), "first");
  });

  it("who waits hears of releases and of transactions", async (engine) => {
    /** @type {import("../../../js/gateway/engine.node.js").Wake[]} */
    const heard = [];
    const stop = engine.wakes((wake) => heard.push(wake));
    // Until it listens.
    await until(async () => {
      const { token } = await engine.locks.acquire("a:lock", 1000, "a");
      await engine.locks.release("a:lock", token);
      return heard.some((wake) => "lock" in wake && wake.lock === "a:lock");
    }, "a wake");
    await engine.transact([], [{ key: "k", value: value("") }]);
    await until(
      async () => heard.some((wake) => "log" in wake && wake.log === bucketOf("k")),
      "a wake",
    );
    stop();
  });

  it("stale holders write nothing", async (engine) => {
    const rounds = times(1000, 100);
    let accepted = 0;
    for (let i = 0; i < rounds; i++) {
      // The holder is stopped before its write; its lock ends or is taken meanwhile.
      const holder = await engine.locks.acquire("l", i % 3 === 0 ? 1 : 60_000, `a${i}`);
      if (i % 3 === 0)
        await sleep(20); // longer than either clock's precision
      else await engine.locks.release("l", holder.token);
      const next = i % 2 ? await engine.locks.acquire("l", 60_000, `b${i}`) : undefined;
      const late = await engine.transact([], [{ key: "{l}:k", value: value(`stale ${i}`) }], {
        fences: [{ lock: "l", token: holder.token }],
      });
      if ("versions" in late) accepted++;
      if (next) await engine.locks.release("l", next.token);
    }
    assert.deepEqual([accepted, await engine.read(["{l}:k"])], [0, [undefined]]);
  });

  it("transactions at once agree with a model", async (engine) => {
    const keys = ["{m}:a", "{m}:b", "{m}:c"];
    /** What was acknowledged. @type {{ reads: import("../../../js/gateway/engine.node.js").Read[], versions: import("../../../js/sync/position.js").Position[], writes: [string, string | undefined][] }[]} */
    const done = [];
    const actor = async (/** @type {number} */ who) => {
      const below = random(who + 1);
      for (let i = 0; i < times(300, 40); i++) {
        const read = keys.filter(() => below(2));
        const stored = await engine.read(read);
        const reads = read.map((key, i) => ({ key, version: stored[i]?.version ?? null }));
        const writes = keys
          .filter(() => below(2))
          .map(
            (key, n) =>
              /** @type {[string, string | undefined]} */ ([
                key,
                below(4) ? `${who}.${i}.${n}` : undefined,
              ]),
          );
        if (reads.length + writes.length === 0) continue;
        const made = await engine.transact(
          reads,
          writes.map(([key, body]) => ({
            key,
            value: body === undefined ? undefined : value(body),
          })),
        );
        if ("versions" in made) done.push({ reads, versions: made.versions, writes });
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, who) => actor(who)));
    // In the order of their versions, each saw exactly what those before it left.
    const written = done.filter(({ writes }) => writes.length > 0);
    written.sort((a, b) => compare(a.versions[0], b.versions[0]));
    /** @type {Map<string, { body: string, version: unknown }>} */
    const model = new Map();
    let last = -1;
    for (const { reads, versions, writes } of written) {
      for (const { key, version } of reads)
        assert.deepEqual(model.get(key)?.version ?? null, version);
      for (const [i, [key, body]] of writes.entries()) {
        assert.equal(versions[i].offset, ++last); // nobody's event came between
        if (body === undefined) model.delete(key);
        else model.set(key, { body, version: versions[i] });
      }
    }
    for (const [i, stored] of (await engine.read(keys)).entries()) {
      assert.equal(text(stored?.body), model.get(keys[i])?.body);
    }
  });
}
