import { matcher } from "../cache/match.js";

/**
 * @typedef {{ value: any, expiresAt: number, priority: number, tags: string[] }} Kept
 */

/** What caches with `persist` kept, by name. @type {Map<string, Map<string, Kept>>} */
const disks = new Map();

/** Forgets what all of them kept. */
export const emptyDisks = () => disks.clear();

/**
 * Stands for a cache's copy in IndexedDB: a Map that caches of one name share, until `resetFakes()`.
 * Values stay the objects that they are. Writes are there at once.
 */
export class PlainDisk {
  #kept;
  #levels;

  /** @param {string} name @param {import("../cache/levels.js").Levels} levels */
  constructor(name, levels) {
    this.#kept = disks.get(name) ?? new Map();
    disks.set(name, this.#kept);
    this.#levels = levels;
  }

  /** @param {string} key @param {any} value @param {{ expiresAt: number, priority: number, tags: string[] }} about */
  put(key, value, about) {
    this.#kept.set(key, { value, ...about });
  }

  /** @param {string} key */
  async read(key) {
    const kept = this.#kept.get(key);
    return kept && this.#levels.accept(key, kept);
  }

  /** There are no other tabs. @template T @param {string} _key @param {() => T} load */
  alone(_key, load) {
    return load();
  }

  /** @param {string} key */
  delete(key) {
    this.#kept.delete(key);
  }

  clear() {
    this.#kept.clear();
  }

  /** @param {import("../cache/events.js").Pattern<any>} pattern */
  deleteMatching(pattern) {
    const matches = matcher(pattern);
    for (const [key, { value }] of this.#kept) if (matches(key, value)) this.#kept.delete(key);
  }

  /** @param {string[]} dropped */
  invalidateTags(dropped) {
    for (const [key, { tags }] of this.#kept) {
      if (dropped.some((tag) => tags.includes(tag))) this.#kept.delete(key);
    }
  }

  /** @returns {Promise<boolean>} */
  async flush() {
    return true;
  }

  async close() {}

  get stats() {
    return { entries: this.#kept.size };
  }
}
