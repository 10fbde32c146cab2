import { Clock, NO_TICK } from "./clock.js";
import { kinds } from "./options.js";
import { Tags } from "./tags.js";

/** Instead of a slot: refused, or the core's list of victims is full and it has to be asked again. */
export const [REFUSED, MORE] = [-1, -2];
/** Instead of a tick of the timer wheel: never. */
const NEVER = -1;
/** Words of a CacheCore that every entry leaves through (wasm/cache.cpp). */
export const [VICTIM_COUNT, VICTIMS] = [0, 1];
/** What `apus_cache_number` tells. */
const [BYTES, SIZE, KIND, NEXT] = [0, 1, 2, 3];
/** Steps of the timer wheel at a time: about 50 us. */
const WORK = 256;
/** Tags of an entry that `about` tells. */
const TAGS = 1022;

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
 * One cache's core: who has to go, who has expired, who bears a tag. Knows
 * entries as slots; the heap that owns it knows their keys and values, and
 * forgets those that the core lists as gone.
 */
export class Engine {
  evictions = 0;
  expirations = 0;
  rejections = 0;
  /** @readonly */
  clock;
  /** @readonly where the CacheCore is in memory */
  address;
  #core;
  #tell;
  #forget;
  #tags;
  /** Slots whose entry may still be had stale, and until when. @type {Map<number, number>} */
  #stale = new Map();
  /** Entries that listeners still have to hear of. @type {[string, any][]} */
  #gone = [];

  /**
   * @param {import("../core/wasm.js").Wasm<"cache">} core
   * @param {HeapOptions} options
   * @param {0 | 1 | 2} heap keys and values are in JavaScript, bytes in linear memory, texts packed there
   * @param {Tell} tell
   * @param {(type: "evict" | "expire" | "invalidate") => number} forget takes the listed victims
   *   out of the heap, passes to `leave` what anybody wants to hear of, and returns their number
   */
  constructor(core, { maxEntries, maxBytes, policy, now }, heap, tell, forget) {
    this.#core = core;
    this.address = core.apus_cache_new(kinds.indexOf(policy), maxEntries, maxBytes, heap) >>> 0;
    this.clock = new Clock(now);
    this.#tell = tell;
    this.#forget = forget;
    this.#tags = new Tags((tag) => core.apus_cache_tagged(this.address, tag) !== 0);
  }

  get size() {
    return this.#core.apus_cache_number(this.address, SIZE);
  }

  get bytes() {
    return this.#core.apus_cache_number(this.address, BYTES);
  }

  /** The policy at work: with `adaptive` the one followed now. */
  get policy() {
    return kinds[this.#core.apus_cache_number(this.address, KIND)];
  }

  set policy(policy) {
    this.#core.apus_cache_set_kind(this.address, kinds.indexOf(policy));
  }

  /** When the wheel may take out what is over in this tick of the clock. @param {number} due */
  after(due) {
    return due === NO_TICK ? NEVER : due + 1;
  }

  /**
   * What belongs to an entry beside its value.
   * @param {number} slot
   * @param {number} deadline
   * @param {number} stale ms after it in which it may still be had stale
   * @param {readonly string[]} tags
   */
  label(slot, deadline, stale, tags) {
    if (stale !== 0) this.#stale.set(slot, deadline + stale);
    else if (this.#stale.size > 0) this.#stale.delete(slot);
    if (tags.length === 0) return;
    for (const tag of new Set(tags)) {
      this.#core.apus_cache_tag(this.address, slot, this.#tags.number(tag));
    }
  }

  /** @param {number} slot @param {number} deadline */
  about(slot, deadline) {
    const { memory } = this.#core;
    const at = memory.room(4 * (TAGS + 2));
    const count = this.#core.apus_cache_about(this.address, slot, at, TAGS);
    const [size, priority, ...tags] = memory.u32.slice(at >>> 2, (at >>> 2) + 2 + count);
    return {
      ...{ size, priority, deadline, staleUntil: this.#stale.get(slot) ?? deadline },
      tags: tags.map((tag) => this.#tags.name(tag)),
    };
  }

  /** May an expired entry still be had stale? @param {number} slot */
  keptStale(slot) {
    const until = this.#stale.get(slot);
    return until !== undefined && until > this.clock.read();
  }

  /** The slots in use, most recently used first. */
  order() {
    const { memory } = this.#core;
    const at = memory.room(4 * this.size) >>> 2;
    this.#core.apus_cache_order(this.address, 4 * at);
    return memory.u32.slice(at, at + this.size);
  }

  /** @param {number} slot */
  remove(slot) {
    this.#core.apus_cache_remove(this.address, slot);
    if (this.#stale.size > 0) this.#stale.delete(slot);
  }

  /** Removes an entry whose time is over. @param {number} slot @param {string} key @param {any} value */
  expire(slot, key, value) {
    this.remove(slot);
    this.expirations++;
    this.#tell("expire", key, value);
  }

  /** @param {string} key @param {number} size @returns {false} */
  refuse(key, size) {
    this.rejections++;
    this.#tell("reject", key, size);
    return false;
  }

  /** @param {string} tag @returns {number} how many entries bore it */
  removeTagged(tag) {
    const number = this.#tags.find(tag);
    if (number === undefined) return 0;
    return this.#all("invalidate", () => this.#core.apus_cache_remove_tagged(this.address, number));
  }

  /** @param {{ maxEntries: number, maxBytes: number }} budget */
  resize({ maxEntries, maxBytes }) {
    this.#all("evict", () => this.#core.apus_cache_resize(this.address, maxEntries, maxBytes));
    this.announce("evict");
  }

  /**
   * Forgets entries that have expired, for about `budget` ms.
   * @param {number} budget
   * @returns {number} ms since the epoch when to come again: before now when there is more to do
   */
  sweep(budget) {
    const now = Math.max(this.clock.tick(this.clock.read()), 0);
    const end = performance.now() + budget;
    let late = false;
    this.#all("expire", () => {
      const more = this.#core.apus_cache_expire(this.address, now, WORK);
      late = more === MORE && performance.now() >= end;
      return late ? REFUSED : more;
    });
    const next = late ? 0 : this.#core.apus_cache_number(this.address, NEXT);
    this.announce("expire"); // a listener may close the cache: nothing is asked of the core after it
    if (late) return 0;
    return next < NO_TICK + 1 ? this.clock.time(next) : Number.POSITIVE_INFINITY;
  }

  clear() {
    this.#core.apus_cache_clear(this.address);
    this.#stale.clear();
  }

  dispose() {
    this.#core.apus_cache_delete(this.address);
  }

  /** A slot is free again. @param {number} slot */
  free(slot) {
    if (this.#stale.size > 0) this.#stale.delete(slot);
  }

  /** An entry has left, and somebody wants to know. @param {string} key @param {any} value */
  leave(key, value) {
    this.#gone.push([key, value]);
  }

  /**
   * Tells of those that left. Called when all is in its place again, since a
   * listener may use the cache.
   * @param {"evict" | "expire"} type
   */
  announce(type) {
    while (this.#gone.length > 0) {
      const [key, value] = /** @type {[string, any]} */ (this.#gone.shift());
      this.#tell(type, key, value);
    }
  }

  /** @param {"evict" | "expire" | "invalidate"} type @param {() => number} call */
  #all(type, call) {
    let count = 0;
    let more;
    do {
      more = call();
      count += this.#forget(type);
    } while (more === MORE);
    if (type === "evict") this.evictions += count;
    if (type === "expire") this.expirations += count;
    return count;
  }
}
