import {
  CACHE_ABOUT_TAGS as ABOUT_TAGS,
  CACHE_NUMBER_BYTES,
  CACHE_NUMBER_ENTRIES,
  CACHE_NUMBER_NEXT_EXPIRY,
  CACHE_NUMBER_POLICY,
  CACHE_MORE as MORE,
  CACHE_NEVER as NEVER,
  CACHE_REFUSED as REFUSED,
} from "../../dist/layout.js";
import { ApusError } from "../core/errors.js";
import { Owner } from "../core/owner.js";
import { Clock, NO_TICK } from "./clock.js";
import { kinds, policies } from "./options.js";
import { Tags } from "./tags.js";

/** Steps of the timer wheel at a time: about 50 us. */
const WORK = 256;
/** Tags of an entry that `about` reports, at most. */
const TAGS = 1022;

/**
 * Why a value left memory.
 * @typedef {"evict" | "expire" | "overwrite" | "delete" | "clear" | "invalidate" | "close"} Reason
 *
 * A heap's report to the cache. For `reject`, `value` is the size.
 * @typedef {(type: Reason | "reject", key: string, value: any) => void} Tell
 *
 * @typedef {object} HeapOptions
 * @property {string} name
 * @property {number} maxEntries
 * @property {number} maxBytes
 * @property {import("./options.js").PolicyName} policy
 * @property {string} [codec]
 * @property {(value: any, key: string) => number} [sizeOf]
 * @property {() => number} [now]
 */

/**
 * One cache's core: which entry to evict, which have expired, which have a tag. It knows entries as
 * slots. The heap that owns it knows their keys and values, and forgets the slots that the core
 * lists as victims.
 */
export class Engine {
  evictions = 0;
  expirations = 0;
  rejections = 0;
  /** @readonly */
  clock;
  /** @readonly */
  owner;
  /** @readonly random bits for the hashes of keys */
  seed;
  #core;
  #tell;
  #heard;
  #forget;
  #tags;
  /** Does the page's own `now` run? */
  #asking = false;
  /** Disposed meanwhile. */
  #freed = false;
  /** Slots whose entry may still be served stale, and until when. @type {Map<number, number>} */
  #stale = new Map();
  /** Entries that left, for listeners. @type {[Reason, string, any][]} */
  #gone = [];
  /** How many of them were reported to listeners. */
  #announced = 0;

  /**
   * @param {import("../core/wasm.js").Wasm<"cache" | "bytes">} core
   * @param {HeapOptions} options
   * @param {number} storage where keys and values live: CACHE_JAVASCRIPT, CACHE_BYTES or CACHE_TEXTS
   * @param {Tell} tell
   * @param {ReadonlySet<string>} heard event types with listeners
   * @param {(type: "evict" | "expire" | "invalidate") => number} forget takes the listed victims
   *   out of the heap, passes those with listeners to `leave`, and returns their number
   */
  constructor(core, options, storage, tell, heard, forget) {
    const { name, maxEntries, maxBytes, policy, now } = options;
    this.#core = core;
    this.clock = new Clock(now && (() => this.#ask(now)));
    const [seed, more] = crypto.getRandomValues(new Uint32Array(2));
    this.seed = seed;
    this.owner = new Owner(
      `cache "${name}"`,
      core.apus_cache_new(policies[policy], maxEntries, maxBytes, storage, seed, more),
      core.apus_cache_delete,
    );
    this.#tell = tell;
    this.#heard = heard;
    this.#forget = forget;
    this.#tags = new Tags((tag) => core.apus_cache_tagged(this.address, tag) !== 0);
  }

  /**
   * Every call into the core asks for the address here. The page's own functions (`sizeOf`,
   * `toJSON`, listeners) may close the cache in the middle of an operation, which then fails
   * instead of touching freed memory.
   */
  get address() {
    if (this.#asking) {
      if (this.#freed) this.owner.check();
      throw new ApusError("BUSY", "the option `now` must not use its own cache");
    }
    return this.owner.address;
  }

  get size() {
    return this.#core.apus_cache_number(this.address, CACHE_NUMBER_ENTRIES);
  }

  get bytes() {
    return this.#core.apus_cache_number(this.address, CACHE_NUMBER_BYTES);
  }

  /** The policy at work: with `adaptive`, the one followed now. */
  get policy() {
    const kind = this.#core.apus_cache_number(this.address, CACHE_NUMBER_POLICY);
    return kinds[kind];
  }

  set policy(policy) {
    this.#core.apus_cache_set_kind(this.address, policies[policy]);
  }

  /** The wheel's tick for an entry that expires in this tick of the clock. @param {number} due */
  after(due) {
    return due === NO_TICK ? NEVER : due + 1;
  }

  /**
   * Sets an entry's stale time and tags.
   * @param {number} slot
   * @param {number} deadline
   * @param {number} stale ms after it in which the value may still be served stale
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

  /** All that is known of an entry but its key and value. @param {number} slot @param {number} deadline */
  about(slot, deadline) {
    const { memory } = this.#core;
    const words = ABOUT_TAGS + TAGS;
    const at = memory.room(4 * words);
    const count = this.#core.apus_cache_about(this.address, slot, at, words);
    const [size, priority, ...tags] = memory.u32.slice(at >>> 2, (at >>> 2) + ABOUT_TAGS + count);
    return {
      ...{ size, priority, deadline, staleUntil: this.#stale.get(slot) ?? deadline },
      tags: tags.map((tag) => this.#tags.name(tag)).reverse(),
    };
  }

  /** May an expired entry still be served stale? @param {number} slot */
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

  /** Removes an expired entry. @param {number} slot @param {string} key @param {any} value */
  expire(slot, key, value) {
    this.remove(slot);
    this.expirations++;
    this.#tell("expire", key, value);
  }

  /** Does anyone listen for entries that leave for this reason? @param {Reason} reason */
  hears(reason) {
    const heard = this.#heard;
    return heard.size > 0 && (heard.has("remove") || heard.has("change") || heard.has(reason));
  }

  /** @param {string} key @param {number} size @returns {false} */
  refuse(key, size) {
    this.rejections++;
    this.#tell("reject", key, size);
    return false;
  }

  /** @param {string} tag @returns {number} how many entries had it */
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
   * Forgets expired entries, for about `budget` ms.
   * @param {number} budget
   * @returns {number} when to sweep again, in ms since the epoch; 0 when there is more to do now
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
    const next = late ? 0 : this.#core.apus_cache_number(this.address, CACHE_NUMBER_NEXT_EXPIRY);
    this.announce(); // last, because a listener may close the cache
    if (late) return 0;
    return next < NO_TICK + 1 ? this.clock.time(next) : Number.POSITIVE_INFINITY;
  }

  clear() {
    this.#core.apus_cache_clear(this.address);
    this.#stale.clear();
  }

  dispose() {
    this.#freed = true;
    this.owner.close();
    if (!this.#asking) this.owner.dispose();
  }

  /** A slot is free again. @param {number} slot */
  free(slot) {
    if (this.#stale.size > 0) this.#stale.delete(slot);
  }

  /** Notes an entry that left, if anyone listens. @param {Reason} reason @param {string} key @param {any} value */
  leave(reason, key, value) {
    if (this.hears(reason)) this.#gone.push([reason, key, value]);
  }

  /**
   * Reports the entries that left, in that order. Called when everything is consistent again, since
   * a listener may use the cache.
   */
  announce() {
    while (this.#announced < this.#gone.length) this.#tell(...this.#gone[this.#announced++]);
    if (this.#announced === 0) return;
    this.#gone = [];
    this.#announced = 0;
  }

  /** Asks the page's own clock; nothing may change meanwhile. @param {() => number} now */
  #ask(now) {
    const before = this.#asking;
    this.#asking = true;
    try {
      return now();
    } finally {
      this.#asking = before;
      if (this.#freed && !before) this.owner.dispose();
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
