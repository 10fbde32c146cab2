import { Database } from "./database.js";
import { allOf, arrays, awaitedLater, joinPieces, piecesOf } from "./records.js";

/**
 * The last flush of a page that may be about to end: one transaction in a database of
 * its own. The next refresh, in any tab, moves its segments to the others.
 *
 * In Chromium, a page's connection ends while its transactions wait for each other. Of
 * 50 pages that ended with two (five) transactions under way, 17 (34) lost the last
 * one, whatever its object store and connection. Alone in its database, it arrived 50
 * times of 50, at any size.
 */

/** @typedef {import("./engine.js").Segment} Segment */

export class LastFlush {
  #database;

  /** @param {string} name of the store */
  constructor(name) {
    this.#database = new Database(`apus-last:${name}`, ["pieces"], () => {});
  }

  get connected() {
    return this.#database.connected;
  }

  /** Connects, so that `put` can be synchronous. @returns {Promise<unknown>} never rejects */
  open() {
    return this.#database.open().catch(() => {});
  }

  /**
   * Its requests are issued before this returns.
   * @param {Map<string, Segment>} segments by id
   * @param {IDBTransactionOptions} [options]
   * @returns {Promise<unknown>} when they are on the disk
   */
  put(segments, options) {
    return this.#database.runNow((tx) => {
      const store = tx.objectStore("pieces");
      const requests = [...segments].flatMap(([id, segment]) =>
        piecesOf(segment).map((piece, number) => store.put(piece, [id, number])),
      );
      requests.forEach(awaitedLater);
      tx.commit();
      return Promise.all(requests);
    }, options);
  }

  /** @returns {Promise<Map<string, Segment>>} the segments that pages have left, by id */
  async read() {
    const [keys, pieces] = await this.#database.run("readonly", (tx) => {
      const store = tx.objectStore("pieces");
      return Promise.all([store.getAllKeys(arrays()), store.getAll(arrays())]);
    });
    return joinPieces(/** @type {[string, number][]} */ (keys), pieces);
  }

  /** @param {Iterable<string>} ids @returns {Promise<unknown>} */
  remove(ids) {
    return this.#database.run("readwrite", (tx) => {
      const store = tx.objectStore("pieces");
      for (const id of ids) awaitedLater(store.delete(allOf(id)));
      tx.commit();
    });
  }

  close() {
    this.#database.close();
  }
}
