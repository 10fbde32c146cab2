/** Sizes measured since the last frame, which cross into the core with the next one. */
export class Notes {
  /** @type {number[]} row, px, row, px… */
  #pairs = [];

  /** How many sizes are noted. */
  get count() {
    return this.#pairs.length >>> 1;
  }

  /** @param {number} row @param {number} px */
  add(row, px) {
    this.#pairs.push(row, px);
  }

  /**
   * Moves the notes to the core's memory.
   * @param {import("../core/memory.js").Memory} memory @returns {number} their address; 0 without any
   */
  write(memory) {
    const pairs = this.#pairs;
    const { length } = pairs;
    if (!length) return 0;
    const address = memory.room(8 * length);
    const { f64 } = memory;
    for (let i = 0, at = address >>> 3; i < length; i++) f64[at + i] = pairs[i];
    pairs.length = 0;
    return address;
  }
}
