import { openDB } from "idb";
import { ApusError } from "../../core/errors.js";

/** @typedef {import("./entry.js").Entry} Entry */
/** @typedef {Entry & { body: ArrayBuffer | null }} Claimed */
/** @typedef {import("idb").IDBPObjectStore<unknown, ["entries", "bodies"], "entries", "readwrite">} Entries */

/** @typedef {import("idb").IDBPObjectStore<unknown, ["entries", "bodies"], "bodies", "readwrite">} Bodies */

/**
 * The entries of an outbox in IndexedDB. Those that wait have the property `queue`, and are in the
 * index of the same name by lane and id: the first of a lane is found by a seek, however many wait.
 * Bodies are apart, so that entries are read and changed at the same cost however large these are.
 * A connection that was lost is opened again, once for each transaction.
 */
export class Queue {
  #name;
  /** @type {Promise<import("idb").IDBPDatabase> | undefined} */ #opening;

  /** @param {string} name of the database */
  constructor(name) {
    this.#name = name;
  }

  /** @returns {Promise<import("idb").IDBPDatabase>} @throws {ApusError} `NO_INDEXEDDB`; IndexedDB's errors */
  open() {
    if (!globalThis.indexedDB) {
      throw new ApusError("NO_INDEXEDDB", "IndexedDB is not available here");
    }
    const lost = () => {
      if (this.#opening === opening) this.#opening = undefined;
    };
    this.#opening ??= openDB(this.#name, 1, {
      upgrade(db) {
        const entries = db.createObjectStore("entries", { keyPath: "id", autoIncrement: true });
        entries.createIndex("queue", ["queue", "id"]);
        entries.createIndex("key", "key", { unique: true });
        db.createObjectStore("bodies");
      },
      blocking: (_now, _next, event) => {
        lost();
        /** @type {IDBDatabase} */ (event.target).close();
      },
      terminated: lost,
    });
    const opening = this.#opening;
    opening.catch(lost);
    return opening;
  }

  /**
   * Durable when it resolves. An entry with the same key that is there already stays as it is.
   * @param {Omit<Entry, "id">} entry
   * @param {ArrayBuffer | null} body
   * @returns {Promise<{ id: number, fresh: boolean }>}
   * @throws {ApusError} `QUOTA_EXCEEDED`; IndexedDB's errors, of which `DataCloneError` is for values
   *   that cannot be stored
   */
  async add(entry, body) {
    try {
      return await this.#change("strict", async (entries, bodies) => {
        const known = await entries.index("key").getKey(entry.key);
        const id = known ?? (await entries.add(entry));
        if (known === undefined && body) await bodies.put(body, id);
        return { id: Number(id), fresh: known === undefined };
      });
    } catch (error) {
      if (/** @type {Error} */ (error)?.name !== "QuotaExceededError") throw error;
      throw new ApusError("QUOTA_EXCEEDED", "add: the browser has no room left", { cause: error });
    }
  }

  /** @returns {Promise<Entry[]>} in the order of `add` */
  all() {
    return this.#attempt((db) => db.getAll("entries"));
  }

  /** How many are not parked. @returns {Promise<number>} */
  waiting() {
    return this.#attempt((db) => db.countFromIndex("entries", "queue"));
  }

  /**
   * The first entries of lanes, after the lane `after` and then from the first lane on. O(lanes seen).
   * @param {string} after @param {(lane: string) => boolean} skip
   * @param {(entry: Entry) => boolean} use whether it counts towards `most`
   * @param {number} most
   * @returns {Promise<Entry[]>} those to use
   */
  heads(after, skip, use, most) {
    return this.#attempt(async (db) => {
      const { store } = db.transaction("entries");
      const found = [];
      const ranges = [
        IDBKeyRange.lowerBound([after, []], true),
        IDBKeyRange.upperBound([after, []]),
      ];
      for (const range of ranges) {
        let cursor = await store.index("queue").openKeyCursor(range);
        while (cursor) {
          const [lane] = /** @type {[string, number]} */ (cursor.key);
          const entry = skip(lane) ? undefined : await store.get(cursor.primaryKey);
          if (entry && use(entry) && found.push(entry) >= most) return found;
          cursor = await cursor.continue([lane, []]); // an array comes after all numbers
        }
      }
      return found;
    });
  }

  /**
   * Changes an entry as it is now, in one transaction.
   * @param {number} id
   * @param {(entry: Entry) => Entry | undefined} change undefined: it stays as it is
   * @param {IDBTransactionDurability} [durability]
   * @returns {Promise<Entry | undefined>} undefined when it was not changed, or is gone
   */
  update(id, change, durability = "relaxed") {
    return this.#change(durability, (entries) => put(entries, id, change));
  }

  /**
   * `update`, with the body to send: both from one transaction, so that what is removed meanwhile is not
   * sent without one.
   * @param {number} id @param {(entry: Entry) => Entry | undefined} change
   * @returns {Promise<Claimed | undefined>}
   */
  claim(id, change) {
    return this.#change("relaxed", async (entries, bodies) => {
      const entry = await put(entries, id, change);
      return entry && { ...entry, body: (await bodies.get(id)) ?? null };
    });
  }

  /**
   * @param {number} id @param {IDBTransactionDurability} [durability]
   * @returns {Promise<boolean>} whether it was there
   */
  delete(id, durability = "relaxed") {
    return this.#change(durability, async (entries, bodies) => {
      const there = (await entries.getKey(id)) !== undefined;
      await Promise.all([entries.delete(id), bodies.delete(id)]);
      return there;
    });
  }

  async close() {
    const opening = this.#opening;
    this.#opening = undefined;
    (await opening?.catch(() => undefined))?.close();
  }

  /**
   * @template T @param {IDBTransactionDurability} durability
   * @param {(entries: Entries, bodies: Bodies) => Promise<T>} work
   */
  #change(durability, work) {
    return this.#attempt(async (db) => {
      const tx = db.transaction(["entries", "bodies"], "readwrite", { durability });
      const done = tx.done;
      done.catch(() => {}); // its error is that of the request, or is awaited below
      try {
        const result = await work(tx.objectStore("entries"), tx.objectStore("bodies"));
        await done;
        return result;
      } catch (error) {
        try {
          tx.abort();
        } catch {} // it has ended
        throw error;
      }
    });
  }

  /** @template T @param {(db: import("idb").IDBPDatabase) => Promise<T>} work */
  async #attempt(work) {
    const opening = this.open();
    try {
      return await work(await opening);
    } catch (error) {
      if (/** @type {Error} */ (error)?.name !== "InvalidStateError") throw error;
      if (this.#opening === opening) this.#opening = undefined;
      return work(await this.open());
    }
  }
}

/** @param {Entries} entries @param {number} id @param {(entry: Entry) => Entry | undefined} change */
async function put(entries, id, change) {
  const entry = await entries.get(id);
  const next = entry && change(entry);
  if (next) await entries.put(next);
  return next;
}
