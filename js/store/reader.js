import { valueAt } from "./bodies.js";
import { RAW } from "./encode.js";

/**
 * @typedef {object} StoredRecord
 * @property {unknown} value
 * @property {number} expiresAt ms since 1970, or Infinity
 * @property {string[]} tags
 * @property {number} priority -128 to 127
 */

const LOOK_AGAIN = 1000; // ms: a miss looks at the disk when the last look is older

/** Reads what waits to be written, then the disk. */
export class Reader {
  #changes;
  #segments;
  #engine;
  #feed;
  #health;
  #now;
  #parts;

  /**
   * @param {import("./segments.js").Parts & { segments: import("./segments.js").Segments,
   *   feed: import("./feed.js").Feed, health: import("./health.js").Health,
   *   changes: import("./changes.js").Changes }} parts
   */
  constructor(parts) {
    const { changes, segments, engine, feed, health, now } = parts;
    this.#parts = parts;
    this.#changes = changes;
    this.#segments = segments;
    this.#engine = engine;
    this.#feed = feed;
    this.#health = health;
    this.#now = now;
  }

  /** @param {string} key @param {number} after */
  has(key, after) {
    const change = this.#changes.of(key);
    if (change) return this.#live(change) && change.stamp > after;
    const found = this.#engine.find(key, this.#now());
    return found !== undefined && found.stamp > after;
  }

  /** @param {string[]} keys @returns {Promise<Map<string, StoredRecord>>} */
  async read(keys) {
    /** @type {Map<string, StoredRecord>} */
    const records = new Map();
    const read = async (/** @type {string} */ key) => {
      const record = await this.#read(key);
      if (record) records.set(key, record);
    };
    try {
      await Promise.all(keys.map(read));
    } catch (error) {
      this.#health.failed(error);
    }
    return records;
  }

  /** @returns {AsyncGenerator<[string, StoredRecord][]>} */
  async *readAll() {
    const { readSegments } = await import("./read-segments.js"); // few caches need it
    const changed = [...this.#changes.all()].filter((change) => this.#live(change));
    if (changed.length) yield changed.map((change) => [change.key, recordOf(change)]);
    yield* readSegments(this.#parts, new Set(changed.map(({ key }) => key)));
  }

  /** @param {string} key @returns {Promise<StoredRecord | undefined>} */
  async #read(key) {
    for (let attempt = 0; ; attempt++) {
      const change = this.#changes.of(key);
      if (change) return this.#live(change) ? recordOf(change) : undefined;
      const found = this.#engine.find(key, this.#now());
      if (!found) {
        if (attempt || !this.#feed.peers) return undefined;
        if (this.#now() - this.#segments.refreshedAt < LOOK_AGAIN) return undefined;
        await this.#segments.refresh();
        continue;
      }
      const id = this.#segments.ids[found.slot];
      const body = await this.#segments.bodies.get(found.slot);
      const value = body && valueAt(body, found.row, key);
      if (value !== undefined) {
        const tags = found.tagSet ? this.#engine.tags(found.tagSet) : [];
        return { value, expiresAt: found.expiresAt, tags, priority: found.priority };
      }
      if (body || attempt > 1) return undefined;
      // Another tab may have moved it; else it is gone.
      await this.#segments.refresh();
      if (attempt) this.#segments.condemn(id);
    }
  }

  /** One seen expired stays so, should the clock be set back. @param {import("./encode.js").Change} change */
  #live(change) {
    if (change.expiresAt !== 0 && change.expiresAt <= this.#now()) change.expiresAt = 1;
    return change.kind <= RAW && change.expiresAt !== 1;
  }
}

/** @param {import("./encode.js").Change} change @returns {StoredRecord} */
function recordOf({ value, expiresAt, tags, priority }) {
  return { value, expiresAt: expiresAt || Infinity, tags, priority };
}
