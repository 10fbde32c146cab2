/**
 * Room on the disk for what is to be written: within `maxDiskBytes`, and, when
 * the browser refuses more, by giving up the coldest segments, as much as is needed.
 *
 * The bound: this tab begins no write that would take the segments it knows of,
 * with those on their way, over `maxDiskBytes`. On top of it may come what other tabs
 * have on their way at that moment, and the last flush of a page that is left.
 */

/**
 * @typedef {{
 *   engine: import("./engine.js").Engine, segments: import("./segments.js").Segments,
 *   upkeep: import("./upkeep.js").Upkeep, health: import("./health.js").Health,
 *   maxDiskBytes: number,
 * }} RoomParts
 */

const ATTEMPTS = 4; // to evict what another tab may have moved meanwhile

export class Room {
  #parts;
  /** What is being written. @type {Map<Promise<unknown>, number>} its bytes */
  #coming = new Map();
  /** @type {Promise<unknown>} one evicts at a time */ #last = Promise.resolve();

  /** @param {RoomParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /**
   * Writes when there is room.
   * @param {number} bytes @param {() => Promise<void>} write may run more than once
   * @throws what `write` throws; `QuotaExceededError` when there is no room
   */
  async put(bytes, write) {
    while (this.#over(bytes)) await this.#next(() => this.#fit(bytes));
    const writing = this.#write(bytes, write);
    this.#coming.set(writing, bytes);
    try {
      await writing;
    } finally {
      this.#coming.delete(writing);
    }
  }

  /** Whether so many bytes are too many now. @param {number} bytes */
  #over(bytes) {
    const { engine, maxDiskBytes } = this.#parts;
    return maxDiskBytes !== Infinity && engine.stats().storedBytes > this.#free(bytes);
  }

  /** How much may be stored next to so many bytes. @param {number} bytes @param {number} [share] */
  #free(bytes, share = 1) {
    let free = this.#parts.maxDiskBytes * share - bytes;
    for (const coming of this.#coming.values()) free -= coming;
    return Math.max(0, free);
  }

  /** @param {number} bytes */
  async #fit(bytes) {
    const { upkeep, segments } = this.#parts;
    for (let attempt = 0; this.#over(bytes); attempt++) {
      if (await upkeep.evict(this.#free(bytes, 0.9))) continue;
      if (this.#coming.size) await Promise.allSettled(this.#coming.keys());
      else if (attempt < ATTEMPTS) await segments.refresh();
      else throw new DOMException("maxDiskBytes is reached", "QuotaExceededError");
    }
  }

  /** @param {number} bytes @param {() => Promise<void>} write */
  async #write(bytes, write) {
    const { code } = this.#parts.health;
    for (let wanted = bytes; ; wanted *= 2) {
      try {
        return await write();
      } catch (error) {
        // Freed space may come back late, or not be ours: a bit at each attempt, not all at once.
        const full = /** @type {Error} */ (error)?.name === "QuotaExceededError";
        if (!full || wanted > 2 * bytes) throw error;
        if (!(await this.#next(() => this.#giveUp(wanted, code)))) throw error;
      }
    }
  }

  /** @param {number} bytes @param {string | undefined} code of when the write began */
  async #giveUp(bytes, code) {
    const { engine, segments, upkeep, health } = this.#parts;
    if (health.code !== code) return false; // another write has found that it does not help
    await segments.refresh();
    const { storedBytes } = engine.stats();
    return storedBytes >= bytes && upkeep.evict(storedBytes - bytes);
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #next(work) {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}
