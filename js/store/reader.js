import { valueAt } from "./bodies.js";
import { RAW } from "./encode.js";

/**
 * @typedef {object} StoredRecord
 * @property {unknown} value
 * @property {number} expiresAt ms since 1970, or Infinity
 * @property {string[]} tags
 * @property {number} priority -128 to 127
 */

/**
 * @typedef {object} ReaderParts
 * @property {import("./changes.js").Changes} changes
 * @property {import("./engine.js").Engine} engine
 * @property {import("./health.js").Health} health
 * @property {import("./segments.js").Segments} segments
 * @property {() => number} now ms since 1970
 */

const LOOK_AGAIN = 1000; // ms: a miss refreshes the segments when the last refresh is older

/** Reads changes that are not written yet, then the disk. */
export class Reader {
  #parts;
  #feed;

  /** @param {ReaderParts} parts @param {import("./feed.js").Feed} feed */
  constructor(parts, feed) {
    this.#parts = parts;
    this.#feed = feed;
  }

  /** @param {string} key @param {number} after */
  has(key, after) {
    const { changes, engine, now } = this.#parts;
    const change = changes.of(key);
    if (change) return this.#live(change) && change.stamp > after;
    const found = engine.find(key, now());
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
      this.#parts.health.failed(error);
    }
    return records;
  }

  /** @returns {AsyncGenerator<[string, StoredRecord][]>} */
  async *readAll() {
    const { readSegments } = await import("./read-segments.js"); // few stores need it
    const changed = [...this.#parts.changes.all()].filter((change) => this.#live(change));
    if (changed.length) yield changed.map((change) => [change.key, recordOf(change)]);
    yield* readSegments(this.#parts, new Set(changed.map(({ key }) => key)));
  }

  /** @param {string} key @returns {Promise<StoredRecord | undefined>} */
  async #read(key) {
    const { changes, segments, engine, now } = this.#parts;
    for (let attempt = 0; ; attempt++) {
      const change = changes.of(key);
      if (change) return this.#live(change) ? recordOf(change) : undefined;
      const found = engine.find(key, now());
      if (!found) {
        if (attempt || !this.#feed.peers) return undefined;
        if (now() - segments.refreshedAt < LOOK_AGAIN) return undefined;
        await segments.refresh();
        continue;
      }
      const id = segments.ids[found.slot];
      const body = await segments.bodies.get(found.slot);
      const value = body && valueAt(body, found.row, key);
      if (value !== undefined) {
        const tags = found.tagSet ? engine.tags(found.tagSet) : [];
        return { value, expiresAt: found.expiresAt, tags, priority: found.priority };
      }
      if (body || attempt > 1) return undefined;
      // Another tab may have moved it; otherwise its body is lost.
      await segments.refresh();
      if (attempt) segments.condemn(id);
    }
  }

  /** A change that has expired once stays expired when the clock is set back. @param {import("./encode.js").Change} change */
  #live(change) {
    if (change.expiresAt !== 0 && change.expiresAt <= this.#parts.now()) change.expiresAt = 1;
    return change.kind <= RAW && change.expiresAt !== 1;
  }
}

/** @param {import("./encode.js").Change} change @returns {StoredRecord} */
function recordOf({ value, expiresAt, tags, priority }) {
  return { value, expiresAt: expiresAt || Infinity, tags, priority };
}
