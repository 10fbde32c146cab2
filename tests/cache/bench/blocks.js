/**
 * How long two operations block the thread, in ms: clearing 100,000 entries that expire at once, and
 * deleting 1,000 tagged entries of 100,000.
 * @param {any} Cache
 */
export async function blocks(Cache) {
  const keys = Array.from({ length: 100_000 }, (_, i) => `key ${i}`);
  let longest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 8; round++) {
    let time = 1e6;
    const cache = await Cache.open("expire", { now: () => time });
    for (const key of keys) cache.set(key, 1, { ttl: 200 });
    time += 1000;
    // Between two of these turns at most one slice of the cache's work runs.
    let slice = 0;
    let last = performance.now();
    const { port1, port2 } = new MessageChannel();
    await new Promise((resolve) => {
      port1.onmessage = () => {
        const now = performance.now();
        slice = Math.max(slice, now - last);
        last = now;
        if (cache.size === 0) resolve(undefined);
        else port2.postMessage(0);
      };
      port2.postMessage(0);
    });
    port1.close();
    await cache.close();
    longest = Math.min(longest, slice); // other work of the machine disturbs single rounds
  }
  let invalidate = Number.POSITIVE_INFINITY;
  const cache = await Cache.open("tags");
  for (let round = 0; round < 5; round++) {
    for (let i = 0; i < keys.length; i++) {
      cache.set(keys[i], i, i % 100 === 0 ? { tags: ["hundredth"] } : undefined);
    }
    const start = performance.now();
    const count = cache.invalidateTag("hundredth");
    invalidate = Math.min(invalidate, performance.now() - start);
    if (count !== 1000) throw new Error(`${count} entries had the tag`);
  }
  await cache.close();
  return { longest, invalidate };
}
