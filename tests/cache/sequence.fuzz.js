// Sequences of calls on both heaps, next to a Map that is told of every entry that leaves. Listeners,
// sizeOf, toJSON, loaders and predicates also call and close the cache.
import assert from "node:assert/strict";
import { Cache } from "../../js/cache/index.js";
import { kinds } from "../../js/cache/options.js";

/** @returns {Uint8Array[]} */
export function seeds() {
  let state = 7;
  const byte = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state >> 16;
  };
  return Array.from({ length: 8 }, (_, i) =>
    Uint8Array.from({ length: 60 * (i + 1) }, (_, at) => (at === 0 ? i : byte())),
  );
}

/** @param {Uint8Array} input */
export async function run(input) {
  const other = await Cache.open("other", { heap: "wasm" });
  for (let i = 0; i < 20; i++) other.set(`k${i}`, `other ${i}`);
  const orders = [];
  for (const heap of /** @type {const} */ (["js", "wasm"])) {
    const sequence = new Sequence(input, heap);
    await sequence.run();
    orders.push(sequence.order);
    for (let i = 0; i < 20; i++) assert.equal(other.get(`k${i}`), `other ${i}`);
  }
  // Without re-entrancy, exact policies leave the same keys in both heaps.
  if (orders[0] && orders[1]) assert.deepEqual(orders[1], orders[0]);
  await other.close();
}

class Sequence {
  /** @type {string[] | undefined} */
  order;
  /** @type {Map<string, { value: number, deadline: number }>} */
  #model = new Map();
  /** Values that have left. @type {Set<number>} */
  #gone = new Set();
  #at = 0;
  #time = 0;
  #depth = 0;
  #values = 0;
  #closed = false;
  #nested = false;
  /** @type {Iterator<any>[]} */
  #iterators = [];
  /** @type {any} */
  #cache;
  #input;
  #heap;

  /** @param {Uint8Array} input @param {"js" | "wasm"} heap */
  constructor(input, heap) {
    this.#input = input;
    this.#heap = heap;
  }

  async run() {
    const policy = /** @type {any} */ (kinds[this.#byte() % kinds.length]);
    const maxEntries = 1 + (this.#byte() % 24);
    this.#cache = await Cache.open("fuzz", {
      ...{ heap: this.#heap, policy, maxEntries },
      now: () => this.#time,
      sizeOf: (/** @type {any} */ value) => {
        if (value?.acts) this.#inside();
        return 10;
      },
    });
    this.#cache.addEventListener("remove", (/** @type {any} */ { detail }) => {
      const { key, value, reason } = detail;
      this.#gone.add(number(value));
      if (this.#model.get(key)?.value === number(value)) this.#model.delete(key);
      if (reason !== "close" && this.#byte() > 240) this.#inside();
    });
    this.#cache.bytes; // from now on sizeOf is called
    while (this.#at < this.#input.length) {
      await this.#step();
      this.#check();
    }
    if (!this.#closed && !this.#nested && ["lru", "fifo"].includes(policy)) {
      this.order = [...this.#cache.keys()];
    }
    await this.#cache.close();
    assert.throws(() => this.#cache.get("k1"), { code: "CLOSED" });
  }

  #check() {
    if (this.#closed) return;
    assert.equal(this.#cache.size, this.#model.size);
    for (const [key, { value, deadline }] of this.#model) {
      const expected = deadline > this.#time ? value : undefined;
      assert.equal(number(this.#cache.peek(key)), expected, key);
    }
  }

  #byte() {
    return this.#input[this.#at++] ?? 0;
  }

  #key() {
    return `k${this.#byte() % 32}`;
  }

  /** A call during another call. */
  #inside() {
    if (this.#depth > 2) return;
    this.#nested = true;
    this.#depth++;
    try {
      this.#call(this.#byte());
    } catch (/** @type {any} */ error) {
      // A listener still gets the entries that left before the cache was closed.
      if (error.code !== "CLOSED" || !this.#closed) throw error;
    } finally {
      this.#depth--;
    }
  }

  async #step() {
    const operation = this.#byte();
    try {
      if (operation < 230) this.#call(operation);
      else if (operation < 240) await this.#fetch();
      else if (operation < 248) await null;
      else {
        const dump = await this.#cache.dump();
        const copy = await Cache.open("copy", { heap: this.#heap, now: () => this.#time });
        assert.equal(await copy.load(dump), dump.entries.length);
        await copy.close();
      }
    } catch (/** @type {any} */ error) {
      if (error.code !== "CLOSED" || !this.#closed) throw error;
    }
  }

  async #fetch() {
    const key = this.#key();
    const value = ++this.#values;
    await this.#cache.fetch(key, () => {
      if (this.#byte() > 200) this.#inside();
      return value;
    });
    await new Promise((resolve) => setTimeout(resolve)); // it may have returned a stale value
    // A change meanwhile is not overwritten.
    if (!this.#closed && number(this.#cache.peek(key)) === value) {
      this.#model.set(key, { value, deadline: Number.POSITIVE_INFINITY });
    }
  }

  /** @param {number} operation */
  #call(operation) {
    const cache = this.#cache;
    const key = this.#key();
    switch (operation % 16) {
      case 0:
      case 1:
      case 2:
      case 3:
        return this.#set(key);
      case 4:
      case 5:
      case 6:
        return cache.get(key);
      case 7:
        return cache.delete(key);
      case 8:
        this.#time += this.#byte();
        return cache.has(key);
      case 9:
        return cache.invalidateTag(`t${this.#byte() % 4}`);
      case 10:
        if (this.#byte() < 128) return cache.invalidate(`k${this.#byte() % 4}?`);
        return cache.invalidate((/** @type {string} */ one) => {
          if (this.#byte() > 250) this.#inside();
          return one === key;
        });
      case 11:
        this.#iterators.push(this.#byte() & 1 ? cache.entries() : cache.keys());
        return undefined;
      case 12:
      case 13:
        return this.#iterate();
      case 14:
        if (this.#byte() > 200) return cache.clear();
        return cache.resize({ maxEntries: 1 + (this.#byte() % 24) });
      default:
        if (operation !== 255 - (this.#depth ? 0 : 48)) return cache.stats();
        this.#closed = true;
        return cache.dispose();
    }
  }

  /** @param {string} key */
  #set(key) {
    const bits = this.#byte();
    const value = ++this.#values;
    const ttl = bits & 1 ? this.#byte() + 1 : Number.POSITIVE_INFINITY;
    const options = {
      ttl,
      staleWhileRevalidate: bits & 2 ? this.#byte() : 0,
      priority: bits & 4 ? this.#byte() % 16 : 0,
      tags: bits & 8 ? [`t${bits >> 6}`] : [],
    };
    const acts = (bits & 48) === 48;
    let stored = /** @type {any} */ (value);
    if (acts) {
      const inside = () => this.#inside();
      stored = {
        n: value,
        acts: true,
        toJSON() {
          if (this.acts) inside();
          this.acts = false;
          return { n: value };
        },
      };
    }
    const deadline = this.#time + ttl;
    this.#cache.set(key, stored, options);
    if (!this.#gone.has(value)) this.#model.set(key, { value, deadline });
  }

  #iterate() {
    const at = this.#byte() % 4;
    const iterator = this.#iterators[at];
    if (!iterator) return;
    const { done, value } = iterator.next();
    if (done) {
      this.#iterators.splice(at, 1);
      return;
    }
    const [key, got] = Array.isArray(value) ? value : [value, this.#cache.peek(value)];
    if (this.#depth === 0) assert.equal(number(got), this.#model.get(key)?.value, key);
  }
}

/** @param {any} value */
function number(value) {
  return value?.n ?? value;
}
