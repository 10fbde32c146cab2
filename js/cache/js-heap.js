import { integerIn } from "../core/check.js";
import { Clock } from "./clock.js";
import { hash } from "./hash.js";
import { kinds } from "./options.js";
import { estimate } from "./size.js";
import { Tags } from "./tags.js";

const checkSize = integerIn(0, 0xffffffff);
/** From here on a policy remembers keys that are gone, by their hashes. */
const HASHED = 3;
const RING = 512;
/** Words from a CacheCore's address (wasm/cache.cpp). */
const VICTIMS = 1;
const RING_AT = 257;
const REFUSED = 0xffffffff;
const MORE = 0xfffffffe;
/** What `apus_cache_number` tells. */
const [BYTES, , KIND, NEXT] = [0, 1, 2, 3];
const NEVER = Number.POSITIVE_INFINITY;
/** ms in a tick of the timer wheel. */
const TICK = 16;
/** Steps of the timer wheel at a time: about 50 us. */
const WORK = 256;

/**
 * What a heap tells the cache: `value` is the size when it was refused.
 * @typedef {(type: "evict" | "expire" | "reject", key: string, value: any) => void} Tell
 *
 * @typedef {object} HeapOptions
 * @property {number} maxEntries
 * @property {number} maxBytes
 * @property {string} policy
 * @property {string} [codec]
 * @property {(value: any, key: string) => number} [sizeOf]
 * @property {() => number} [now]
 */

/**
 * Entries as live JavaScript values: `Map<key, slot>` and arrays by slot here,
 * the decision who has to go in C++. A hit crosses nothing: it notes the slot
 * in a ring in shared memory, which the core reads before its next decision.
 *
 * A ring rather than a stamp for each hit, because it serves every policy:
 * those that count uses or run shadow caches need the hits themselves.
 */
export class JsHeap {
  misses = 0;
  expirations = 0;
  evictions = 0;
  rejections = 0;
  #hits = 0;
  #core;
  /** The core's hot functions: looked up once, for the glue's object is a slow dictionary. */
  #insert;
  #update;
  #touch;
  #memory;
  #address;
  /** @readonly */
  clock;
  #tell;
  #hashed;
  #sizeOf;
  #measured;
  /** @type {Map<string, number>} */
  #slots = new Map();
  /** @type {(string | undefined)[]} */
  #keys = [];
  /** @type {any[]} */
  #values = [];
  #deadlines = new Float64Array(64);
  /** Slots whose entry may still be had stale, and until when. @type {Map<number, number>} */
  #stale = new Map();
  #ring;
  #at = 0;
  /** @type {string | undefined} the key that `get` has just not found: `set` need not look again */
  #missed;
  #origin;
  #tags;

  /**
   * @param {import("../core/wasm.js").Core} core
   * @param {HeapOptions} options
   * @param {Tell} tell
   */
  constructor(core, { maxEntries, maxBytes, policy, sizeOf, now }, tell) {
    const kind = kinds.indexOf(policy);
    this.#core = core;
    this.#insert = core._apus_cache_insert;
    this.#update = core._apus_cache_update;
    this.#touch = core._apus_cache_touch;
    this.#memory = core.memory;
    this.#address = core._apus_cache_new(kind, maxEntries, maxBytes, 0) >>> 0;
    this.#hashed = kind >= HASHED;
    this.#sizeOf = sizeOf;
    this.#measured = Boolean(sizeOf) || maxBytes < NEVER;
    this.clock = new Clock(now);
    this.#origin = this.clock.read();
    this.#tell = tell;
    this.#ring = this.#view();
    this.#tags = new Tags((tag) => core._apus_cache_tagged(this.#address, tag) !== 0);
  }

  get size() {
    return this.#slots.size;
  }

  get bytes() {
    if (!this.#measured) {
      this.#measured = true;
      for (const [key, slot] of this.#slots) {
        this.#core._apus_cache_weigh(this.#address, slot, this.#weigh(key, this.#values[slot]));
      }
    }
    return this.#core._apus_cache_number(this.#address, BYTES);
  }

  get hits() {
    return this.#hits + this.#at;
  }

  /** The policy at work: with `adaptive` the one followed now. */
  get policy() {
    return kinds[this.#core._apus_cache_number(this.#address, KIND)];
  }

  set policy(policy) {
    const kind = kinds.indexOf(policy);
    this.#drain();
    if (kind >= HASHED && !this.#hashed) {
      this.#hashed = true;
      for (const [key, slot] of this.#slots) {
        this.#core._apus_cache_rehash(this.#address, slot, hash(key));
      }
    }
    this.#core._apus_cache_set_kind(this.#address, kind);
  }

  /** @param {string} key */
  get(key) {
    const slot = this.#slots.get(key);
    if (slot === undefined) {
      this.misses++;
      this.#missed = key;
      return undefined;
    }
    const deadline = this.#deadlines[slot];
    if (deadline <= this.clock.horizon && this.clock.passed(deadline)) {
      this.misses++;
      if (!this.#keptStale(slot)) this.#expire(key, slot);
      return undefined;
    }
    if (this.#ring.length === 0) this.#ring = this.#view(); // memory grew
    this.#ring[this.#at] = slot;
    if (++this.#at === RING) this.#full();
    return this.#values[slot];
  }

  /** Neither a use nor a hit or miss. @param {string} key */
  peek(key) {
    const slot = this.#slots.get(key);
    return slot === undefined || this.#dead(slot) ? undefined : this.#values[slot];
  }

  /** The value of an expired entry that may still be had stale. @param {string} key */
  stale(key) {
    const slot = this.#slots.get(key);
    return slot !== undefined && this.#dead(slot) && this.#keptStale(slot)
      ? this.#values[slot]
      : undefined;
  }

  /**
   * @param {string} key @param {any} value
   * @param {number | undefined} size bytes; `undefined`: to be found out
   * @param {number} priority
   * @param {number} deadline ms since the epoch
   * @param {number} staleUntil when it goes for good
   * @param {readonly string[]} tags
   * @returns {boolean} false when it was refused; an older value is gone then too
   */
  set(key, value, size, priority, deadline, staleUntil, tags) {
    if (size === undefined) size = this.#measured ? this.#weigh(key, value) : 0;
    const old = key === this.#missed ? undefined : this.#slots.get(key);
    const tick = staleUntil === NEVER ? REFUSED : this.#tick(staleUntil);
    let slot;
    do {
      const hits = this.#takeRing();
      slot =
        old === undefined
          ? this.#insert(this.#address, hits, this.#hashed ? hash(key) : 0, size, priority, tick)
          : this.#update(this.#address, hits, old, size, priority, tick);
      slot >>>= 0;
      this.#forgetVictims("evict");
    } while (slot === MORE);
    this.#missed = undefined;
    if (slot === REFUSED) {
      this.rejections++;
      if (old !== undefined) this.#remove(key, old);
      this.#tell("reject", key, size);
      return false;
    }
    if (old === undefined) {
      this.#slots.set(key, slot);
      this.#keys[slot] = key;
      if (slot >= this.#deadlines.length) this.#grow(slot);
    }
    this.#values[slot] = value;
    this.#deadlines[slot] = deadline;
    if (staleUntil !== deadline) this.#stale.set(slot, staleUntil);
    else if (this.#stale.size > 0) this.#stale.delete(slot);
    if (tags.length > 0) {
      for (const tag of new Set(tags)) {
        this.#core._apus_cache_tag(this.#address, slot, this.#tags.number(tag));
      }
    }
    return true;
  }

  /** @param {string} key @returns {boolean} was there a live entry? */
  delete(key) {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    const dead = this.#dead(slot);
    if (dead && !this.#keptStale(slot)) this.#expire(key, slot);
    else this.#remove(key, slot);
    return !dead;
  }

  /** @param {string} tag @returns {number} how many entries bore it */
  deleteTagged(tag) {
    const number = this.#tags.find(tag);
    if (number === undefined) return 0;
    let count = 0;
    let more;
    do {
      more = this.#core._apus_cache_remove_tagged(this.#address, this.#takeRing(), number) >>> 0;
      count += this.#forgetVictims("invalidate");
    } while (more === MORE);
    return count;
  }

  clear() {
    this.#at = 0;
    this.#missed = undefined;
    this.#core._apus_cache_clear(this.#address);
    this.#slots.clear();
    this.#stale.clear();
    this.#keys = [];
    this.#values = [];
  }

  /** Live keys, most recently used first, as of now. @returns {Generator<string>} */
  *keys() {
    const memory = this.#memory;
    const address = memory.room(4 * this.size) >>> 0;
    this.#core._apus_cache_order(this.#address, this.#takeRing(), address);
    for (const slot of memory.u32.slice(address >>> 2, (address >>> 2) + this.size)) {
      const key = this.#keys[slot];
      if (key !== undefined && !this.#dead(slot)) yield key;
    }
  }

  /** What is known of a live entry beside its value. @param {string} key */
  about(key) {
    const slot = /** @type {number} */ (this.#slots.get(key));
    const memory = this.#memory;
    const address = memory.room(4 * 1024) >>> 0;
    const count = this.#core._apus_cache_about(this.#address, slot, address, 1024) >>> 0;
    const [size, priority, ...tags] = memory.u32.slice(address >>> 2, (address >>> 2) + 2 + count);
    const deadline = this.#deadlines[slot];
    return {
      ...{ size, priority, deadline, staleUntil: this.#stale.get(slot) ?? deadline },
      tags: tags.map((tag) => this.#tags.name(tag)),
    };
  }

  /** @param {{ maxEntries: number, maxBytes: number }} budget */
  resize({ maxEntries, maxBytes }) {
    if (maxBytes < NEVER) this.bytes; // weighed from now on
    this.#drain();
    let more;
    do {
      more = this.#core._apus_cache_resize(this.#address, maxEntries, maxBytes) >>> 0;
      this.#forgetVictims("evict");
    } while (more === MORE);
  }

  /**
   * Forgets entries that have expired, for about `budget` ms.
   * @param {number} budget
   * @returns {number} ms since the epoch when to come again: before now when there is more to do
   */
  sweep(budget) {
    const now = Math.floor((this.clock.read() - this.#origin) / TICK);
    const end = performance.now() + budget;
    let more;
    do {
      more = this.#core._apus_cache_expire(this.#address, this.#takeRing(), now, WORK) >>> 0;
      this.expirations += this.#forgetVictims("expire");
    } while (more === MORE && performance.now() < end);
    if (more === MORE) return 0;
    const next = this.#core._apus_cache_number(this.#address, NEXT);
    return next === REFUSED ? NEVER : this.#origin + next * TICK;
  }

  dispose() {
    this.clear();
    this.#core._apus_cache_delete(this.#address);
  }

  /** @param {string} key @param {any} value */
  #weigh(key, value) {
    if (!this.#sizeOf) return estimate(key, value);
    const size = this.#sizeOf(value, key);
    if (size >>> 0 !== size) checkSize(size, "sizeOf: its result");
    return size;
  }

  /** The tick by which a deadline has surely passed. @param {number} time */
  #tick(time) {
    return Math.min(Math.ceil((time - this.#origin) / TICK), REFUSED - 2);
  }

  #drain() {
    this.#touch(this.#address, this.#takeRing());
  }

  #full() {
    this.#drain();
    this.clock.check();
  }

  #takeRing() {
    const hits = this.#at;
    this.#hits += hits;
    this.#at = 0;
    return hits;
  }

  /** @param {number} slot */
  #dead(slot) {
    const deadline = this.#deadlines[slot];
    return deadline <= this.clock.horizon && this.clock.passed(deadline);
  }

  /** @param {number} slot */
  #keptStale(slot) {
    const until = this.#stale.get(slot);
    return until !== undefined && until > this.clock.read();
  }

  /**
   * Forgets what the core has taken out.
   * @param {"evict" | "expire" | "invalidate"} type
   */
  #forgetVictims(type) {
    const { u32 } = this.#memory;
    const header = this.#address >>> 2;
    const count = u32[header];
    for (let i = 0; i < count; i++) {
      const slot = u32[header + VICTIMS + i];
      const key = /** @type {string} */ (this.#keys[slot]);
      const value = this.#values[slot];
      this.#forget(key, slot);
      if (type !== "invalidate") this.#tell(type, key, value);
    }
    if (type === "evict") this.evictions += count;
    return count;
  }

  /** @param {string} key @param {number} slot */
  #expire(key, slot) {
    const value = this.#values[slot];
    this.#remove(key, slot);
    this.expirations++;
    this.#tell("expire", key, value);
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
    if (this.#stale.size > 0) this.#stale.delete(slot);
  }

  /** @param {number} slot */
  #grow(slot) {
    const grown = new Float64Array(2 * slot);
    grown.set(this.#deadlines);
    this.#deadlines = grown;
  }

  #view() {
    const { buffer } = this.#memory.u32;
    return new Uint32Array(buffer, this.#address + 4 * RING_AT, RING);
  }
}
