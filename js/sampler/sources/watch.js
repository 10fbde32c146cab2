/** Reads numbers that other objects keep, such as the hit ratio of a cache. */

const everyMs = 5000;

/** @typedef {Record<string, unknown>} Stats numbers are tracked, anything else is skipped */

export class Watches {
  /** @type {Map<string, () => Stats>} */
  #reads = new Map();
  #next = 0;

  /** @param {string} name @param {() => Stats} read @returns {() => void} ends it */
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

/** @param {() => Stats} read */
function readSafely(read) {
  try {
    return read() ?? {};
  } catch {
    return {}; // closed meanwhile
  }
}
