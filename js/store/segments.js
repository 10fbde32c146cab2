import {
  PLACE_NOWHERE,
  ROW_PLACE_MASK,
  STATUS_CORRUPT,
  STATUS_UNSUPPORTED,
} from "../../dist/layout.js";
import { Bodies } from "./bodies.js";
import { fromText } from "./encode.js";
import { arrays, deleteSegment, getBody, putSegment } from "./pieces.js";
import { nextTurn, SLICE } from "./turns.js";

/**
 * The segments in IndexedDB, each under an id that no other tab uses, and the
 * slots that the engine knows them by.
 */

/** @typedef {import("./engine.js").Segment} Segment */

/**
 * @typedef {object} Parts what a store is made of
 * @property {import("./database.js").Database} database
 * @property {import("./last-flush.js").LastFlush} lastFlush
 * @property {import("./engine.js").Engine} engine
 * @property {import("./dictionary.js").Dictionary} dictionary
 * @property {import("./hybrid-clock.js").HybridClock} clock
 * @property {() => number} now
 * @property {number} node
 * @property {(code: string, message: string) => void} report called for what goes wrong
 * @property {(code: string, message: string) => void} damaged called for each block that is dropped
 */

export class Segments {
  #parts;
  /** @type {string[]} by slot */ #ids = [];
  /** @type {Map<string, number>} */ #slots = new Map();
  /** Those left alone, and why: `CORRUPT` or `UNSUPPORTED`. @type {Map<string, number>} */
  #unreadable = new Map();
  /** Those with a damaged body, until compaction takes them. @type {Set<string>} */
  #condemned = new Set();
  /** Those whose dictionary is missing: left as they are. @type {Set<string>} */
  #locked = new Set();
  /** Those that another tab has told of and that may not be on the disk yet. @type {Set<string>} */
  #coming = new Set();
  #serial = 0;
  /** @type {Promise<string[]> | undefined} */ #refreshing;
  /** @type {Promise<string[]> | undefined} */ #next;
  /** When the list was last read, ms. */
  refreshedAt = -Infinity;
  /** Told of what a look finds, from the second on. @type {(added: string[]) => Promise<void>} */
  found = async () => {};

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.bodies = new Bodies(parts, this.#ids, (slot, unknown) => {
      const id = this.#ids[slot];
      if (unknown) {
        if (!this.#locked.has(id))
          parts.report("DICTIONARY_MISSING", `a segment needs a dictionary that is gone: ${id}`);
        this.#locked.add(id);
        return;
      }
      if (!this.#condemned.has(id)) parts.damaged("CORRUPT", `a segment's body is damaged: ${id}`);
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

  /** Whether it is known and may not be on the disk. @param {string} id */
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
   * Looks at the disk: takes up segments that are new, forgets those that went.
   * Calls that overlap share one look.
   * @returns {Promise<string[]>} the ids of new ones
   * @throws IndexedDB's error
   */
  refresh() {
    this.#refreshing ??= this.#look().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** A look that begins after this call; calls that come during one share the next. */
  refreshAnew() {
    if (!this.#refreshing) return this.refresh();
    this.#next ??= this.#refreshing
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.refresh();
      });
    return this.#next;
  }

  async #look() {
    const { database, engine, clock, now } = this.#parts;
    const known = [...this.#slots.keys()];
    const coming = new Set(this.#coming);
    const reading = database.run("readonly", async (tx) => {
      const store = tx.objectStore("heads");
      const all = known.length ? undefined : awaitedLater(store.getAll());
      const notes = tx.objectStore("notes");
      const noted = awaitedLater(notes.get("hits"));
      /** @type {Promise<any[]>} */ const list = awaitedLater(notes.getAllKeys(arrays()));
      const ids = /** @type {string[]} */ (await store.getAllKeys());
      const there = new Set(ids);
      const gone = known.filter((id) => !there.has(id));
      // One that never came has hidden older entries: they are to be found again.
      const anew = gone.some((id) => coming.has(id));
      const fresh = ids.filter(
        (id) => all || ((anew || !this.#slots.has(id)) && !this.#unreadable.has(id)),
      );
      // Whoever removes a segment takes it off the list: one that is only there is damaged.
      fresh.push(...(await list).flat().filter((id) => !there.has(id)));
      const heads = all ? await all : await Promise.all(fresh.map((id) => store.get(id)));
      return { gone, fresh: fresh.map((id, i) => [id, heads[i]]), hits: await noted };
    });
    const [{ gone, fresh, hits }, left] = await Promise.all([reading, this.#adopt()]);
    const first = this.refreshedAt === -Infinity;
    this.refreshedAt = now();
    for (const id of gone) {
      const came = coming.has(id) && !this.#coming.has(id); // after the look
      if (!came) this.forget(id);
    }
    const added = [];
    const lost = [];
    let until = performance.now() + SLICE;
    for (const [id, head] of [...fresh, ...left]) {
      const had = this.has(id);
      this.forget(id);
      if (this.add(id, head) && !had) added.push(id);
      else if (this.#unreadable.get(id) === CORRUPT) lost.push(id);
      if (this.has(id)) engine.setLastHit(this.slot(id), Number(hits?.[id]));
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
   * A segment whose head is lost may have newer entries of its keys than others:
   * puts one in its place that hides what may be out of date.
   * @param {string} id
   */
  async #salvage(id) {
    const { database, engine, now } = this.#parts;
    const made = `${id}-s`; // the same in every tab
    const [there, body] = await database.run("readonly", (tx) =>
      Promise.all([tx.objectStore("heads").get(made), getBody(tx, id)]),
    );
    // An id begins with a stamp that all entries of its segment are older than.
    const segment = there ? undefined : engine.salvage(body, now(), parseInt(id, 36) - 1);
    if (segment) await this.commit(made, segment, { removed: [id] });
    this.add(made, segment ? segment.head : there);
  }

  /**
   * Moves what pages have left in their last flush to where it belongs.
   * @returns {Promise<[id: string, head: Uint8Array][]>}
   */
  async #adopt() {
    const { database, lastFlush } = this.#parts;
    try {
      const left = await lastFlush.read();
      if (left.size === 0) return [];
      await database.run("readwrite", (tx) => {
        // What arrived both ways is the same. A page that is frozen now blocks nobody.
        for (const [id, segment] of left) putSegment(tx, id, segment).forEach(awaitedLater);
        tx.commit();
      });
      await lastFlush.remove(left.keys());
      return Array.from(left, ([id, { head }]) => [id, head]);
    } catch {
      return []; // it stays where it is, for a later look
    }
  }

  /**
   * Takes up a segment; one that is known already stays as it is.
   * @param {string} id @param {unknown} head
   * @param {boolean} [coming] whether it may not be on the disk yet
   * @param {boolean} [heard] whether another tab said so: if it cannot be read, the disk is to tell
   * @returns {boolean} whether it is new and readable
   */
  add(id, head, coming = false, heard = false) {
    if (!coming) this.#coming.delete(id);
    if (this.#slots.has(id) || this.#unreadable.has(id)) return false;
    const { engine, now } = this.#parts;
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
      this.#parts.damaged("NEWER_VERSION", `a segment of a newer version is left alone: ${id}`);
    } else {
      this.#parts.damaged("CORRUPT", `a segment's head is damaged: ${id}`);
    }
    return false;
  }

  /** A body that is here already. @param {string} id @param {Uint8Array[]} body its pieces */
  offer(id, body) {
    this.bodies.offer(this.slot(id), body);
  }

  /** @param {string} id */
  slot(id) {
    return /** @type {number} */ (this.#slots.get(id));
  }

  /** Forgets a segment that is not on the disk any more. @param {string} id */
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
   * @returns {Promise<[key: string, value: boolean][]>} and whether there is one: a tag and a
   *   clear lie there as keys without
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
   * Puts a segment on the disk, and takes others from it in the same transaction.
   * @param {string} id @param {Segment | undefined} segment
   * @param {{ removed?: string[], moved?: boolean, durability?: IDBTransactionDurability }} [options]
   *   `moved`: the segment is made of `removed`
   * @returns {Promise<boolean>} false when one that was to be moved was gone; nothing changed then
   * @throws IndexedDB's error
   */
  async commit(id, segment, options = {}) {
    const { removed = [], moved = false, durability = "relaxed" } = options;
    const { database } = this.#parts;
    /** @param {import("./database.js").Transaction} tx */
    const put = (tx) => {
      const requests = removed.flatMap((old) => deleteSegment(tx, old));
      if (segment) requests.push(...putSegment(tx, id, segment));
      requests.forEach(awaitedLater);
      tx.commit();
      return Promise.all(requests).then(() => true);
    };
    return database.run(
      "readwrite",
      async (tx) => {
        if (moved) {
          const heads = tx.objectStore("heads");
          const there = await Promise.all(removed.map((old) => heads.getKey(old)));
          if (there.includes(undefined)) return false;
        }
        return put(tx);
      },
      { durability },
    );
  }
}

/**
 * A request whose transaction may fail before anyone waits for it.
 * @template T
 * @param {Promise<T>} request
 */
function awaitedLater(request) {
  request.catch(() => {});
  return request;
}

const CORRUPT = -1 - STATUS_CORRUPT;
const UNSUPPORTED = -1 - STATUS_UNSUPPORTED;
