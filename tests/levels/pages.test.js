// Two gateways on one engine and two pages that read and write, with failing networks in between.
// Afterwards both pages hold what the engine holds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { Cache } from "../../js/cache/cache.js";
import { Gateway } from "../../js/gateway/gateway.node.js";
import { MemoryEngine } from "../../js/gateway/memory-engine.node.js";
import { serve } from "../../js/gateway/serve.node.js";
import { random } from "../cache/random.js";
import { startProxy } from "../gateway/proxy.js";
import { until } from "../gateway/servers.js";

const KEYS = Array.from({ length: 40 }, (_, i) => `${"abc"[i % 3]}:${i}`);
const TAGS = ["red", "green", "blue"];
const STEPS = 150;

/** @param {MemoryEngine} engine */
async function side(engine) {
  const gateway = await Gateway.open({ engine, authorize: () => true });
  const server = await serve(gateway);
  const proxy = await startProxy(Number(new URL(server.url).port));
  const cache = await Cache.open("page", {
    remote: {
      url: `http://127.0.0.1:${proxy.port}/apus/`,
      ...{ fastest: 5, slowest: 50, timeout: 2000 },
    },
  });
  const close = async () => {
    await cache.close();
    await proxy.stop();
    await server.stop({ grace: 100 });
  };
  return { gateway, proxy, cache, close };
}

/** @param {Cache<unknown>} cache @param {string} key @returns {Promise<boolean>} whether the gateway answered */
async function read(cache, key) {
  return cache.fetch(key).then(
    () => true,
    () => false,
  );
}

for (const seed of [1, 2, 3]) {
  test(`two pages agree with the engine after faults, seed ${seed}`, {
    timeout: 120_000,
  }, async () => {
    const pick = random(seed);
    const engine = new MemoryEngine({ keepEvents: 60 });
    const sides = [await side(engine), await side(engine)];
    try {
      let number = 0;
      for (let step = 0; step < STEPS; step++) {
        const { gateway, proxy, cache } = sides[pick(2)];
        const key = KEYS[pick(KEYS.length)];
        const what = pick(20);
        if (what < 8) cache.fetch(key).catch(() => {});
        else if (what < 11) cache.set(key, ++number, { tags: [TAGS[pick(3)]] });
        else if (what < 12) cache.delete(key);
        else if (what < 13) cache.invalidateTag(TAGS[pick(3)]);
        else if (what < 14) cache.invalidate(`${"abc"[pick(3)]}:*`);
        else if (what < 17) {
          const body = Buffer.from(String(++number));
          await gateway.values.set(key, { body, type: "application/json", tags: [TAGS[pick(3)]] });
        } else if (what < 18) await gateway.values.invalidate([], [`${"abc"[pick(3)]}:`]);
        else if (what < 19) proxy.cut();
        else if (pick(2)) proxy.offline();
        else proxy.online();
        if (pick(4) === 0) await new Promise((resolve) => setTimeout(resolve, pick(10)));
      }
      for (const { proxy } of sides) proxy.online();
      for (const { cache } of sides) await until(() => cache.flush(), "all writes to arrive");
      for (const { cache } of sides) await until(() => cache.catchUp(), "the page to know all");
      for (const { cache, gateway } of sides) {
        for (const [key, value] of cache.entries()) {
          const { stored } = await gateway.values.get(key, { newest: true });
          const truth = stored?.type ? JSON.parse(Buffer.from(stored.body).toString()) : undefined;
          assert.equal(value, truth, key);
        }
      }
      // A page may drop a value for a change that the value contains, and ask again.
      await until(async () => {
        for (const { cache } of sides) for (const key of KEYS) await read(cache, key);
        return isDeepStrictEqual(...sides.map(({ cache }) => new Map([...cache.entries()].sort())));
      }, "both pages to hold the same");
    } finally {
      for (const { close } of sides) await close();
    }
  });
}
