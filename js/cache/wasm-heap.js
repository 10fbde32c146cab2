import {
  CACHE_BYTES,
  CACHE_TEXTS,
  CACHE_DEADLINE as DEADLINE,
  CACHE_KEY as KEY,
  CACHE_KEY_SIZE as KEY_SIZE,
  CACHE_MORE as MORE,
  CACHE_REFUSED as REFUSED,
  CACHE_RING as RING,
  CACHE_VALUE as VALUE,
  CACHE_VALUE_SIZE as VALUE_SIZE,
  CACHE_VICTIM_COUNT as VICTIM_COUNT,
} from "../../dist/layout.js";
import { codecs, readKey, writeKey, writeText } from "./codec.js";
import { Engine } from "./engine.js";
import { Sweeper } from "./sweeper.js";

const NEVER = Number.POSITIVE_INFINITY;

/**
 * Entries as bytes in linear memory. They cost the garbage collector nothing, and a million of them
 * take little more than their bytes. A hit costs a call and a decoding. Strings and JSON are
 * compressed (include/apus/cache/symbol_table.h). Sizes are exact: the bytes of the key, and of the
 * value as it is kept.
 *
 * It has JsHeap's methods, with the same meaning.
 */
export class WasmHeap {
  misses = 0;
  #hits = 0;
  #core;
  #engine;
  /** @readonly */
  clock;
  /** @readonly */
  owner;
  /** @readonly */
  sweeper = new Sweeper(this);
  #codec;

  /**
   * @param {import("../core/wasm.js").Wasm<"bytes">} core
   * @param {import("./engine.js").HeapOptions} options
   * @param {import("./engine.js").Tell} tell
   * @param {ReadonlySet<string>} heard event types with listeners
   */
  constructor(core, options, tell, heard) {
    const { codec = "json" } = options;
    const storage = codec === "bytes" ? CACHE_BYTES : CACHE_TEXTS;
    const forget = this.#forgetVictims.bind(this);
    this.#core = core;
    this.#engine = new Engine(core, options, storage, tell, heard, forget);
    this.clock = this.#engine.clock;
    this.owner = this.#engine.owner;
    this.#codec = codecs[codec];
  }

  get size() {
    return this.#engine.size;
  }

  get bytes() {
    return this.#engine.bytes;
  }

  get counts() {
    const { evictions, expirations, rejections } = this.#engine;
    return { hits: this.#hits, misses: this.misses, evictions, expirations, rejections };
  }

  get policy() {
    return this.#engine.policy;
  }

  set policy(policy) {
    this.#engine.policy = policy;
  }

  /** @param {string} key */
  get(key) {
    const slot = typeof key === "string" ? this.#find(key, 1) : REFUSED;
    const deadline = slot === REFUSED ? 0 : this.#deadline();
    if (deadline !== NEVER) {
      if (slot === REFUSED || this.clock.passed(deadline)) {
        this.misses++;
        if (slot !== REFUSED && !this.#engine.keptStale(slot)) this.#expire(key, slot);
        return undefined;
      }
      this.#use(slot);
    }
    this.#hits++;
    return this.#value();
  }

  /** @param {string} key */
  peek(key) {
    return this.#find(key, 0) === REFUSED || this.#dead() ? undefined : this.#value();
  }

  /** @param {string} key */
  stale(key) {
    const slot = this.#find(key, 0);
    return slot !== REFUSED && this.#dead() && this.#engine.keptStale(slot)
      ? this.#value()
      : undefined;
  }

  /**
   * @param {string} key @param {any} value
   * @param {number | undefined} _size ignored: sizes are exact
   * @param {number} priority @param {number} deadline @param {number} stale
   * @param {readonly string[]} tags
   * @throws {ApusError} `NOT_SERIALIZABLE`: the old value stays
   */
  set(key, value, _size, priority, deadline, stale, tags) {
    const encoded = this.#codec.encode(value, key);
    const tick = this.#engine.after(this.clock.tick(deadline + stale));
    const { memory } = this.#core;
    let valueSize = encoded.length;
    const most = 3 * key.length + (typeof encoded === "string" ? 3 * valueSize : valueSize);
    let at;
    try {
      at = memory.room(most);
    } catch {
      this.delete(key, "overwrite");
      return this.#engine.refuse(key, most);
    }
    const keySize = writeKey(key, memory.u8, at);
    if (typeof encoded === "string") valueSize = writeText(encoded, memory.u8, at + keySize);
    else memory.u8.subarray(at + keySize, at + most).set(encoded); // throws if it is longer than it said
    let slot;
    let old;
    const told = this.#engine.hears("overwrite");
    do {
      if (told) old = this.#old(at, keySize);
      slot = this.#core.apus_bytes_set(
        this.#engine.address,
        at,
        keySize,
        valueSize,
        priority,
        deadline,
        tick,
      );
      this.#engine.evictions += this.#forgetVictims("evict");
    } while (slot === MORE);
    if (slot !== REFUSED && !this.#engine.label(slot, deadline, stale, tags)) {
      this.#engine.remove(slot);
      slot = REFUSED;
    }
    if (old !== undefined && old !== value) this.#engine.leave("overwrite", key, old);
    const kept = slot !== REFUSED || this.#engine.refuse(key, keySize + valueSize);
    this.#engine.announce();
    return kept;
  }

  /** @param {string} key @param {import("./engine.js").Reason} [reason] */
  delete(key, reason = "delete") {
    const slot = this.#find(key, 0);
    if (slot === REFUSED) return false;
    const dead = this.#dead();
    if (dead && !this.#engine.keptStale(slot)) this.#expire(key, slot);
    else {
      if (this.#engine.hears(reason)) this.#engine.leave(reason, key, this.#value());
      this.#engine.remove(slot);
    }
    this.#engine.announce();
    return !dead;
  }

  /** @param {string} tag */
  deleteTagged(tag) {
    return this.#engine.removeTagged(tag);
  }

  /** @param {import("./engine.js").Reason} [reason] */
  clear(reason = "clear") {
    for (const slot of this.#engine.hears(reason) ? this.#engine.order() : []) {
      this.#core.apus_bytes_show(this.#engine.address, slot);
      this.#engine.leave(reason, this.#key(), this.#value());
    }
    this.#engine.clear();
    this.#engine.announce();
  }

  /** @param {boolean} [all] @returns {Generator<string>} */
  *keys(all = false) {
    for (const slot of this.#engine.order()) {
      const there = this.#core.apus_bytes_show(this.#engine.address, slot) !== 0;
      if (there && (all || !this.#dead())) yield this.#key();
    }
  }

  /** Throws the error that `set` would throw for this value. @param {string} key @param {any} value */
  check(key, value) {
    this.#codec.encode(value, key);
  }

  /** @param {string} key */
  about(key) {
    const slot = this.#find(key, 0);
    return this.#engine.about(slot, this.#deadline());
  }

  /** @param {{ maxEntries: number, maxBytes: number }} budget */
  resize(budget) {
    this.#engine.resize(budget);
  }

  /** @param {number} budget */
  sweep(budget) {
    return this.#engine.sweep(budget);
  }

  dispose() {
    try {
      this.clear("close");
    } finally {
      this.#engine.dispose();
    }
  }

  /** @param {string} key @param {0 | 1} use @returns {number} its slot, or REFUSED */
  #find(key, use) {
    const { address } = this.#engine;
    const { memory } = this.#core;
    const at = memory.room(3 * key.length);
    return this.#core.apus_bytes_find(address, at, writeKey(key, memory.u8, at), use);
  }

  /** Counts a use of a live entry with a deadline. @param {number} slot */
  #use(slot) {
    const { address } = this.#engine;
    this.#core.memory.u32[(address >>> 2) + RING] = slot;
    this.#core.apus_cache_touch(address, 1);
  }

  /** The present value of a key in the bulk buffer. @param {number} at @param {number} size */
  #old(at, size) {
    const slot = this.#core.apus_bytes_find(this.#engine.address, at, size, 0);
    return slot === REFUSED ? undefined : this.#value();
  }

  /** The deadline of the record shown last. */
  #deadline() {
    return this.#core.memory.f64[(this.#engine.address >>> 3) + DEADLINE];
  }

  /** Has the record shown last expired? */
  #dead() {
    return this.clock.passed(this.#deadline());
  }

  /** The key of the record shown last. */
  #key() {
    return readKey(this.#shown(KEY, KEY_SIZE));
  }

  /** The value of the record shown last. */
  #value() {
    return this.#codec.decode(this.#shown(VALUE, VALUE_SIZE));
  }

  /** @param {number} address @param {number} size words of the record that say where its bytes are */
  #shown(address, size) {
    const { u8, u32 } = this.#core.memory;
    const core = this.#engine.address >>> 2;
    const at = u32[core + address];
    return u8.subarray(at, at + u32[core + size]);
  }

  /** @param {string} key @param {number} slot */
  #expire(key, slot) {
    this.#engine.expire(slot, key, this.#engine.hears("expire") ? this.#value() : undefined);
  }

  /**
   * Reports the entries that the core removed to listeners.
   * @param {"evict" | "expire" | "invalidate"} type
   * @returns {number} how many
   */
  #forgetVictims(type) {
    const count = this.#core.memory.u32[(this.#engine.address >>> 2) + VICTIM_COUNT];
    const told = this.#engine.hears(type);
    for (let i = 0; told && i < count; i++) {
      this.#core.apus_bytes_show_victim(this.#engine.address, i);
      this.#engine.leave(type, this.#key(), this.#value());
    }
    return count;
  }
}
