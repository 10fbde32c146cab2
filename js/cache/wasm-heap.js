import { Clock } from "./clock.js";
import { codecs, readKey, writeKey, writeText } from "./codec.js";
import { kinds } from "./options.js";
import { Tags } from "./tags.js";

/** Words from a CacheCore's address (wasm/cache.cpp). */
const RECORD = 769;
const DEADLINE = 774;
const NONE = 0xffffffff;
const MORE = 0xfffffffe;
/** What `apus_cache_number` tells. */
const [BYTES, SIZE, KIND, NEXT] = [0, 1, 2, 3];
const NEVER = Number.POSITIVE_INFINITY;
const TICK = 16;
const WORK = 256;

/**
 * Entries as bytes in linear memory: no object a value, so the garbage
 * collector has nothing to look at, and a million entries take little more
 * than their bytes. A hit costs a call and a decoding. Sizes are exact: the
 * bytes of key and value.
 *
 * It does what JsHeap does, in the same words.
 */
export class WasmHeap {
  hits = 0;
  misses = 0;
  expirations = 0;
  evictions = 0;
  rejections = 0;
  #core;
  #address;
  /** @readonly */
  clock;
  #tell;
  #heard;
  #codec;
  #origin;
  #tags;
  /** @type {Map<number, number>} */
  #stale = new Map();

  /**
   * @param {import("../core/wasm.js").Core} core
   * @param {import("./js-heap.js").HeapOptions} options
   * @param {import("./js-heap.js").Tell} tell
   * @param {(type: string) => boolean} heard is anybody told of it?
   */
  constructor(core, { maxEntries, maxBytes, policy, codec = "json", now }, tell, heard) {
    this.#core = core;
    this.#address = core._apus_cache_new(kinds.indexOf(policy), maxEntries, maxBytes, 1) >>> 0;
    this.clock = new Clock(now);
    this.#origin = this.clock.read();
    this.#tell = tell;
    this.#heard = heard;
    this.#codec = codecs[codec];
    this.#tags = new Tags((tag) => core._apus_cache_tagged(this.#address, tag) !== 0);
  }

  get size() {
    return this.#core._apus_cache_number(this.#address, SIZE);
  }

  get bytes() {
    return this.#core._apus_cache_number(this.#address, BYTES);
  }

  get policy() {
    return kinds[this.#core._apus_cache_number(this.#address, KIND)];
  }

  set policy(policy) {
    this.#core._apus_cache_set_kind(this.#address, kinds.indexOf(policy));
  }

  /** @param {string} key */
  get(key) {
    const slot = typeof key === "string" ? this.#find(key, 1) : NONE;
    if (slot === NONE || this.#dead()) {
      this.misses++;
      if (slot !== NONE && !this.#keptStale(slot)) this.#expire(key, slot);
      return undefined;
    }
    this.hits++;
    return this.#value();
  }

  /** @param {string} key */
  peek(key) {
    return this.#find(key, 0) === NONE || this.#dead() ? undefined : this.#value();
  }

  /** @param {string} key */
  stale(key) {
    const slot = this.#find(key, 0);
    return slot !== NONE && this.#dead() && this.#keptStale(slot) ? this.#value() : undefined;
  }

  /**
   * @param {string} key @param {any} value
   * @param {number | undefined} _size counted here
   * @param {number} priority @param {number} deadline @param {number} staleUntil
   * @param {readonly string[]} tags
   * @throws {ApusError} `NOT_SERIALIZABLE`: the old value stays
   */
  set(key, value, _size, priority, deadline, staleUntil, tags) {
    const encoded = this.#codec.encode(value, key);
    const tick =
      staleUntil === NEVER
        ? NONE
        : Math.min(Math.ceil((staleUntil - this.#origin) / TICK), NONE - 2);
    const { memory } = this.#core;
    const most =
      3 * key.length + (typeof encoded === "string" ? 3 * encoded.length : encoded.length);
    let at;
    try {
      at = memory.room(most);
    } catch {
      this.delete(key);
      return this.#reject(key, most);
    }
    const keySize = writeKey(key, memory.u8, at);
    let valueSize = encoded.length;
    if (typeof encoded === "string") valueSize = writeText(encoded, memory.u8, at + keySize);
    else memory.u8.set(encoded, at + keySize);
    let slot;
    do {
      slot =
        this.#core._apus_bytes_set(
          this.#address,
          at,
          keySize,
          valueSize,
          priority,
          deadline,
          tick,
        ) >>> 0;
      this.evictions += this.#tellVictims("evict");
    } while (slot === MORE);
    if (slot === NONE) return this.#reject(key, keySize + valueSize);
    if (staleUntil !== deadline) this.#stale.set(slot, staleUntil);
    else if (this.#stale.size > 0) this.#stale.delete(slot);
    for (const tag of new Set(tags)) {
      this.#core._apus_cache_tag(this.#address, slot, this.#tags.number(tag));
    }
    return true;
  }

  /** @param {string} key */
  delete(key) {
    const slot = this.#find(key, 0);
    if (slot === NONE) return false;
    const dead = this.#dead();
    if (dead && !this.#keptStale(slot)) this.#expire(key, slot);
    else this.#core._apus_cache_remove(this.#address, 0, slot);
    return !dead;
  }

  /** @param {string} tag */
  deleteTagged(tag) {
    const number = this.#tags.find(tag);
    if (number === undefined) return 0;
    let count = 0;
    let more;
    do {
      more = this.#core._apus_cache_remove_tagged(this.#address, 0, number) >>> 0;
      count += this.#tellVictims("invalidate");
    } while (more === MORE);
    return count;
  }

  clear() {
    this.#core._apus_cache_clear(this.#address);
    this.#stale.clear();
  }

  /** @returns {Generator<string>} */
  *keys() {
    const { memory } = this.#core;
    const count = this.size;
    const address = memory.room(4 * count);
    this.#core._apus_cache_order(this.#address, 0, address);
    for (const slot of memory.u32.slice(address >>> 2, (address >>> 2) + count)) {
      this.#core._apus_bytes_show(this.#address, slot, 0);
      if (!this.#dead()) yield this.#key();
    }
  }

  /** @param {string} key */
  about(key) {
    const slot = this.#find(key, 0);
    const { memory } = this.#core;
    const deadline = memory.f64[(this.#address >>> 3) + DEADLINE / 2];
    const address = memory.room(4 * 1024);
    const count = this.#core._apus_cache_about(this.#address, slot, address, 1024) >>> 0;
    const [size, priority, ...tags] = memory.u32.slice(address >>> 2, (address >>> 2) + 2 + count);
    return {
      ...{ size, priority, deadline, staleUntil: this.#stale.get(slot) ?? deadline },
      tags: tags.map((tag) => this.#tags.name(tag)),
    };
  }

  /** @param {{ maxEntries: number, maxBytes: number }} budget */
  resize({ maxEntries, maxBytes }) {
    let more;
    do {
      more = this.#core._apus_cache_resize(this.#address, maxEntries, maxBytes) >>> 0;
      this.evictions += this.#tellVictims("evict");
    } while (more === MORE);
  }

  /** @param {number} budget */
  sweep(budget) {
    const now = Math.floor((this.clock.read() - this.#origin) / TICK);
    const end = performance.now() + budget;
    let more;
    do {
      more = this.#core._apus_cache_expire(this.#address, 0, now, WORK) >>> 0;
      this.expirations += this.#tellVictims("expire");
    } while (more === MORE && performance.now() < end);
    if (more === MORE) return 0;
    const next = this.#core._apus_cache_number(this.#address, NEXT);
    return next === NONE ? NEVER : this.#origin + next * TICK;
  }

  dispose() {
    this.#core._apus_cache_delete(this.#address);
  }

  /** @param {string} key @param {0 | 1} use @returns {number} its slot, or NONE */
  #find(key, use) {
    const { memory } = this.#core;
    const at = memory.room(3 * key.length);
    return this.#core._apus_bytes_find(this.#address, at, writeKey(key, memory.u8, at), use) >>> 0;
  }

  /** Has the record that is shown expired? */
  #dead() {
    const deadline = this.#core.memory.f64[(this.#address >>> 3) + DEADLINE / 2];
    return deadline <= this.clock.horizon && this.clock.passed(deadline);
  }

  /** @param {number} slot */
  #keptStale(slot) {
    const until = this.#stale.get(slot);
    return until !== undefined && until > this.clock.read();
  }

  #key() {
    const { u8, u32 } = this.#core.memory;
    const word = (this.#address >>> 2) + RECORD;
    return readKey(u8.subarray(u32[word], u32[word] + u32[word + 1]));
  }

  #value() {
    const { u8, u32 } = this.#core.memory;
    const word = (this.#address >>> 2) + RECORD + 2;
    return this.#codec.decode(u8.subarray(u32[word], u32[word] + u32[word + 1]));
  }

  /** @param {string} key @param {number} size */
  #reject(key, size) {
    this.rejections++;
    this.#tell("reject", key, size);
    return false;
  }

  /** @param {string} key @param {number} slot */
  #expire(key, slot) {
    const value = this.#heard("expire") ? this.#value() : undefined;
    this.#core._apus_cache_remove(this.#address, 0, slot);
    this.expirations++;
    if (value !== undefined) this.#tell("expire", key, value);
  }

  /** @param {"evict" | "expire" | "invalidate"} type */
  #tellVictims(type) {
    const count = this.#core.memory.u32[this.#address >>> 2];
    if (count === 0 || type === "invalidate" || !this.#heard(type)) return count;
    // Listeners may call the cache, which forgets these records: read them first.
    const gone = Array.from({ length: count }, (_, i) => {
      this.#core._apus_bytes_show(this.#address, i, 1);
      return /** @type {const} */ ([this.#key(), this.#value()]);
    });
    for (const [key, value] of gone) this.#tell(type, key, value);
    return count;
  }
}
