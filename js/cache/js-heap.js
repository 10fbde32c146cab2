import { integerIn } from "../core/check.js";
import { NO_TICK, USES } from "./clock.js";
import { Engine, MORE, REFUSED, VICTIM_COUNT, VICTIMS } from "./engine.js";
import { hash } from "./hash.js";
import { kinds } from "./options.js";
import { estimate } from "./size.js";
import { Sweeper } from "./sweeper.js";

const checkSize = integerIn(0, 0xffffffff);
/** From here on a policy remembers keys that are gone, by their hashes. */
const HASHED = 3;
/** The ring of hits, in words from a CacheCore's address (wasm/cache.cpp). */
const RING = 257;
/** So many hits are copied faster one by one. */
const FEW = 16;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Entries as live JavaScript values: `Map<key, slot>` and arrays by slot here,
 * the decision who has to go in C++. A hit crosses nothing: it notes the slot in a
 * ring, which is laid before the core when that decides next, or when the ring is full.
 *
 * A ring rather than a stamp for each hit, because it serves every policy:
 * those that count uses or run shadow caches need the hits themselves. Of a
 * hit's 39 ns (Chromium, ten thousand keys) noting it takes 4 and the core's
 * reading 8; a stamp in shared memory takes 3, and serves LRU alone, which then
 * has to sort by stamps when it evicts.
 */
export class JsHeap {
  misses = 0;
  #hits = 0;
  #core;
  /** The core's hot functions, looked up once. */
  #insert;
  #update;
  #touch;
  #engine;
  /** @readonly */
  clock;
  /** @readonly */
  sweeper = new Sweeper(this);
  #heard;
  #hashed;
  #seed;
  #sizeOf;
  #measured;
  /** @type {Map<string, number>} */
  #slots = new Map();
  // By slot, from here on. The first three slots are never used: what stands
  // there keeps the arrays without holes and of one kind, which hits read fastest.
  #keys = ["", "", ""];
  /** @type {any[]} */
  #values = [undefined, undefined, undefined];
  /** The ticks of the deadlines. */
  #dues = [NO_TICK, NO_TICK, NO_TICK];
  /** No entry since `clear` was due before this tick: beyond the horizon, no hit asks for its own. */
  #soonest = NO_TICK;
  /** Has any entry had tags or a stale time? */
  #labelled = false;
  /** ms since the epoch. */
  #deadlines = [NEVER, NEVER, NEVER];
  /** The CacheCore: its victims, and where hits are laid; its length is 0 when memory grew. */
  #shared;
  /**
   * Slots that were hit since the core last looked. An ordinary array: a store into linear memory,
   * which may have moved, would cost the hit 9 ns instead of 4.
   */
  #ring = new Array(USES).fill(0);
  #at = 0;
  /** @type {string | undefined} the key that `get` has just not found: `set` need not look again */
  #missed;

  /**
   * @param {import("../core/wasm.js").Wasm<"cache">} core
   * @param {import("./engine.js").HeapOptions} options
   * @param {import("./engine.js").Tell} tell
   * @param {ReadonlySet<string>} heard of what anybody is told
   */
  constructor(core, options, tell, heard) {
    const { maxBytes, policy, sizeOf } = options;
    this.#core = core;
    this.#insert = core.apus_cache_insert;
    this.#update = core.apus_cache_update;
    this.#touch = core.apus_cache_touch;
    this.#engine = new Engine(core, options, 0, tell, heard, (type) => this.#forgetVictims(type));
    this.#seed = this.#engine.seed;
    this.clock = this.#engine.clock;
    this.#heard = heard;
    this.#hashed = kinds.indexOf(policy) >= HASHED;
    this.#sizeOf = sizeOf;
    this.#measured = Boolean(sizeOf) || maxBytes < NEVER;
    this.#shared = this.#view();
  }

  get size() {
    return this.#slots.size;
  }

  get bytes() {
    if (!this.#measured) {
      this.#measured = true;
      // `sizeOf` and getters may use the cache: what they change has its weight already.
      for (const [key, slot] of [...this.#slots]) {
        const value = this.#values[slot];
        const size = this.#weigh(key, value);
        if (this.#slots.get(key) === slot && this.#values[slot] === value) {
          this.#core.apus_cache_weigh(this.#engine.address, slot, size);
        }
      }
    }
    return this.#engine.bytes;
  }

  get counts() {
    const { evictions, expirations, rejections } = this.#engine;
    const hits = this.#hits + this.#at;
    return { hits, misses: this.misses, evictions, expirations, rejections };
  }

  /** The policy at work: with `adaptive` the one followed now. */
  get policy() {
    return this.#engine.policy;
  }

  set policy(policy) {
    this.#drain();
    if (kinds.indexOf(policy) >= HASHED && !this.#hashed) {
      this.#hashed = true;
      for (const [key, slot] of this.#slots) {
        this.#core.apus_cache_rehash(this.#engine.address, slot, hash(key, this.#seed));
      }
    }
    this.#engine.policy = policy;
  }

  /** @param {string} key */
  get(key) {
    const slot = this.#slots.get(key);
    if (slot === undefined) {
      this.misses++;
      this.#missed = key;
      return undefined;
    }
    const { horizon } = this.clock;
    if (this.#soonest <= horizon && this.#dues[slot] <= horizon && this.#dead(slot)) {
      this.misses++;
      if (!this.#engine.keptStale(slot)) this.#expire(key, slot);
      return undefined;
    }
    this.#ring[this.#at] = slot;
    if (++this.#at === USES) this.#full();
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
    return slot !== undefined && this.#dead(slot) && this.#engine.keptStale(slot)
      ? this.#values[slot]
      : undefined;
  }

  /**
   * @param {string} key @param {any} value
   * @param {number | undefined} size bytes; `undefined`: to be found out
   * @param {number} priority
   * @param {number} deadline ms since the epoch
   * @param {number} stale ms after which it goes for good
   * @param {readonly string[]} tags
   * @returns {boolean} false when it was refused; an older value is gone then too
   */
  set(key, value, size, priority, deadline, stale, tags) {
    if (size === undefined) size = this.#measured ? this.#weigh(key, value) : 0;
    const old = key === this.#missed ? undefined : this.#slots.get(key);
    this.#missed = undefined;
    const due = this.clock.tick(deadline);
    const tick = this.#engine.after(stale === 0 ? due : this.clock.tick(deadline + stale));
    let slot;
    do {
      slot =
        old === undefined
          ? this.#insert(
              this.#engine.address,
              this.#takeRing(),
              this.#hashed ? hash(key, this.#seed) : 0,
              size,
              priority,
              tick,
            )
          : this.#update(this.#engine.address, this.#takeRing(), old, size, priority, tick);
      // Also when the view died: what follows renews it.
      if (this.#shared[VICTIM_COUNT] !== 0) this.#engine.evictions += this.#forgetVictims("evict");
    } while (slot === MORE);
    if (slot === REFUSED) {
      if (old !== undefined) this.#remove(key, old, "overwrite");
      const refused = this.#engine.refuse(key, size);
      this.#engine.announce();
      return refused;
    }
    if (old === undefined) {
      this.#slots.set(key, slot);
      this.#keys[slot] = key;
    } else if (this.#heard.size > 0 && value !== this.#values[slot]) {
      this.#leave("overwrite", key, slot);
    }
    this.#values[slot] = value;
    this.#dues[slot] = due;
    if (due < this.#soonest) this.#soonest = due;
    this.#deadlines[slot] = deadline;
    if (stale !== 0 || tags.length > 0) this.#labelled = true;
    const kept = !this.#labelled || this.#engine.label(slot, deadline, stale, tags);
    if (!kept) {
      this.#forget(key, slot);
      this.#engine.remove(slot);
      this.#engine.refuse(key, size);
    }
    if (this.#heard.size > 0) this.#engine.announce();
    return kept;
  }

  /** @param {string} key @param {import("./engine.js").Reason} [reason] @returns {boolean} was there a live entry? */
  delete(key, reason = "delete") {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    const dead = this.#dead(slot);
    if (dead && !this.#engine.keptStale(slot)) this.#expire(key, slot);
    else this.#remove(key, slot, reason);
    this.#engine.announce();
    return !dead;
  }

  /** @param {string} tag @returns {number} how many entries bore it */
  deleteTagged(tag) {
    this.#drain();
    return this.#engine.removeTagged(tag);
  }

  /** @param {import("./engine.js").Reason} [reason] */
  clear(reason = "clear") {
    this.#takeRing();
    this.#missed = undefined;
    for (const [key, slot] of this.#heard.size > 0 ? this.#slots : []) {
      this.#leave(reason, key, slot);
    }
    this.#engine.clear();
    this.#slots.clear();
    this.#labelled = false;
    this.#soonest = NO_TICK;
    for (const array of [this.#keys, this.#values, this.#dues, this.#deadlines]) array.length = 3;
    this.#engine.announce();
  }

  /**
   * Live keys, most recently used first, as of now.
   * @param {boolean} [all] those of expired entries too
   * @returns {Generator<string>}
   */
  *keys(all = false) {
    this.#drain();
    for (const slot of this.#engine.order()) {
      const key = this.#keys[slot];
      if (this.#slots.get(key) === slot && (all || !this.#dead(slot))) yield key;
    }
  }

  /** What is known of a live entry beside its value. @param {string} key */
  about(key) {
    const slot = /** @type {number} */ (this.#slots.get(key));
    const about = this.#engine.about(slot, this.#deadlines[slot]);
    return { ...about, size: about.size || (this.#measured ? 0 : undefined) };
  }

  /** @param {{ maxEntries: number, maxBytes: number }} budget */
  resize(budget) {
    if (budget.maxBytes < NEVER) this.bytes; // weighed from now on
    this.#drain();
    this.#engine.resize(budget);
  }

  /** As Engine's. @param {number} budget */
  sweep(budget) {
    this.#drain();
    return this.#engine.sweep(budget);
  }

  dispose() {
    try {
      this.clear("close");
    } finally {
      this.#engine.dispose();
    }
  }

  /** @param {string} key @param {any} value */
  #weigh(key, value) {
    if (!this.#sizeOf) return estimate(key, value);
    const size = this.#sizeOf(value, key);
    if (size >>> 0 !== size) checkSize(size, "sizeOf: its result");
    return size;
  }

  #drain() {
    this.#touch(this.#engine.address, this.#takeRing());
  }

  #full() {
    this.#drain();
    this.clock.check();
  }

  /** Lays the hits before the core. @returns {number} how many */
  #takeRing() {
    const hits = this.#at;
    if (hits === 0) return 0;
    if (this.#shared.length === 0) this.#shared = this.#view(); // memory grew
    const shared = this.#shared;
    const ring = this.#ring;
    if (hits > FEW) shared.set(ring, RING);
    else for (let i = 0; i < hits; i++) shared[RING + i] = ring[i];
    this.#hits += hits;
    this.#at = 0;
    return hits;
  }

  /** @param {number} slot */
  #dead(slot) {
    return this.#dues[slot] !== NO_TICK && this.clock.passed(this.#deadlines[slot]);
  }

  /**
   * Forgets what the core has taken out.
   * @param {"evict" | "expire" | "invalidate"} type
   * @returns {number} how many
   */
  #forgetVictims(type) {
    if (this.#shared.length === 0) this.#shared = this.#view();
    const shared = this.#shared;
    const count = shared[VICTIM_COUNT];
    const told = this.#engine.hears(type);
    for (let i = 0; i < count; i++) {
      const slot = shared[VICTIMS + i];
      const key = this.#keys[slot];
      if (told) this.#engine.leave(type, key, this.#values[slot]);
      this.#engine.free(slot);
      this.#forget(key, slot);
    }
    return count;
  }

  /** @param {string} key @param {number} slot */
  #expire(key, slot) {
    const value = this.#values[slot];
    this.#drain();
    this.#forget(key, slot);
    this.#engine.expire(slot, key, value);
  }

  /** @param {string} key @param {number} slot @param {import("./engine.js").Reason} reason */
  #remove(key, slot, reason) {
    this.#drain();
    this.#leave(reason, key, slot);
    this.#forget(key, slot);
    this.#engine.remove(slot);
  }

  /** @param {import("./engine.js").Reason} reason @param {string} key @param {number} slot */
  #leave(reason, key, slot) {
    if (this.#engine.hears(reason)) this.#engine.leave(reason, key, this.#values[slot]);
  }

  /** @param {string} key @param {number} slot */
  #forget(key, slot) {
    this.#slots.delete(key);
    this.#keys[slot] = "";
    this.#values[slot] = undefined;
  }

  #view() {
    const { buffer } = this.#core.memory.u32;
    return new Uint32Array(buffer, this.#engine.address, RING + USES);
  }
}
