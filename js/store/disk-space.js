/**
 * Makes room on the disk for a write: within `maxDiskBytes`, and, when the browser's
 * quota is full, by evicting as many of the coldest segments as needed.
 *
 * The bound: this tab begins no write that would take the known segments and the
 * writes under way over `maxDiskBytes`. Other tabs' writes under way at that moment,
 * and the last flush of a page, may come on top.
 */

/**
 * @typedef {{
 *   engine: import("./engine.js").Engine, segments: import("./segments.js").Segments,
 *   upkeep: import("./upkeep.js").Upkeep, health: import("./health.js").Health,
 *   maxDiskBytes: number,
 * }} DiskSpaceParts
 */

const RETRIES = 3; // of a write

export class DiskSpace {
  #parts;
  /** Writes under way, with their bytes. @type {Map<Promise<unknown>, number>} */
  #coming = new Map();
  /** @type {Promise<unknown>} */ #entered = Promise.resolve();
  /** @type {Promise<unknown>} */ #retried = Promise.resolve();

  /** @param {DiskSpaceParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /**
   * Takes a place in the order of writes, which is also the order of eviction. Take it before a
   * batch is packed: a worker may return an older batch after a newer one.
   * @returns {[put: (bytes: number, write: () => Promise<void>) => Promise<void>, leave: () => void]}
   *   `put` writes when the place's turn has come and there is room; it rejects with the error
   *   of `write`, which may run more than once, or with `QuotaExceededError` when there is no room.
   *   `leave` lets the next one go first, and must be called in the end.
   */
  queue() {
    const before = this.#entered;
    let leave = () => {};
    /** @type {Promise<void>} */
    const left = new Promise((resolve) => {
      leave = resolve;
    });
    this.#entered = before.then(() => left);
    return [
      async (bytes, write) => {
        await before;
        await this.#enter(bytes);
        const writing = this.#write(bytes, write).finally(() => this.#coming.delete(writing));
        this.#coming.set(writing, bytes);
        leave();
        await writing;
      },
      leave,
    ];
  }

  /** Evicts until there is room, or waits for writes under way. @param {number} bytes */
  async #enter(bytes) {
    const { engine, segments, upkeep, maxDiskBytes } = this.#parts;
    for (let looked = false; ; ) {
      let free = maxDiskBytes - bytes;
      for (const coming of this.#coming.values()) free -= coming;
      const { storedBytes } = engine.stats();
      // Deletions are written even where nothing fits, each on its own.
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
   * Evicts as many bytes as needed and tries again, a few times: freed space may come late,
   * or go to others.
   * @param {number} bytes @param {() => Promise<void>} write
   * @param {unknown} error of the first try @param {string | undefined} code the health's before it
   */
  async #retry(bytes, write, error, code) {
    const { engine, segments, upkeep, health } = this.#parts;
    for (let attempt = 0; isFull(error) && attempt < RETRIES; attempt++) {
      if (health.code !== code) break; // another write has found that this does not help
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
