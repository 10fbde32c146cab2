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

const RETRIES = 3; // of a write, each for as many bytes as it needs

export class Room {
  #parts;
  /** What is being written. @type {Map<Promise<unknown>, number>} its bytes */
  #coming = new Map();
  /** @type {Promise<unknown>} */ #entered = Promise.resolve();
  /** @type {Promise<unknown>} */ #retried = Promise.resolve();

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
    // One after the other: a small one that came later would be the older to evict.
    const entered = this.#entered.then(async () => {
      await this.#enter(bytes);
      const writing = this.#write(bytes, write).finally(() => this.#coming.delete(writing));
      this.#coming.set(writing, bytes);
      return { writing };
    });
    this.#entered = entered.catch(() => {});
    await (await entered).writing;
  }

  /** Evicts until there is room, or waits for what is being written. @param {number} bytes */
  async #enter(bytes) {
    const { engine, segments, upkeep, maxDiskBytes } = this.#parts;
    for (let looked = false; ; ) {
      let free = maxDiskBytes - bytes;
      for (const coming of this.#coming.values()) free -= coming;
      const { storedBytes } = engine.stats();
      // What says that keys are gone is written even where nothing fits, alone.
      if (storedBytes <= free || (storedBytes === 0 && this.#coming.size === 0)) return;
      if (await upkeep.evict(Math.max(0, free - maxDiskBytes / 10))) continue;
      if (this.#coming.size) await Promise.race(this.#coming.keys()).catch(() => {});
      else if (looked) throw new DOMException("maxDiskBytes is reached", "QuotaExceededError");
      else looked = Boolean(await segments.refresh()); // another tab may have moved it
    }
  }

  /** @param {number} bytes @param {() => Promise<void>} write */
  async #write(bytes, write) {
    const { code } = this.#parts.health;
    try {
      await write();
    } catch (error) {
      if (!isFull(error)) throw error;
      const retried = this.#retried.then(() => this.#retry(bytes, write, error, code));
      this.#retried = retried.catch(() => {});
      await retried;
    }
  }

  /**
   * Gives up as many bytes as are needed and tries again, a few times: what is freed may
   * come back late, or not come back to us.
   * @param {number} bytes @param {() => Promise<void>} write
   * @param {unknown} error the first @param {string | undefined} code of the health before it
   */
  async #retry(bytes, write, error, code) {
    const { engine, segments, upkeep, health } = this.#parts;
    for (let attempt = 0; isFull(error) && attempt < RETRIES; attempt++) {
      if (health.code !== code) break; // another write has found that it does not help
      await segments.refresh();
      const { storedBytes } = engine.stats();
      if (storedBytes < bytes || !(await upkeep.evict(storedBytes - bytes))) break;
      try {
        return await write();
      } catch (again) {
        error = again;
      }
    }
    throw error;
  }
}

/** @param {any} error */
function isFull(error) {
  return error?.name === "QuotaExceededError";
}
