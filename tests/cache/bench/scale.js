// Measurements that need a process of their own, in Node (with --expose-gc): memory,
// garbage collection, a million keys. `node --expose-gc scale.js <what> <entries>`
// prints one line of JSON.
import { LRUCache } from "lru-cache";
import { Cache } from "../../../js/cache/index.js";
import { loadWasm } from "../../../js/core/wasm.js";

const [what, count] = [process.argv[2], Number(process.argv[3])];
const gc = /** @type {() => void} */ (globalThis.gc);
const modules = await Promise.all([loadWasm("cache"), loadWasm("bytes")]);

/** Live JS memory and WASM memory. */
function taken() {
  gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return {
    js: heapUsed + arrayBuffers,
    wasm: modules.reduce((sum, { memory }) => sum + memory.size, 0),
  };
}

/** The shortest of some full collections, in ms. */
function pause() {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    gc();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** 24 unpredictable digits. @param {number} i */
const digits = (i) =>
  [1, 2, 3]
    .map((k) => (Math.imul(i ^ (i >>> 7), 0x9e3779b1 * k) >>> 0).toString(16).padStart(8, "0"))
    .join("");
/** A value as it comes from the network: parsed from 100 bytes of JSON. @param {number} i */
const value = (i) =>
  JSON.parse(
    `{"id":${1e7 + i},"name":"entry number ${1e7 + i}","tags":["alpha","beta"],"text":"${digits(i)}"}`,
  );
const path = (i) => `/srv/www/site-${i % 977}/assets/${i}.js`;

/** @type {Record<string, () => Promise<object>>} */
const runs = {
  async wasm() {
    const before = taken();
    const cache = await Cache.open("million", { heap: "wasm" });
    for (let i = 0; i < count; i++) cache.set(`entry:${i}`, value(i));
    const after = taken();
    const bytes = after.js - before.js + after.wasm - before.wasm;
    const gcMs = pause();
    return { bytes, gcMs, entries: cache.size, json: JSON.stringify(value(1)).length };
  },
  async "lru-cache"() {
    const before = taken();
    const cache = new LRUCache({ max: count });
    for (let i = 0; i < count; i++) cache.set(`entry:${i}`, value(i));
    const after = taken();
    const gcMs = pause();
    return { bytes: after.js - before.js, gcMs, entries: cache.size };
  },
  async registry() {
    const before = taken();
    const cache = await Cache.open("registry", { heap: "wasm", codec: "bytes" });
    const bytes = new Uint8Array(32);
    let own = 0;
    const start = performance.now();
    for (let i = 0; i < count; i++) {
      bytes[0] = i;
      cache.set(path(i), bytes);
    }
    for (let i = 0; i < count; i++) {
      if (cache.get(path(i)) === undefined) throw new Error(`lost ${path(i)}`);
    }
    const ms = performance.now() - start;
    for (let i = 0; i < count; i++) own += path(i).length + 32;
    const after = taken();
    const all = after.js - before.js + after.wasm - before.wasm;
    return { opsPerS: (2 * count * 1000) / ms, overhead: (all - own) / cache.size };
  },
};
console.log(JSON.stringify(await runs[what]()));
process.exit(0);
