import { TEXT } from "./encode.js";

/**
 * A cache's dictionary: bytes that its segments refer back to, so that those of
 * a few records become as small as those of many. It lies in the database before
 * the first segment that needs it.
 */

const SIZE = 16 << 10; // bytes of one that is learned
const LEAST = 32; // records to learn from
const NOTES = "dictionary "; // the notes' names begin with it

export class Dictionary {
  #database;
  #engine;
  #given;
  #damaged;
  #has = false;
  /** What segments to come refer to. @type {Uint8Array | undefined} */ used;
  /** When what is to be learned has been. @type {Promise<void>} */ learned = Promise.resolve();

  /**
   * @param {import("./database.js").Database} database
   * @param {import("./engine.js").Engine} engine
   * @param {Uint8Array | boolean} given the bytes, or whether to learn from the first records
   * @param {(code: string, message: string) => void} damaged called for what is no dictionary
   */
  constructor(database, engine, given, damaged) {
    this.#database = database;
    this.#engine = engine;
    this.#given = given;
    this.#damaged = damaged;
  }

  /** Makes those in the database known. @returns {Promise<void>} rejects with IndexedDB's error */
  async load() {
    const stored = await this.#database.run("readonly", (tx) =>
      tx.objectStore("notes").getAll(IDBKeyRange.bound(NOTES, `${NOTES}\uffff`)),
    );
    for (const bytes of stored) {
      if (bytes instanceof Uint8Array) {
        this.#has = true;
        this.#engine.addDictionary(bytes, this.#given === true);
        if (this.#given === true) this.used = bytes;
      } else {
        this.#damaged("CORRUPT", "a dictionary is damaged");
      }
    }
    if (this.#given instanceof Uint8Array) await this.#use(this.#given);
  }

  /**
   * Learns, if it is to and has not yet, from records that are on the disk: a
   * sample of them is the dictionary.
   * @param {import("./batch.js").Batch} batch
   */
  learn({ changes, size }) {
    if (this.#given !== true || this.#has || changes.length < LEAST) return;
    const step = Math.max(1, Math.floor(size / SIZE));
    const sample = changes.filter(({ kind }, i) => kind === TEXT && i % step === 0);
    if (sample.length === 0) return;
    this.#has = true;
    try {
      const text = sample.map(({ value }) => JSON.stringify(value)).join(",");
      this.learned = this.#use(new TextEncoder().encode(text.slice(0, SIZE)));
    } catch {
      this.#has = false; // a value has changed since it was written: from a later batch, then
    }
  }

  /** @param {Uint8Array} bytes */
  async #use(bytes) {
    const id = this.#engine.addDictionary(bytes, false);
    try {
      await this.#database.run("readwrite", (tx) => {
        tx.objectStore("notes")
          .put(bytes.slice(), NOTES + id)
          .catch(() => {});
      });
      this.#engine.addDictionary(bytes, true);
      this.used = bytes;
    } catch {
      this.#has = false; // segments without one are well, too
    }
  }
}
