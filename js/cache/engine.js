import { ApusError } from "../core/errors.js";
import { granted } from "../core/memory.js";
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
 * Why a value has left.
 * @typedef {"evict" | "expire" | "overwrite" | "delete" | "clear" | "invalidate" | "close"} Reason
 *
 * What a heap tells the cache: `value` is the size when it was refused.
 * @typedef {(type: Reason | "reject", key: string, value: any) => void} Tell
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
  /** @readonly random bits for the hashes of keys */
  seed;
  /** Where the CacheCore is in memory; 0 when it is freed, and while the page's `now` runs. */
  #address = 0;
  #freed = false;
  #core;
  #tell;
  #heard;
  #forget;
  #tags;
  /** Slots whose entry may still be had stale, and until when. @type {Map<number, number>} */
  #stale = new Map();
  /** Entries that listeners still have to hear of. @type {[Reason, string, any][]} */
  #gone = [];
  /** How many of them they have heard of. */
  #told = 0;

  /**
   * @param {import("../core/wasm.js").Wasm<"cache">} core
   * @param {HeapOptions} options
   * @param {0 | 1 | 2} heap keys and values are in JavaScript, bytes in linear memory, texts packed there
   * @param {Tell} tell
   * @param {ReadonlySet<string>} heard of what anybody is told
   * @param {(type: "evict" | "expire" | "invalidate") => number} forget takes the listed victims
   *   out of the heap, passes to `leave` what anybody wants to hear of, and returns their number
   */
  constructor(core, { maxEntries, maxBytes, policy, now }, heap, tell, heard, forget) {
    this.#core = core;
    this.clock = new Clock(now && (() => this.#ask(now)));
    const [seed, more] = crypto.getRandomValues(new Uint32Array(2));
    this.seed = seed;
    const kind = kinds.indexOf(policy);
    this.#address =
      granted(core.apus_cache_new(kind, maxEntries, maxBytes, heap, seed, more)) >>> 0;
    this.#tell = tell;
    this.#heard = heard;
    this.#forget = forget;
    this.#tags = new Tags((tag) => core.apus_cache_tagged(this.address, tag) !== 0);
  }

  /**
   * Every call into the core asks here, so that what the page's own functions do meanwhile
   * (`sizeOf`, `toJSON`, listeners) cannot lead into memory that is freed.
   */
  get address() {
    if (this.#address === 0) {
      throw this.#freed
        ? new ApusError("CLOSED", "the cache is closed")
        : new ApusError("BUSY", "the cache cannot be used by its own `now`");
    }
    return this.#address;
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
   * @returns {boolean} false when a tag was refused memory: the entry must not stay without it
   */
  label(slot, deadline, stale, tags) {
    if (stale !== 0) this.#stale.set(slot, deadline + stale);
    else if (this.#stale.size > 0) this.#stale.delete(slot);
    for (const tag of tags.length === 0 ? tags : new Set(tags)) {
      if (!this.#core.apus_cache_tag(this.address, slot, this.#tags.number(tag))) return false;
    }
    return true;
  }

  /** @param {number} slot @param {number} deadline */
  about(slot, deadline) {
    const { memory } = this.#core;
    const at = memory.room(4 * (TAGS + 2));
    const count = this.#core.apus_cache_about(this.address, slot, at, TAGS);
    const [size, priority, ...tags] = memory.u32.slice(at >>> 2, (at >>> 2) + 2 + count);
    return {
      ...{ size, priority, deadline, staleUntil: this.#stale.get(slot) ?? deadline },
      tags: tags.map((tag) => this.#tags.name(tag)).reverse(),
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

  /** Does anybody want to know who leaves for this reason? @param {Reason} reason */
  hears(reason) {
    const heard = this.#heard;
    if (heard.size === 0) return false;
    return heard.has("remove") || (reason !== "invalidate" && heard.has(reason));
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
    const count = this.#all("invalidate", () =>
      this.#core.apus_cache_remove_tagged(this.address, number),
    );
    this.announce();
    return count;
  }

  /** @param {{ maxEntries: number, maxBytes: number }} budget */
  resize({ maxEntries, maxBytes }) {
    this.#all("evict", () => this.#core.apus_cache_resize(this.address, maxEntries, maxBytes));
    this.announce();
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
    this.announce(); // a listener may close the cache: nothing is asked of the core after it
    if (late) return 0;
    return next < NO_TICK + 1 ? this.clock.time(next) : Number.POSITIVE_INFINITY;
  }

  clear() {
    this.#core.apus_cache_clear(this.address);
    this.#stale.clear();
  }

  dispose() {
    this.#freed = true;
    if (this.#address !== 0) this.#core.apus_cache_delete(this.#address);
    this.#address = 0;
  }

  /** A slot is free again. @param {number} slot */
  free(slot) {
    if (this.#stale.size > 0) this.#stale.delete(slot);
  }

  /** An entry has left, and somebody wants to know. @param {Reason} reason @param {string} key @param {any} value */
  leave(reason, key, value) {
    this.#gone.push([reason, key, value]);
  }

  /**
   * Tells of those that left, in that order. Called when all is in its place
   * again, since a listener may use the cache.
   */
  announce() {
    while (this.#told < this.#gone.length) this.#tell(...this.#gone[this.#told++]);
    if (this.#told === 0) return;
    this.#gone = [];
    this.#told = 0;
  }

  /** The page's own clock: nothing may change while it is asked. @param {() => number} now */
  #ask(now) {
    const address = this.#address;
    this.#address = 0;
    try {
      return now();
    } finally {
      if (this.#freed && address !== 0) this.#core.apus_cache_delete(address);
      else this.#address = address;
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
