/** Reads the numbers of other objects, such as the hit ratio of a cache. */

const everyMs = 5000;

export class Watches {
  /** @type {Map<string, () => object>} */
  #reads = new Map();
  #next = 0;

  /**
   * @param {string} name @param {() => object} read its finite numbers are counted, other fields are skipped
   * @returns {() => void} stops reading
   */
  add(name, read) {
    this.#reads.set(name, read);
    return () => {
      if (this.#reads.get(name) === read) this.#reads.delete(name);
    };
  }

  get size() {
    return this.#reads.size;
  }

  /** @param {number} now ms @param {(name: string, value: number) => void} report */
  pulse(now, report) {
    if (now < this.#next) return;
    this.#next = now + everyMs;
    for (const [name, read] of this.#reads) {
      for (const [field, value] of Object.entries(readSafely(read))) {
        if (typeof value === "number" && Number.isFinite(value)) report(`${name}.${field}`, value);
      }
    }
  }
}

/** @param {() => object} read */
function readSafely(read) {
  try {
    return read() ?? {};
  } catch {
    return {}; // e.g. a cache that has been closed
  }
}
