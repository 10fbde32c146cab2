import {
  CACHE_RING as RING,
  CACHE_RING_SIZE as RING_SIZE,
  CACHE_VICTIM_COUNT as VICTIM_COUNT,
  CACHE_VICTIMS as VICTIMS,
} from "../../dist/layout.js";

/** Up to this many hits, copying one by one is faster. */
const FEW = 16;

/**
 * Shared memory between a heap of JavaScript values and the core: hits on their way down, and the
 * victims of the last call on their way up.
 *
 * Hits go through a ring, because that serves every policy: those that count uses or run shadow
 * caches need the hits themselves. Of a hit's 39 ns (Chromium, ten thousand keys) noting the slot
 * takes 4, and the core's reading 8. A time stamp in shared memory would take 3, but serves LRU
 * alone, which then has to sort by stamps when it evicts.
 */
export class Hits {
  #core;
  /** The core's hot function, looked up once. */
  #touch;
  #engine;
  /** The view of the CacheCore. Its length is 0 when memory grew. */
  #shared;
  /**
   * Slots that were hit since the core last looked. An ordinary array: a store into linear memory,
   * which may have moved, would cost the hit 9 ns instead of 4.
   */
  #slots = new Array(RING_SIZE).fill(0);
  #at = 0;
  #taken = 0;

  /**
   * @param {import("../core/wasm.js").Wasm<"cache">} core
   * @param {import("./engine.js").Engine} engine
   */
  constructor(core, engine) {
    this.#core = core;
    this.#touch = core.apus_cache_touch;
    this.#engine = engine;
    this.#shared = this.#view();
  }

  /** Hits since the beginning. */
  get count() {
    return this.#taken + this.#at;
  }

  /** Notes a hit. @param {number} slot */
  note(slot) {
    this.#slots[this.#at] = slot;
    if (++this.#at === RING_SIZE) this.#full();
  }

  /** Has the core apply the hits, before it is called in a way that does not. */
  drain() {
    this.#touch(this.#engine.address, this.take());
  }

  /** Puts the hits where the core's next call reads them. @returns {number} how many */
  take() {
    const count = this.#at;
    if (count === 0) return 0;
    const shared = this.#alive();
    if (count > FEW) shared.set(this.#slots, RING);
    else for (let i = 0; i < count; i++) shared[RING + i] = this.#slots[i];
    this.#taken += count;
    this.#at = 0;
    return count;
  }

  /** How many entries the last call removed. */
  get victims() {
    return this.#alive()[VICTIM_COUNT];
  }

  /** The slot of a victim of the last call. @param {number} i */
  victim(i) {
    return this.#shared[VICTIMS + i];
  }

  #full() {
    this.drain();
    this.#engine.clock.check();
  }

  #alive() {
    if (this.#shared.length === 0) this.#shared = this.#view();
    return this.#shared;
  }

  #view() {
    const { buffer } = this.#core.memory.u32;
    return new Uint32Array(buffer, this.#engine.address, RING + RING_SIZE);
  }
}
