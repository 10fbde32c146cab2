/** Counts the reports of Apus itself: it polls caches, the other rooms report on their own. */

const everyMs = 5000;

/** @typedef {import("../../core/rooms.js").Source} Source */

export class RoomSource {
  #rooms;
  #count;
  #next = 0;
  /** @type {WeakMap<Source, { hits: number, misses: number }>} when last asked */
  #before = new WeakMap();

  /** @param {import("../../core/rooms.js").Rooms} rooms @param {import("../../core/rooms.js").Listener} count */
  constructor(rooms, count) {
    this.#rooms = rooms;
    this.#count = count;
    rooms.listeners.add(count);
  }

  /** @param {number} now ms @returns {boolean} whether there is a cache to ask */
  pulse(now) {
    const { sources } = this.#rooms;
    if (now >= this.#next) {
      this.#next = now + everyMs;
      for (const ref of sources) {
        const source = ref.deref();
        if (source) this.#ask(source);
        else sources.delete(ref);
      }
    }
    return sources.size > 0;
  }

  stop() {
    this.#rooms.listeners.delete(this.#count);
  }

  /** @param {Source} source a cache */
  #ask(source) {
    const { hits, misses, bytes } = source.stats();
    const before = this.#before.get(source) ?? { hits: 0, misses: 0 };
    this.#before.set(source, { hits, misses });
    const tags = { cache: source.name };
    const hit = hits - before.hits;
    const asked = hit + misses - before.misses;
    if (asked > 0) this.#count("cache.hitRatio", hit / asked, tags);
    this.#count("cache.bytes", bytes, tags);
  }
}
