import {
  CACHE_JAVASCRIPT,
  CACHE_HASHED as HASHED,
  CACHE_MORE as MORE,
  CACHE_REFUSED as REFUSED,
} from "../../dist/layout.js";
import { Deadlines } from "./deadlines.js";
import { Engine } from "./engine.js";
import { hash } from "./hash.js";
import { Hits } from "./hits.js";
import { policies } from "./options.js";
import { weigh } from "./size.js";
import { Sweeper } from "./sweeper.js";

const NEVER = Number.POSITIVE_INFINITY;

/**
 * Entries as live JavaScript values: `Map<key, slot>` and arrays by slot here, the eviction policy
 * in C++. A hit calls nothing in WebAssembly: it notes the slot (hits.js), and the core learns of
 * the hits when it decides next, or when their ring is full.
 */
export class JsHeap {
  misses = 0;
  #core;
  /** The core's hot functions, looked up once. */
  #insert;
  #update;
  #engine;
  /** @readonly */ clock;
  /** @readonly */ owner;
  /** @readonly */
  sweeper = new Sweeper(this);
  #hits;
  #hashed;
  #sizeOf;
  #measured;
  /** @type {Map<string, number>} */
  #slots = new Map();
  // By slot. The core never uses the first three, which keep the arrays dense and of one kind.
  #keys = ["", "", ""];
  #values = /** @type {any[]} */ ([undefined, undefined, undefined]);
  #deadlines;
  /** Has any entry had tags or a stale time? */
  #labelled = false;
  /** @type {string | undefined} the key that `get` just missed: `set` need not look it up again */
  #missed;

  /**
   * @param {import("../core/wasm.js").Wasm<"cache">} core
   * @param {import("./engine.js").HeapOptions} options
   * @param {import("./engine.js").Tell} tell
   * @param {ReadonlySet<string>} heard event types with listeners
   */
  constructor(core, options, tell, heard) {
    const { maxBytes, policy, sizeOf } = options;
    this.#core = core;
    this.#insert = core.apus_cache_insert;
    this.#update = core.apus_cache_update;
    const forget = this.#forgetVictims.bind(this);
    this.#engine = new Engine(core, options, CACHE_JAVASCRIPT, tell, heard, forget);
    this.clock = this.#engine.clock;
    this.owner = this.#engine.owner;
    this.#hits = new Hits(core, this.#engine);
    this.#deadlines = new Deadlines(this.clock);
    this.#hashed = policies[policy] >= HASHED;
    this.#sizeOf = sizeOf;
    this.#measured = Boolean(sizeOf) || maxBytes < NEVER;
  }

  get size() {
    return this.#slots.size;
  }

  get bytes() {
    if (!this.#measured) {
      this.#measured = true;
      // `sizeOf` and getters may use the cache. Entries that they change are weighed already.
      for (const [key, slot] of [...this.#slots]) {
        const value = this.#values[slot];
        const size = weigh(key, value, this.#sizeOf);
        if (this.#slots.get(key) === slot && this.#values[slot] === value) {
          this.#core.apus_cache_weigh(this.#engine.address, slot, size);
        }
      }
    }
    return this.#engine.bytes;
  }

  get counts() {
    const { evictions, expirations, rejections } = this.#engine;
    return { hits: this.#hits.count, misses: this.misses, evictions, expirations, rejections };
  }

  /** The policy at work: with `adaptive`, the one followed now. */
  get policy() {
    return this.#engine.policy;
  }

  set policy(policy) {
    this.#hits.drain();
    if (policies[policy] >= HASHED && !this.#hashed) {
      this.#hashed = true;
      for (const [key, slot] of this.#slots) {
        this.#core.apus_cache_rehash(this.#engine.address, slot, hash(key, this.#engine.seed));
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
    if (this.#deadlines.passedAtHit(slot)) {
      this.misses++;
      if (!this.#engine.keptStale(slot)) this.#expire(key, slot);
      return undefined;
    }
    this.#hits.note(slot);
    return this.#values[slot];
  }

  /** Not a use, not counted. @param {string} key */
  peek(key) {
    const slot = this.#slots.get(key);
    return slot === undefined || this.#deadlines.passed(slot) ? undefined : this.#values[slot];
  }

  /** The value of an expired entry that may still be served stale. @param {string} key */
  stale(key) {
    const slot = this.#slots.get(key);
    return slot !== undefined && this.#deadlines.passed(slot) && this.#engine.keptStale(slot)
      ? this.#values[slot]
      : undefined;
  }

  /**
   * @param {string} key @param {any} value
   * @param {number | undefined} size bytes; `undefined`: weigh it
   * @param {number} priority @param {number} deadline ms since the epoch
   * @param {number} stale ms after the deadline in which it may still be served
   * @param {readonly string[]} tags
   * @returns {boolean} false when it was refused; an older value is gone then
   */
  set(key, value, size, priority, deadline, stale, tags) {
    if (size === undefined) size = this.#measured ? weigh(key, value, this.#sizeOf) : 0;
    const old = key === this.#missed ? undefined : this.#slots.get(key);
    this.#missed = undefined;
    const due = this.clock.tick(deadline);
    const tick = this.#engine.after(stale === 0 ? due : this.clock.tick(deadline + stale));
    const hashed = this.#hashed && old === undefined ? hash(key, this.#engine.seed) : 0;
    let slot;
    do {
      const { address } = this.#engine;
      const hits = this.#hits.take();
      slot =
        old === undefined
          ? this.#insert(address, hits, hashed, size, priority, tick)
          : this.#update(address, hits, old, size, priority, tick);
      if (this.#hits.victims !== 0) this.#engine.evictions += this.#forgetVictims("evict");
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
    } else if (value !== this.#values[slot]) {
      this.#engine.leave("overwrite", key, this.#values[slot]);
    }
    this.#values[slot] = value;
    this.#deadlines.set(slot, deadline, due);
    if (stale !== 0 || tags.length > 0) this.#labelled = true;
    const kept = !this.#labelled || this.#engine.label(slot, deadline, stale, tags);
    if (!kept) {
      this.#forget(key, slot);
      this.#engine.remove(slot);
      this.#engine.refuse(key, size);
    }
    this.#engine.announce();
    return kept;
  }

  /** @param {string} key @param {import("./engine.js").Reason} [reason] @returns {boolean} was there a live entry? */
  delete(key, reason = "delete") {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    const dead = this.#deadlines.passed(slot);
    if (dead && !this.#engine.keptStale(slot)) this.#expire(key, slot);
    else this.#remove(key, slot, reason);
    this.#engine.announce();
    return !dead;
  }

  /** @param {string} tag @returns {number} how many entries had it */
  deleteTagged(tag) {
    this.#hits.drain();
    return this.#engine.removeTagged(tag);
  }

  /** @param {import("./engine.js").Reason} [reason] */
  clear(reason = "clear") {
    this.#hits.take();
    this.#missed = undefined;
    for (const [key, slot] of this.#engine.hears(reason) ? this.#slots : []) {
      this.#engine.leave(reason, key, this.#values[slot]);
    }
    this.#engine.clear();
    this.#slots.clear();
    this.#labelled = false;
    this.#deadlines.clear();
    this.#keys.length = this.#values.length = 3;
    this.#engine.announce();
  }

  /** Keys, most recently used first. @param {boolean} [all] expired ones too @returns {Generator<string>} */
  *keys(all = false) {
    this.#hits.drain();
    for (const slot of this.#engine.order()) {
      const key = this.#keys[slot];
      if (this.#slots.get(key) === slot && (all || !this.#deadlines.passed(slot))) yield key;
    }
  }

  /** All that is known of a live entry but its value. @param {string} key */
  about(key) {
    const slot = /** @type {number} */ (this.#slots.get(key));
    const about = this.#engine.about(slot, this.#deadlines.get(slot));
    return { ...about, size: about.size || (this.#measured ? 0 : undefined) };
  }

  /** @param {{ maxEntries: number, maxBytes: number }} budget */
  resize(budget) {
    if (budget.maxBytes < NEVER) this.bytes; // weighed from now on
    this.#hits.drain();
    this.#engine.resize(budget);
  }

  /** As Engine's. @param {number} budget */
  sweep(budget) {
    this.#hits.drain();
    return this.#engine.sweep(budget);
  }

  dispose() {
    try {
      this.clear("close");
    } finally {
      this.#engine.dispose();
    }
  }

  /**
   * Forgets the entries that the core removed.
   * @param {"evict" | "expire" | "invalidate"} type
   * @returns {number} how many
   */
  #forgetVictims(type) {
    const count = this.#hits.victims;
    for (let i = 0; i < count; i++) {
      const slot = this.#hits.victim(i);
      const key = this.#keys[slot];
      this.#engine.leave(type, key, this.#values[slot]);
      this.#engine.free(slot);
      this.#forget(key, slot);
    }
    return count;
  }

  /** @param {string} key @param {number} slot */
  #expire(key, slot) {
    const value = this.#values[slot];
    this.#hits.drain();
    this.#forget(key, slot);
    this.#engine.expire(slot, key, value);
  }

  /** @param {string} key @param {number} slot @param {import("./engine.js").Reason} reason */
  #remove(key, slot, reason) {
    this.#hits.drain();
    this.#engine.leave(reason, key, this.#values[slot]);
    this.#forget(key, slot);
    this.#engine.remove(slot);
  }

  /** @param {string} key @param {number} slot */
  #forget(key, slot) {
    this.#slots.delete(key);
    this.#keys[slot] = "";
    this.#values[slot] = undefined;
  }
}
