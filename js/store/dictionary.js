import { TEXT } from "./encode.js";

/**
 * A store's dictionary: bytes that its segments refer back to, which makes segments of
 * a few records compress as well as those of many. It is written to the database
 * before the first segment that needs it.
 */

const SIZE = 16 << 10; // bytes of a learned dictionary
const LEAST = 32; // records to learn from
const NOTES = "dictionary "; // prefix of the notes' names

export class Dictionary {
  #database;
  #engine;
  #given;
  #damaged;
  #has = false;
  /** The one that later segments refer to. @type {Uint8Array | undefined} */ used;
  /** Resolves when a dictionary being learned is stored. @type {Promise<void>} */ learned =
    Promise.resolve();

  /**
   * @param {import("./database.js").Database} database
   * @param {import("./engine.js").Engine} engine
   * @param {Uint8Array | boolean} given the bytes, or whether to learn from the first records
   * @param {(code: string, message: string) => void} damaged called for a damaged dictionary
   */
  constructor(database, engine, given, damaged) {
    this.#database = database;
    this.#engine = engine;
    this.#given = given;
    this.#damaged = damaged;
  }

  /** Registers the dictionaries in the database. @returns {Promise<void>} rejects with IndexedDB's error */
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
   * Learns a dictionary from records that are on the disk, if wanted and not done yet: the
   * dictionary is a sample of them.
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
      this.#has = false; // a value has changed since it was written: a later batch will do
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
      this.#has = false; // segments work without one, too
    }
  }
}
