import { corpus } from "./corpus.js";
import { belady, lru, s3Fifo, wTinyLfu } from "./policies.js";
import { traces } from "./traces.js";

/**
 * Hit ratios in percent of `adaptive`, of the core's own policies, and of the reference policies,
 * which share no code with the core.
 * @param {any} Cache @param {{ quick?: boolean }} options
 */
export async function hitRatios(Cache, { quick }) {
  const references = { lru, "s3-fifo": s3Fifo, "w-tinylfu": wTinyLfu };
  const names = Array.from({ length: 400_000 }, (_, i) => `k${i}`);
  const rows = [];
  for (const size of quick ? [1000, 5000] : [1000, 5000, 10_000]) {
    for (const [trace, requests] of Object.entries(traces(quick ? 200_000 : 1_000_000))) {
      const ratio = (access) => {
        let hits = 0;
        for (const key of requests) hits += access(key) ? 1 : 0;
        return (100 * hits) / requests.length;
      };
      const ours = async (policy) => {
        const cache = await Cache.open("ratio", { maxEntries: size, policy });
        const result = ratio((key) => {
          names[key] ??= `k${key}`;
          if (cache.get(names[key]) !== undefined) return true;
          cache.set(names[key], 1);
          return false;
        });
        await cache.close();
        return result;
      };
      /** @type {Record<string, any>} */
      const row = { trace, size, adaptive: await ours("adaptive"), apart: 0 };
      for (const [name, make] of Object.entries(references)) {
        row[name] = ratio(make(size));
        row.apart = Math.max(row.apart, Math.abs(row[name] - (await ours(name))));
      }
      row.gap = Math.max(row.lru, row["s3-fifo"], row["w-tinylfu"]) - row.adaptive;
      row.belady = 100 * belady(requests, size);
      rows.push(row);
    }
  }
  return rows;
}

const kinds = ["lru", "fifo", "sieve", "s3-fifo", "w-tinylfu", "adaptive"];
const followed = ["lru", "sieve", "s3-fifo", "w-tinylfu"];
/** Points by which two caches of one policy differ: each hashes its keys with its own seed. */
const CHANCE = 0.05;

/**
 * Hit ratios in percent of the core's policies, for each size of each trace:
 * `gap` is the distance of `adaptive` from the best one, `below` whether it is worse than all the
 * policies that it chooses from, by more than chance.
 * @param {any} Cache @param {Record<string, () => import("./corpus.js").Trace>} traces
 */
export async function adaptiveCells(Cache, traces) {
  const rows = [];
  for (const [trace, make] of Object.entries(traces)) {
    const { keys, sizes } = make();
    for (const size of sizes) {
      /** @type {Record<string, any>} */
      const row = { trace, size };
      for (const policy of kinds) {
        const cache = await Cache.open("cells", { maxEntries: size, policy });
        let hits = 0;
        for (const key of keys) {
          const name = String(key);
          if (cache.get(name) !== undefined) hits++;
          else cache.set(name, 1);
        }
        await cache.close();
        row[policy] = (100 * hits) / keys.length;
      }
      row.gap = Math.max(...kinds.slice(0, -1).map((kind) => row[kind])) - row.adaptive;
      row.below = followed.every((kind) => row.adaptive < row[kind] - CHANCE);
      rows.push(row);
    }
  }
  return rows;
}

/** @param {any} Cache */
export const corpusCells = (Cache) => adaptiveCells(Cache, corpus());
