// Loading through several gateways that share an engine.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Loads, loadersOf } from "../../js/gateway/loads.node.js";
import { MemoryEngine } from "../../js/gateway/memory-engine.node.js";
import { ValkeyEngine } from "../../js/gateway/valkey-engine.node.js";
import { Values } from "../../js/gateway/values.node.js";
import { freePorts } from "../../tools/ports.js";
import { random } from "../cache/random.js";
import { programs, startNode, timeout, until } from "./servers.js";

const node = programs ? await startNode((await freePorts(1))[0]) : undefined;
after(() => node?.kill());
const text = (/** @type {any} */ found) =>
  found.stored && JSON.parse(new TextDecoder().decode(found.stored.body));

/** @typedef {import("../../js/gateway/engine.node.js").Engine} Engine */
/** Gateways of one engine, with the same loaders. @typedef {{ values: Values, loads: Loads }} Gateway */

let runs = 0;
/** @type {Record<string, (count: number) => (Engine | Promise<Engine>)[]>} */
const engines = {
  memory: (count) => new Array(count).fill(new MemoryEngine()),
  valkey: (count) => {
    const prefix = `loads${++runs}`;
    return Array.from({ length: count }, () =>
      ValkeyEngine.open({ timeout, url: node?.url, prefix }),
    );
  },
};

for (const [name, make] of Object.entries(engines)) {
  const skip = name === "valkey" && !node ? "no server is installed" : false;
  /**
   * @param {string} title
   * @param {(open: (load: any, timeout?: number) => Promise<Gateway[]>) => Promise<void>} body
   */
  const it = (title, body) =>
    test(`${name}: ${title}`, { skip, timeout: 60_000 }, async () => {
      /** @type {Gateway[]} */
      const gateways = [];
      try {
        await body(async (load, timeout) => {
          for await (const engine of make(3)) {
            const values = await Values.open(engine, { fastest: 2, slowest: 10 });
            gateways.push({ values, loads: new Loads(values, engine, loadersOf(load), timeout) });
          }
          return gateways;
        });
      } finally {
        await Promise.all(gateways.map(({ values }) => values.close()));
      }
    });

  it("a key that many ask for at once is loaded once", async (open) => {
    let count = 0;
    const gateways = await open({
      "p:*": async (/** @type {string} */ key) => {
        count++;
        await new Promise((resolve) => setTimeout(resolve, 50));
        return { value: { key, count }, tags: ["p"] };
      },
    });
    const asked = Array.from({ length: 300 }, (_, i) => gateways[i % 3].loads.get("p:1"));
    const answers = new Set((await Promise.all(asked)).map((found) => JSON.stringify(text(found))));
    assert.deepEqual([...answers], ['{"key":"p:1","count":1}']);
    assert.equal(text(await gateways[0].loads.get("other")), undefined);
  });

  it("an invalidation during a load outdates what it brings", async (open) => {
    let origin = 1;
    let begin = () => {};
    const began = new Promise((resolve) => {
      begin = () => resolve(undefined);
    });
    let go = () => {};
    const gate = new Promise((resolve) => {
      go = () => resolve(undefined);
    });
    const [a, b] = await open({
      k: async () => {
        const value = origin;
        begin();
        await gate;
        return { value, tags: ["t"] };
      },
    });
    const first = a.loads.get("k");
    await began;
    origin = 2;
    await b.values.invalidate(["t"]);
    go();
    await first;
    assert.equal(text(await b.loads.get("k", { newest: true })), 2);
    await until(async () => text(await a.loads.get("k")) === 2, "the other gateway to hear of it");
  });

  it("a holder that is too late does not overwrite its successor", async (open) => {
    let calls = 0;
    let release = () => {};
    const released = new Promise((resolve) => {
      release = () => resolve(undefined);
    });
    const [a, b] = await open(
      {
        k: async () => {
          if (++calls > 1) return { value: "good" };
          await released;
          return { value: "late" };
        },
      },
      100,
    );
    await assert.rejects(a.loads.get("k"), { code: "LOAD_FAILED" });
    const good = async () => text(await b.loads.get("k").catch(() => undefined)) === "good";
    await until(good, "the successor"); // a slow engine may make it late too
    release();
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(text(await b.loads.get("k", { newest: true })), "good");
  });

  it("a stale value comes at once while another loads, and errors are not kept", async (open) => {
    let calls = 0;
    const [a] = await open({
      k: async () => {
        if (++calls === 2) throw new Error("no");
        return { value: calls, ttl: 1, staleFor: 60_000 };
      },
    });
    assert.equal(text(await a.loads.get("k")), 1);
    await until(async () => (await a.values.get("k")).stale, "the value to be stale");
    const answers = new Set();
    await until(async () => {
      const found = await a.loads.get("k");
      answers.add(text(found));
      return text(found) === 3;
    }, "another load");
    assert.deepEqual([...answers], [1, 3]);
    assert.equal(a.loads.stats.errors, 1);
  });

  it("a key without a value is asked for once", async (open) => {
    let calls = 0;
    const [a, b] = await open({
      k: async () => {
        calls++;
        return { value: undefined };
      },
    });
    for (const { loads } of [a, b, a]) assert.equal((await loads.get("k")).stored?.type, "");
    assert.equal(calls, 1);
  });

  for (const seed of [1, 2, 3]) {
    it(`what was invalidated is never read again as newest, seed ${seed}`, async (open) => {
      const pick = random(seed);
      /** Versions at the origin, and those that every later read must show at least. */
      const origin = new Map();
      const floor = new Map();
      const gateways = await open({
        "*": async (/** @type {string} */ key) => {
          const value = origin.get(key) ?? 0;
          await new Promise((resolve) => setTimeout(resolve, pick(4)));
          return { value, tags: [`t${key}`] };
        },
      });
      const work = async () => {
        for (let step = 0; step < 40; step++) {
          const key = `k${pick(3)}`;
          const { values, loads } = gateways[pick(3)];
          if (pick(3) > 0) {
            const least = floor.get(key) ?? 0;
            const found = text(await loads.get(key, { newest: true }));
            assert.ok(found >= least, `${key}: ${found} after ${least}`);
          } else {
            const version = (origin.get(key) ?? 0) + 1;
            origin.set(key, version);
            const way = pick(4);
            if (way < 2) await values.invalidate([`t${key}`]);
            if (way === 2) await values.delete(key);
            if (way === 3) await values.invalidate([], [key]);
            floor.set(key, Math.max(floor.get(key) ?? 0, version));
          }
        }
      };
      await Promise.all(Array.from({ length: 6 }, work));
    });
  }
}
