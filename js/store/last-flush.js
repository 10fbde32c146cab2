import { Database } from "./database.js";
import { arrays, joinPieces, piecesOf } from "./records.js";

/**
 * Where a page that may be about to end leaves what is not on the disk: one
 * transaction in a database of its own. The next look at the disk, by whatever
 * tab, moves it to where segments lie.
 *
 * In Chromium, a page's connection ends while its transactions wait for each
 * other. Of 50 pages that left with two or five transactions on their way, 17 and 34
 * lost the last one, to whatever object store and by whatever connection it went;
 * alone in its database it arrived 50 times of 50, of any size.
 */

/** @typedef {import("./engine.js").Segment} Segment */

export class LastFlush {
  #database;

  /** @param {string} name of the cache */
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
      for (const request of requests) request.catch(() => {});
      tx.commit();
      return Promise.all(requests);
    }, options);
  }

  /** @returns {Promise<Map<string, Segment>>} what pages have left, by id */
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
      for (const id of ids) store.delete(IDBKeyRange.bound([id], [id, []])).catch(() => {});
      tx.commit();
    });
  }

  close() {
    this.#database.close();
  }
}
