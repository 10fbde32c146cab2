const RING = 512;
/** Words from a CacheCore's address (wasm/cache.cpp). */
const VICTIMS = 1;
const RING_AT = 257;
const REFUSED = 0xffffffff;
const MORE = 0xfffffffe;

/**
 * Entries as live JavaScript values: `Map<key, slot>` and arrays by slot here,
 * the decision who has to go in C++. A hit crosses nothing: it notes the slot
 * in a ring in shared memory, which the core reads before its next decision.
 *
 * The ring was measured against a stamp for each hit (`stamp[slot] = ++tick`,
 * entries relinked when they come up for eviction): equal for hits, and it
 * serves every policy, so the ring stayed.
 */
export class JsHeap {
  hits = 0;
  misses = 0;
  expirations = 0;
  evictions = 0;
  rejections = 0;
  #core;
  #engine;
  #address;
  #clock;
  #gone;
  /** @type {Map<string, number>} */
  #slots = new Map();
  /** @type {(string | undefined)[]} */
  #keys = [];
  /** @type {any[]} */
  #values = [];
  #deadlines = new Float64Array(64);
  #ring;
  #at = 0;

  /**
   * @param {import("../core/wasm.js").Core} core
   * @param {{ maxEntries: number, maxBytes: number }} budget
   * @param {import("./clock.js").Clock} clock
   * @param {(type: "evict" | "expire", key: string, value: any) => void} gone
   */
  constructor(core, { maxEntries, maxBytes }, clock, gone) {
    this.#core = core;
    this.#engine = new core.CacheCore(maxEntries, maxBytes);
    this.#address = this.#engine.address();
    this.#clock = clock;
    this.#gone = gone;
    this.#ring = this.#view();
  }

  get size() {
    return this.#slots.size;
  }

  get bytes() {
    return this.#engine.bytes();
  }

  /** @param {string} key */
  get(key) {
    const slot = this.#slots.get(key);
    if (slot === undefined) {
      this.misses++;
      return undefined;
    }
    const deadline = this.#deadlines[slot];
    if (deadline <= this.#clock.horizon && this.#clock.passed(deadline)) {
      this.misses++;
      this.#expire(key, slot);
      return undefined;
    }
    this.#touch(slot);
    return this.#values[slot];
  }

  /** Neither a use nor a hit or miss. @param {string} key */
  peek(key) {
    const slot = this.#slots.get(key);
    return slot === undefined || this.#dead(slot) ? undefined : this.#values[slot];
  }

  /** @param {string} key */
  has(key) {
    return this.peek(key) !== undefined;
  }

  /** @param {string} key epoch ms, `Infinity` without a deadline, `undefined` without an entry */
  deadline(key) {
    const slot = this.#slots.get(key);
    return slot === undefined || this.#dead(slot) ? undefined : this.#deadlines[slot];
  }

  /**
   * @param {string} key @param {any} value
   * @param {number} size @param {number} priority @param {number} deadline
   * @returns {boolean} false when it was refused; an older value is gone then too
   */
  set(key, value, size, priority, deadline) {
    const old = this.#slots.get(key);
    let slot;
    do {
      const hits = this.#takeRing();
      slot =
        old === undefined
          ? this.#core._apus_cache_insert(this.#address, hits, 0, size, priority)
          : this.#core._apus_cache_update(this.#address, hits, old, size, priority);
      slot >>>= 0;
      this.#evict();
    } while (slot === MORE);
    if (slot === REFUSED) {
      this.rejections++;
      if (old !== undefined) this.#remove(key, old);
      return false;
    }
    if (old === undefined) {
      this.#slots.set(key, slot);
      this.#keys[slot] = key;
      if (slot >= this.#deadlines.length) this.#grow(slot);
    }
    this.#values[slot] = value;
    this.#deadlines[slot] = deadline;
    return true;
  }

  /** @param {string} key @returns {boolean} was there a live entry? */
  delete(key) {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    if (this.#dead(slot)) {
      this.#expire(key, slot);
      return false;
    }
    this.#remove(key, slot);
    return true;
  }

  clear() {
    this.#at = 0;
    this.#engine.clear();
    this.#slots.clear();
    this.#keys = [];
    this.#values = [];
  }

  /** Live entries, most recently used first, as of now. @returns {Generator<[string, any, number]>} */
  *entries() {
    const { memory } = this.#core;
    const address = memory.room(4 * this.size);
    this.#core._apus_cache_order(this.#address, this.#takeRing(), address);
    for (const slot of memory.u32.slice(address >>> 2, (address >>> 2) + this.size)) {
      const key = this.#keys[slot];
      if (key !== undefined && !this.#dead(slot))
        yield [key, this.#values[slot], this.#deadlines[slot]];
    }
  }

  /** @param {{ maxEntries: number, maxBytes: number }} budget */
  resize({ maxEntries, maxBytes }) {
    this.#core._apus_cache_touch(this.#address, this.#takeRing());
    let more;
    do {
      more = this.#engine.resize(maxEntries, maxBytes) >>> 0;
      this.#evict();
    } while (more === MORE);
  }

  /** Weighs all entries anew. @param {(key: string, value: any) => number} sizeOf */
  weigh(sizeOf) {
    for (const [key, slot] of this.#slots) {
      this.#core._apus_cache_weigh(this.#address, slot, sizeOf(key, this.#values[slot]));
    }
  }

  dispose() {
    this.clear();
    this.#engine.delete();
  }

  get allHits() {
    return this.hits + this.#at;
  }

  /** @param {number} slot */
  #touch(slot) {
    if (this.#ring.length === 0) this.#ring = this.#view(); // memory grew
    this.#ring[this.#at] = slot;
    if (++this.#at === RING) this.#full();
  }

  #full() {
    this.#core._apus_cache_touch(this.#address, this.#takeRing());
    this.#clock.check();
  }

  #takeRing() {
    const hits = this.#at;
    this.hits += hits;
    this.#at = 0;
    return hits;
  }

  /** @param {number} slot */
  #dead(slot) {
    const deadline = this.#deadlines[slot];
    return deadline <= this.#clock.horizon && this.#clock.passed(deadline);
  }

  /** Forgets what the core has evicted. */
  #evict() {
    if (this.#ring.length === 0) this.#ring = this.#view();
    const { u32 } = this.#core.memory;
    const header = this.#address >>> 2;
    const count = u32[header];
    for (let i = 0; i < count; i++) {
      const slot = u32[header + VICTIMS + i];
      const key = /** @type {string} */ (this.#keys[slot]);
      const value = this.#values[slot];
      this.#forget(key, slot);
      this.evictions++;
      this.#gone("evict", key, value);
    }
  }

  /** @param {string} key @param {number} slot */
  #expire(key, slot) {
    const value = this.#values[slot];
    this.#remove(key, slot);
    this.expirations++;
    this.#gone("expire", key, value);
  }

  /** @param {string} key @param {number} slot */
  #remove(key, slot) {
    this.#core._apus_cache_remove(this.#address, this.#takeRing(), slot);
    this.#forget(key, slot);
  }

  /** @param {string} key @param {number} slot */
  #forget(key, slot) {
    this.#slots.delete(key);
    this.#keys[slot] = undefined;
    this.#values[slot] = undefined;
  }

  /** @param {number} slot */
  #grow(slot) {
    const grown = new Float64Array(2 * slot);
    grown.set(this.#deadlines);
    this.#deadlines = grown;
  }

  #view() {
    const { buffer } = this.#core.memory.u32;
    return new Uint32Array(buffer, this.#address + 4 * RING_AT, RING);
  }
}
