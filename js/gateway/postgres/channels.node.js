const PIECE = 100; // names of a note

/**
 * The channels of each table: those of its options, and those that its function has named so far.
 * The latter are kept in notes of the engine, so that a later process can reach them all.
 */
export class Channels {
  #engine;
  #note;
  /** @type {Map<string, Set<string>>} */ #known = new Map();
  /** @type {[table: string, channel: string][]} */ #kept = [];

  /**
   * @param {import("../sources.node.js").Target["engine"]} engine
   * @param {string} note what names of notes begin with
   * @param {Record<string, import("./options.node.js").Table>} tables
   */
  static async read(engine, note, tables) {
    const it = new Channels(engine, note);
    for (const [table, { channel }] of Object.entries(tables)) {
      it.#known.set(table, new Set(typeof channel === "string" ? [channel] : []));
    }
    for (let piece = 0; ; piece++) {
      const text = await engine.note(`${note}:${piece}`);
      /** @type {[string, string][]} */
      const names = text ? JSON.parse(text) : [];
      for (const [table, channel] of names) it.#known.get(table)?.add(channel);
      it.#kept.push(...names);
      if (names.length < PIECE) return it;
    }
  }

  /** Use `read`. @private @param {import("../sources.node.js").Target["engine"]} engine @param {string} note */
  constructor(engine, note) {
    this.#engine = engine;
    this.#note = note;
  }

  /** @param {string} table @returns {string[]} */
  of(table) {
    return [...(this.#known.get(table) ?? [])];
  }

  /** Of each table. @returns {[table: string, channels: string[]][]} */
  get all() {
    return [...this.#known].map(([table, channels]) => [table, [...channels]]);
  }

  /**
   * Resolves when they are kept.
   * @param {Iterable<[table: string, channel: string]>} names
   */
  async add(names) {
    const from = Math.floor(this.#kept.length / PIECE);
    const before = this.#kept.length;
    for (const [table, channel] of names) {
      if (!this.#known.get(table)?.has(channel)) this.#kept.push([table, channel]);
    }
    if (this.#kept.length === before) return;
    try {
      for (let piece = from; piece * PIECE < this.#kept.length; piece++) {
        const text = JSON.stringify(this.#kept.slice(piece * PIECE, (piece + 1) * PIECE));
        await this.#engine.setNote(`${this.#note}:${piece}`, text);
      }
    } catch (error) {
      this.#kept.length = before; // it is tried again
      throw error;
    }
    for (const [table, channel] of this.#kept.slice(before)) this.#known.get(table)?.add(channel);
  }
}
