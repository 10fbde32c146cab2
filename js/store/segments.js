import { Bodies } from "./bodies.js";
import { nextTurn, SLICE } from "./turns.js";

/**
 * The segments in IndexedDB, each under an id that no other tab uses, and the
 * slots that the engine knows them by.
 */

/** @typedef {import("./engine.js").Segment} Segment */

/**
 * @typedef {object} Parts what a store is made of
 * @property {import("./database.js").Database} database
 * @property {import("./engine.js").Engine} engine
 * @property {import("./clock.js").Clock} clock
 * @property {() => number} now
 * @property {number} node
 * @property {(code: string, message: string) => void} damaged called for each block that is dropped
 */

export class Segments {
  #parts;
  /** @type {string[]} by slot */ #ids = [];
  /** @type {Map<string, number>} */ #slots = new Map();
  /** Those with a damaged head, or of a newer version: left alone. @type {Set<string>} */
  #unreadable = new Set();
  /** Those with a damaged body, until compaction takes them. @type {Set<string>} */
  #condemned = new Set();
  #serial = 0;
  /** @type {Promise<string[]> | undefined} */ #refreshing;
  /** When the list was last read, ms. */
  refreshedAt = 0;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.bodies = new Bodies(parts.database, parts.engine, this.#ids, parts.now, (slot) => {
      const id = this.#ids[slot];
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

  async #look() {
    const { database, engine, clock, now } = this.#parts;
    const known = [...this.#slots.keys()];
    const { ids, heads, hits } = await database.run("readonly", async (tx) => {
      const store = tx.objectStore("heads");
      const noted = awaitedLater(tx.objectStore("notes").get("hits"));
      const all = known.length ? undefined : awaitedLater(store.getAll());
      const ids = /** @type {string[]} */ (await store.getAllKeys());
      if (all) return { ids, heads: await all, hits: await noted };
      const fresh = ids.filter((id) => !this.#slots.has(id) && !this.#unreadable.has(id));
      const heads = await Promise.all(fresh.map((id) => store.get(id)));
      return {
        ids: [...fresh, ...known.filter((id) => ids.includes(id))],
        heads,
        hits: await noted,
      };
    });
    this.refreshedAt = now();
    const there = new Set(ids);
    for (const id of known) if (!there.has(id)) this.forget(id);
    const added = [];
    let until = performance.now() + SLICE;
    for (let i = 0; i < heads.length; i++) {
      if (this.add(ids[i], heads[i])) added.push(ids[i]);
      const hit = hits?.[ids[i]];
      if (hit && this.has(ids[i])) engine.setLastHit(this.slot(ids[i]), hit);
      if (performance.now() > until) {
        await nextTurn();
        until = performance.now() + SLICE;
      }
    }
    if (added.length) {
      engine.sweep(now());
      clock.see(engine.stats().lastStamp);
    }
    return added;
  }

  /**
   * Takes up a segment; one that is known already stays as it is.
   * @param {string} id @param {unknown} head
   * @returns {boolean} whether it is new and readable
   */
  add(id, head) {
    if (this.#slots.has(id) || this.#unreadable.has(id)) return false;
    const { engine, now } = this.#parts;
    const slot = head instanceof Uint8Array ? engine.add(head, now()) : -1 - CORRUPT;
    if (slot >= 0) {
      this.#ids[slot] = id;
      this.#slots.set(id, slot);
      return true;
    }
    this.#unreadable.add(id);
    if (slot === -1 - UNSUPPORTED) {
      this.#parts.damaged("NEWER_VERSION", `a segment of a newer version is left alone: ${id}`);
    } else {
      this.#parts.damaged("CORRUPT", `a segment's head is damaged: ${id}`);
    }
    return false;
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
    this.#slots.delete(id);
    delete this.#ids[slot];
  }

  /** Gives up the values of a segment whose body cannot be read. @param {string} id */
  condemn(id) {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    this.#condemned.add(id);
    this.#parts.engine.condemn(slot);
  }

  /** The keys of a segment, for those who keep copies of values. @param {string} id */
  async keysOf(id) {
    const slot = this.#slots.get(id);
    const body = slot === undefined ? undefined : await this.bodies.get(slot, false);
    if (!body) return [];
    let start = 0;
    return Array.from(body.keyEnds, (end) => {
      const key = body.keys.slice(start, end);
      start = end + 1;
      return key;
    });
  }

  /**
   * Puts a segment on the disk, and takes others from it in the same transaction.
   * @param {string} id @param {Segment | undefined} segment
   * @param {{ removed?: string[], moved?: boolean, durability?: IDBTransactionDurability,
   *   atOnce?: boolean }} [options]
   *   `moved`: the segment is made of `removed`; `atOnce` issues the requests before this returns
   * @returns {Promise<boolean>} false when one that was to be moved was gone; nothing changed then
   * @throws IndexedDB's error
   */
  async commit(id, segment, options = {}) {
    const { removed = [], moved = false, durability = "relaxed", atOnce = false } = options;
    const { database } = this.#parts;
    /** @param {import("./database.js").Transaction} tx */
    const put = (tx) => {
      const [heads, bodies] = [tx.objectStore("heads"), tx.objectStore("bodies")];
      const requests = /** @type {Promise<unknown>[]} */ (
        removed.flatMap((old) => [heads.delete(old), bodies.delete(old)])
      );
      if (segment) requests.push(heads.put(segment.head, id), bodies.put(segment.body, id));
      requests.forEach(awaitedLater);
      tx.commit();
      return Promise.all(requests).then(() => true);
    };
    if (atOnce) return database.runNow(put, { durability });
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

const CORRUPT = 4; // include/apus/base/status.h
const UNSUPPORTED = 5;
