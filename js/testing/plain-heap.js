import { Clock } from "../cache/clock.js";
import { weigh } from "../cache/size.js";
import { Sweeper } from "../cache/sweeper.js";
import { Owner } from "../core/owner.js";

const NEVER = Number.POSITIVE_INFINITY;

/**
 * @typedef {import("../cache/engine.js").Reason} Reason
 * @typedef {{ value: any, size: number, priority: number, deadline: number, staleUntil: number, tags: readonly string[] }} Entry
 */

/**
 * A cache's heap without WebAssembly: a Map in the order of use. Every policy evicts the least
 * recently used entry, and priorities are ignored; everything else is as in the real heaps.
 */
export class PlainHeap {
  misses = 0;
  #counts = { hits: 0, evictions: 0, expirations: 0, rejections: 0 };
  /** The least recently used first. @type {Map<string, Entry>} */
  #entries = new Map();
  #budget;
  #sizeOf;
  #tell;
  #heard;
  /** @readonly */ clock;
  /** @readonly */ owner;
  /** @readonly */ sweeper = new Sweeper(this);
  policy;

  /**
   * @param {unknown} _core none
   * @param {import("../cache/engine.js").HeapOptions} options
   * @param {import("../cache/engine.js").Tell} tell @param {ReadonlySet<string>} heard event types with listeners
   */
  constructor(_core, options, tell, heard) {
    const { name, maxEntries, maxBytes, policy, sizeOf, now } = options;
    this.#budget = { maxEntries, maxBytes };
    this.policy = policy;
    this.#sizeOf = sizeOf;
    this.#tell = tell;
    this.#heard = heard;
    this.clock = new Clock(now);
    this.owner = new Owner(`cache "${name}"`, 1, () => {}); // there is no engine to free
  }

  get size() {
    return this.#entries.size;
  }

  get bytes() {
    let bytes = 0;
    for (const { size } of this.#entries.values()) bytes += size;
    return bytes;
  }

  get counts() {
    return { ...this.#counts, misses: this.misses };
  }

  /** @param {string} key */
  get(key) {
    this.owner.check();
    const entry = this.#live(key);
    if (!entry) {
      this.misses++;
      const old = this.#entries.get(key);
      if (old && old.staleUntil <= this.clock.read()) this.#expire(key, old);
      return undefined;
    }
    this.#counts.hits++;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** @param {string} key */
  peek(key) {
    return this.#live(key)?.value;
  }

  /** The value of an expired entry that may still be served stale. @param {string} key */
  stale(key) {
    const entry = this.#entries.get(key);
    const now = this.clock.read();
    return entry && entry.deadline <= now && entry.staleUntil > now ? entry.value : undefined;
  }

  /** As in js-heap.js. @param {string} key @param {any} value @param {number | undefined} size @param {number} priority @param {number} deadline @param {number} stale @param {readonly string[]} tags */
  set(key, value, size, priority, deadline, stale, tags) {
    this.owner.check();
    const bytes = size ?? weigh(key, value, this.#sizeOf);
    const old = this.#entries.get(key);
    this.#entries.delete(key);
    const kept = bytes <= this.#budget.maxBytes;
    if (kept) {
      const entry = { value, size: bytes, priority, deadline, staleUntil: deadline + stale, tags };
      this.#entries.set(key, entry);
    }
    if (old && (!kept || old.value !== value)) this.#leave("overwrite", key, old.value);
    if (!kept) {
      this.#counts.rejections++;
      this.#tell("reject", key, bytes);
    }
    this.#evict();
    return kept;
  }

  /** @param {string} key @param {Reason} [reason] @returns {boolean} was there a live entry? */
  delete(key, reason = "delete") {
    const entry = this.#entries.get(key);
    if (!entry) return false;
    const live = entry === this.#live(key);
    this.#entries.delete(key);
    this.#leave(reason, key, entry.value);
    return live;
  }

  /** @param {string} tag */
  deleteTagged(tag) {
    const keys = [...this.#entries].filter(([, { tags }]) => tags.includes(tag));
    for (const [key] of keys) this.delete(key, "invalidate");
    return keys.length;
  }

  /** @param {Reason} [reason] */
  clear(reason = "clear") {
    const entries = [...this.#entries];
    this.#entries.clear();
    for (const [key, { value }] of entries) this.#leave(reason, key, value);
  }

  /** Most recently used first. @param {boolean} [all] expired ones too @returns {Generator<string>} */
  *keys(all = false) {
    for (const key of [...this.#entries.keys()].reverse()) {
      if (all ? this.#entries.has(key) : this.#live(key)) yield key;
    }
  }

  /** All that is known of an entry but its value. @param {string} key */
  about(key) {
    const { size, priority, deadline, staleUntil, tags } = /** @type {Entry} */ (
      this.#entries.get(key)
    );
    return { size, priority, deadline, staleUntil, tags: [...tags] };
  }

  /** @param {{ maxEntries: number, maxBytes: number }} budget */
  resize(budget) {
    this.#budget = budget;
    this.#evict();
  }

  /** Forgets what has expired. @param {number} _ms @returns {number} when to sweep again */
  sweep(_ms) {
    const now = this.clock.read();
    let next = NEVER;
    for (const [key, entry] of [...this.#entries]) {
      if (entry.staleUntil <= now) this.#expire(key, entry);
      else next = Math.min(next, entry.staleUntil);
    }
    return next;
  }

  dispose() {
    this.clear("close");
    this.owner.dispose();
  }

  /** @param {string} key */
  #live(key) {
    const entry = this.#entries.get(key);
    if (!entry || entry.deadline === NEVER) return entry;
    return entry.deadline > this.clock.read() ? entry : undefined;
  }

  #evict() {
    const { maxEntries, maxBytes } = this.#budget;
    for (const [key, { value }] of [...this.#entries]) {
      if (this.#entries.size <= maxEntries && this.bytes <= maxBytes) return;
      this.#entries.delete(key);
      this.#counts.evictions++;
      this.#leave("evict", key, value);
    }
  }

  /** @param {string} key @param {Entry} entry */
  #expire(key, { value }) {
    this.#entries.delete(key);
    this.#counts.expirations++;
    this.#leave("expire", key, value);
  }

  /** @param {Reason} reason @param {string} key @param {any} value */
  #leave(reason, key, value) {
    if (this.#heard.size > 0) this.#tell(reason, key, value);
  }
}
