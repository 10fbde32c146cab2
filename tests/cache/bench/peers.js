// The caches under comparison, each set up for speed as its authors recommend.
import { CacheableMemory } from "@cacheable/memory";
import { TTLCache } from "@isaacs/ttlcache";
import { LRUCache } from "lru-cache";
import { LRUMap } from "mnemonist";
import QuickLRU from "quick-lru";
import { lru } from "tiny-lru";

const ttl = 3600_000;

/** @type {Record<string, (max: number) => any>} */
export const peers = {
  "lru-cache": (max) => new LRUCache({ max }),
  "quick-lru": (max) => new QuickLRU({ maxSize: max }),
  mnemonist: (max) => new LRUMap(max),
  "tiny-lru": (max) => lru(max),
  ttlcache: (max) => new TTLCache({ max, ttl }),
  cacheable: (max) => new CacheableMemory({ lruSize: max, useClone: false }),
  "lru-cache ttl+size": (max) =>
    new LRUCache({ max, ttl, maxSize: 100 * max, sizeCalculation: () => 50 }),
};

/** Evicts by age: a hit records nothing and is a plain `Map.get`. */
export const withoutRecency = ["ttlcache"];

/** The options of Apus: everything on. */
export const apusOptions = (max) => ({
  maxEntries: max,
  maxBytes: 100 * max,
  sizeOf: () => 50,
  ttl,
});
