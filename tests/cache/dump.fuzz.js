// Any JSON as a dump, into both heaps: restored completely, or refused before any change.
import assert from "node:assert/strict";
import { Cache } from "../../js/cache/index.js";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** @returns {Promise<Uint8Array[]>} */
export async function seeds() {
  const cache = await Cache.open("seed", { now: () => 0 });
  cache.set("a", { n: [1, null, "x"] }, { ttl: 100, staleWhileRevalidate: 50, tags: ["t", "u"] });
  cache.set("b", 2, { priority: 3, size: 9 }).set("", "🗝");
  cache.set("stale", 1, { ttl: 1, staleWhileRevalidate: Number.POSITIVE_INFINITY });
  const dumps = [await cache.dump(), { version: 1, entries: [] }];
  await cache.close();
  return dumps.map((dump) => encoder.encode(JSON.stringify(dump)));
}

/** @param {Uint8Array} input */
export async function run(input) {
  /** @type {any} */
  let dump;
  try {
    dump = JSON.parse(decoder.decode(input));
  } catch {
    return;
  }
  if (typeof dump !== "object" || dump === null) return;
  for (const heap of /** @type {const} */ (["js", "wasm"])) {
    const options = { heap, now: () => 0 };
    const cache = await Cache.open("fuzz", options);
    cache.set("a", "before", { tags: ["t"] });
    try {
      const count = await cache.load(dump);
      assert.equal(count, dump.entries.length);
      await again(cache, options);
    } catch (/** @type {any} */ error) {
      if (error instanceof assert.AssertionError) throw error;
      assert.ok(
        error instanceof TypeError ||
          error instanceof RangeError ||
          error.code === "NOT_SERIALIZABLE",
        `${error?.stack}`,
      );
      assert.deepEqual([...cache], [["a", "before"]]);
      assert.equal(cache.invalidateTag("t"), 1);
    } finally {
      await cache.close();
    }
  }
}

/** Its own dump can be restored, as JSON too. @param {Cache} cache @param {any} options */
async function again(cache, options) {
  const dump = await cache.dump();
  const copy = await Cache.open("again", options);
  assert.equal(await copy.load(JSON.parse(JSON.stringify(dump))), dump.entries.length);
  assert.deepEqual(JSON.stringify(await copy.dump()), JSON.stringify(dump));
  await copy.close();
}
