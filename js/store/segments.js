import {
  PLACE_NOWHERE,
  ROW_PLACE_MASK,
  STATUS_CORRUPT,
  STATUS_UNSUPPORTED,
} from "../../dist/layout.js";
import { Bodies } from "./bodies.js";
import { fromText } from "./encode.js";
import { awaitedLater, commitSegment, getBody, putSegment, readHeads } from "./records.js";
import { nextTurn, SLICE } from "./turns.js";

/**
 * The segments that this tab knows: their ids in IndexedDB, which no two tabs
 * share, and their slots in the engine.
 */

/** @typedef {import("./pack.js").Segment} Segment */
/** @typedef {(code: string, message: string) => void} Report */

/**
 * @typedef {object} SegmentsParts
 * @property {import("./database.js").Database} database
 * @property {import("./last-flush.js").LastFlush} lastFlush
 * @property {import("./engine.js").Engine} engine
 * @property {import("./dictionary.js").Dictionary} dictionary
 * @property {import("./hybrid-clock.js").HybridClock} clock
 * @property {() => number} now ms since 1970
 * @property {number} node this tab's 16 bits of a stamp
 * @property {Report} report called for segments that are left alone
 * @property {Report} dropped called for each block that is dropped, and for a deleted database
 */

export class Segments {
  #parts;
  /** @type {string[]} by slot */ #ids = [];
  /** @type {Map<string, number>} */ #slots = new Map();
  /** Segments that are left alone, with the result of `Engine.add`. @type {Map<string, number>} */
  #unreadable = new Map();
  /** Segments with a damaged body, until they are compacted. @type {Set<string>} */
  #condemned = new Set();
  /** Segments whose dictionary is missing; they stay as they are. @type {Set<string>} */
  #locked = new Set();
  /** Segments that another tab has announced and that may not be on the disk yet. @type {Set<string>} */
  #coming = new Set();
  #serial = 0;
  /** @type {Promise<string[]> | undefined} */ #refreshing;
  /** @type {Promise<string[]> | undefined} */ #next;
  /** When the disk was last read, ms. */
  refreshedAt = -Infinity;
  /** Called with the new segments of every refresh but the first. @type {(added: string[]) => Promise<void>} */
  found = async () => {};

  /** @param {SegmentsParts} parts */
  constructor(parts) {
    this.#parts = parts;
    const { report, dropped } = parts;
    this.bodies = new Bodies(parts, this.#ids, (slot, unknown) => {
      const id = this.#ids[slot];
      if (unknown) {
        if (!this.#locked.has(id))
          report("DICTIONARY_MISSING", `the dictionary of segment ${id} is missing`);
        this.#locked.add(id);
        return;
      }
      if (!this.#condemned.has(id)) dropped("CORRUPT", `the body of segment ${id} is damaged`);
      this.condemn(id);
    });
  }

  /** Ids, by slot; a hole where a slot is free. @returns {readonly string[]} */
  get ids() {
    return this.#ids;
  }

  /** @param {string} id */
  has(id) {
    return this.#slots.has(id);
  }

  /** Whether a known segment may not be on the disk yet. @param {string} id */
  coming(id) {
    return this.#coming.has(id);
  }

  /** An id that sorts by time. @returns {string} */
  newId() {
    this.#serial += 1;
    const stamp = this.#parts.clock.read().toString(36).padStart(10, "0");
    return `${stamp}-${this.#parts.node.toString(36)}-${this.#serial.toString(36)}`;
  }

  /**
   * Reads the disk: adds new segments, forgets those that are gone. Overlapping
   * calls share one read.
   * @returns {Promise<string[]>} the ids of new segments
   * @throws IndexedDB's error
   */
  refresh() {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** A refresh that begins after this call; calls that come during one share the next. */
  refreshAgain() {
    if (!this.#refreshing) return this.refresh();
    this.#next ??= this.#refreshing
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.refresh();
      });
    return this.#next;
  }

  async #refresh() {
    const { database, engine, clock, now, dropped } = this.#parts;
    const coming = new Set(this.#coming);
    const reading = readHeads(
      database,
      [...this.#slots.keys()],
      coming,
      (id, again) => (again || !this.#slots.has(id)) && !this.#unreadable.has(id),
    );
    const [{ gone, fresh, hits }, left] = await Promise.all([reading, this.#adopt()]);
    const first = this.refreshedAt === -Infinity;
    this.refreshedAt = now();
    if (database.deleted)
      dropped("CORRUPT", `the browser deleted the databases: ${database.deleted}`);
    database.deleted = undefined; // one report is enough
    for (const id of gone) {
      const came = coming.has(id) && !this.#coming.has(id); // after the read
      if (!came) this.forget(id);
    }
    const added = [];
    const lost = [];
    let until = performance.now() + SLICE;
    for (const [id, head] of [...fresh, ...left]) {
      const known = this.has(id);
      const hit = known ? engine.lastHit(this.slot(id)) : 0;
      this.forget(id);
      if (this.add(id, head) && !known) added.push(id);
      else if (this.#unreadable.get(id) === CORRUPT) lost.push(id);
      if (this.has(id)) engine.setLastHit(this.slot(id), Math.max(hit, Number(hits?.[id]) || 0));
      if (performance.now() > until) {
        await nextTurn();
        until = performance.now() + SLICE;
      }
    }
    await Promise.all(lost.map((id) => this.#salvage(id)));
    if (fresh.length || left.length) {
      engine.sweep(now());
      clock.see(engine.stats().lastStamp);
    }
    if (!first) await this.found(added);
    return added;
  }

  /**
   * Replaces a segment whose head is lost. It may have held newer entries of its
   * keys than other segments: the replacement hides values that may be out of date.
   * @param {string} id
   */
  async #salvage(id) {
    const { database, engine, now } = this.#parts;
    const made = `${id}-s`; // the same in every tab
    const [head, body] = await database.run("readonly", (tx) =>
      Promise.all([tx.objectStore("heads").get(made), getBody(tx, id)]),
    );
    // An id begins with a stamp that all entries of its segment are older than.
    const segment = head ? undefined : engine.salvage(body, now(), parseInt(id, 36) - 1);
    if (segment) await this.commit(made, segment, { removed: [id] });
    this.add(made, segment ? segment.head : head);
  }

  /**
   * Moves the segments of last flushes to the main database.
   * @returns {Promise<[id: string, head: Uint8Array][]>}
   */
  async #adopt() {
    const { database, lastFlush } = this.#parts;
    try {
      const left = await lastFlush.read();
      if (left.size === 0) return [];
      await database.run("readwrite", (tx) => {
        // A segment may have arrived both ways: it is the same. A page that is frozen now
        // does not block other tabs.
        for (const [id, segment] of left) putSegment(tx, id, segment).forEach(awaitedLater);
        tx.commit();
      });
      await lastFlush.remove(left.keys());
      return Array.from(left, ([id, { head }]) => [id, head]);
    } catch {
      return []; // a later refresh tries again
    }
  }

  /**
   * Adds a segment; one that is known already stays as it is.
   * @param {string} id @param {unknown} head
   * @param {boolean} [coming] whether it may not be on the disk yet
   * @param {boolean} [heard] whether another tab sent the head: if it is unreadable, the disk decides
   * @returns {boolean} whether it is new and readable
   */
  add(id, head, coming = false, heard = false) {
    if (!coming) this.#coming.delete(id);
    if (this.#slots.has(id) || this.#unreadable.has(id)) return false;
    const { engine, now, dropped } = this.#parts;
    const slot = head instanceof Uint8Array ? engine.add(head, now()) : CORRUPT;
    if (slot >= 0) {
      if (coming) this.#coming.add(id);
      this.#ids[slot] = id;
      this.#slots.set(id, slot);
      return true;
    }
    if (heard) return false;
    this.#unreadable.set(id, slot);
    if (slot === UNSUPPORTED) {
      dropped("NEWER_VERSION", `segment ${id} was written by a newer version`);
    } else {
      dropped("CORRUPT", `the head of segment ${id} is damaged`);
    }
    return false;
  }

  /** Decodes a body that is already in memory. @param {string} id @param {Uint8Array[]} body its pieces */
  offer(id, body) {
    this.bodies.offer(this.slot(id), body);
  }

  /** @param {string} id */
  slot(id) {
    return /** @type {number} */ (this.#slots.get(id));
  }

  /** Forgets a segment that is no longer on the disk. @param {string} id */
  forget(id) {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    this.bodies.drop(slot);
    this.#parts.engine.remove(slot);
    this.#coming.delete(id);
    this.#slots.delete(id);
    delete this.#ids[slot];
  }

  /** Gives up the values of a segment whose body cannot be read. @param {string} id */
  condemn(id) {
    const slot = this.#slots.get(id);
    if (slot === undefined || this.#locked.has(id)) return;
    this.#condemned.add(id);
    this.#parts.engine.condemn(slot);
  }

  /**
   * The keys of a segment, for those who keep copies of values.
   * @param {string} id
   * @returns {Promise<[key: string, hasValue: boolean][]>} tags and clears are keys without a value
   */
  async keysOf(id) {
    const slot = this.#slots.get(id);
    const body = slot === undefined ? undefined : await this.bodies.get(slot, false);
    if (!body) return [];
    let start = 0;
    return Array.from(body.keyEnds, (end, row) => {
      const key = fromText(body.keys.slice(start, end));
      start = end + 1;
      return [key, (body.meta[row] & ROW_PLACE_MASK) !== PLACE_NOWHERE];
    });
  }

  /**
   * Writes a segment and removes others: see `commitSegment`.
   * @param {string} id @param {Segment | undefined} segment
   * @param {Parameters<typeof commitSegment>[3]} [options]
   */
  commit(id, segment, options) {
    return commitSegment(this.#parts.database, id, segment, options);
  }
}

// The results of `Engine.add` other than a slot.
const CORRUPT = -1 - STATUS_CORRUPT;
const UNSUPPORTED = -1 - STATUS_UNSUPPORTED;
