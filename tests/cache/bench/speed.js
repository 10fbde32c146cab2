import { random, shuffled, zipf } from "./random.js";

const SIZE = 10_000;

/**
 * ns an operation of every cache, interleaved, the best of several rounds.
 * @param {Record<string, () => any>} makers
 * @param {(name: string) => Promise<any>} loops the timed loops, compiled for one cache
 * @param {{ quick?: boolean }} options
 * @returns {Promise<Record<string, Record<string, number>>>} operation -> cache -> ns
 */
export async function speed(makers, loops, { quick }) {
  // Many short pieces: the best one was not interrupted.
  const rounds = quick ? 150 : 400;
  const count = 20_000;
  const pieces = 10;
  const next = random(42);
  const keys = Array.from({ length: SIZE }, (_, i) => `user:${i * 7919}:profile`);
  const order = Uint32Array.from({ length: count }, () => Math.floor(next() * SIZE));
  const fresh = Array.from({ length: pieces }, (_, piece) =>
    Array.from({ length: count }, (_, i) => `item/${(piece * count + i) * 31}/detail`),
  );
  const many = shuffled(100_000, next);
  const draw = zipf(100_000, 0.99, next);
  const zipfKeys = Array.from({ length: 100_000 }, (_, i) => `page/${i}/body`);
  const traces = Array.from({ length: pieces }, () =>
    Uint32Array.from({ length: count }, () => many[draw()]),
  );

  /** @type {Record<string, Record<string, number>>} */
  const best = { "get hit": {}, "set + evict": {}, "Zipf get-or-set": {} };
  const note = (operation, name, ms) => {
    const ns = (ms * 1e6) / count;
    best[operation][name] = Math.min(best[operation][name] ?? Number.POSITIVE_INFINITY, ns);
  };
  const caches = [];
  for (const [name, make] of Object.entries(makers)) {
    const [full, churned, mixed] = [await make(SIZE), await make(SIZE), await make(SIZE)];
    for (const key of keys) full.set(key, key.length);
    caches.push({ name, full, churned, mixed, ...(await loops(name)) });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { name, full, churned, mixed, getHit, setEvict, getOrSet } of caches) {
      note("get hit", name, getHit(full, keys, order));
      note("set + evict", name, setEvict(churned, fresh[round % pieces]));
      note("Zipf get-or-set", name, getOrSet(mixed, zipfKeys, traces[round % pieces]));
      await null; // the turn ends
    }
    caches.push(/** @type {any} */ (caches.shift())); // none is always first
  }
  return best;
}
