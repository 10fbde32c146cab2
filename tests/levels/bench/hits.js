// What a hit in memory costs once a gateway stands behind the cache, and with tags.
import { Cache } from "../../../js/cache/cache.js";
import { Gateway } from "../../../js/gateway/gateway.node.js";
import { serve } from "../../../js/gateway/serve.node.js";
import { typical } from "./typical.js";

const KEYS = 10_000;
const HITS = 200_000; // of a measurement

/**
 * Rounds measure all three caches, in an order that changes.
 * @param {{ quick: boolean }} options @param {import("../../../tools/bench/report.js").Report} report
 */
export async function hits({ quick }, report) {
  const gateway = await Gateway.open({ authorize: () => true });
  const server = await serve(gateway);
  const remote = { url: `${server.url}/apus/` };
  const keys = Array.from({ length: KEYS }, (_, i) => `product:${i}`);
  const options = { ttl: 3_600_000, maxEntries: 2 * KEYS };
  const caches = [
    await Cache.open("alone", options),
    await Cache.open("untagged", { ...options, remote }),
    await Cache.open("tagged", { ...options, remote }),
  ];
  try {
    for (const key of keys) caches[0].set(key, key);
    for (const [i, cache] of caches.slice(1).entries()) {
      const tags = i === 0 ? [] : ["products", "lamps", "sale"];
      const body = Buffer.from('"x"');
      for (const key of keys) {
        await gateway.values.set(key, { body, type: "application/json", tags });
      }
      await /** @type {any} */ (cache).warm(keys);
      if (cache.size !== KEYS) throw new Error(`only ${cache.size} entries`);
    }
    const times = caches.map(() => /** @type {number[]} */ ([]));
    for (let round = -3; round < (quick ? 30 : 120); round++) {
      for (let n = 0; n < caches.length; n++) {
        const at = (n + round + 3) % caches.length;
        const cache = caches[at];
        let sum = 0;
        const begin = performance.now();
        for (let i = 0; i < HITS; i++) if (cache.get(keys[(i * 7919) % KEYS]) !== undefined) sum++;
        const time = performance.now() - begin;
        if (sum !== HITS) throw new Error("a miss");
        if (round >= 0) times[at].push(time); // the first warm up
      }
    }
    const [alone, untagged, tagged] = times.map(typical);
    report.table("hits", {
      caption: "A hit in memory, ns",
      columns: ["", "lower quartile"],
      rows: [
        ["without a gateway", (1e6 * alone) / HITS],
        ["with a gateway", (1e6 * untagged) / HITS],
        ["with a gateway and three tags", (1e6 * tagged) / HITS],
      ],
    });
    return {
      l1_hit_with_remote_vs_without: untagged / alone,
      tagged_hit_vs_untagged: tagged / untagged,
    };
  } finally {
    for (const cache of caches) await cache.close();
    await server.stop({ grace: 100 });
  }
}
