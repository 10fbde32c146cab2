/**
 * The slowest few of each series, with what is known of them. A reservoir of
 * fixed size: a value that is not among the slowest costs one comparison.
 */

/** @typedef {{ value: number, at: number, attribution: import("./readers.js").Attribution }} Exemplar */

export class Exemplars {
  #size;
  /** @type {Map<number, Exemplar[]>} by series, the slowest first */
  #kept = new Map();

  /** @param {number} size for each series */
  constructor(size) {
    this.#size = size;
  }

  /**
   * @param {number} series @param {number} value @param {number} at ms since the time origin
   * @param {() => import("./readers.js").Attribution} describe called only for a value that is kept
   */
  offer(series, value, at, describe) {
    let kept = this.#kept.get(series);
    if (!kept) {
      kept = [];
      this.#kept.set(series, kept);
    }
    if (kept.length === this.#size && !(value > kept[kept.length - 1].value)) return;
    if (kept.length === this.#size) kept.pop();
    const place = kept.findIndex((other) => other.value < value);
    kept.splice(place < 0 ? kept.length : place, 0, { value, at, attribution: describe() });
  }

  /** @param {number} series @returns {readonly Exemplar[]} the slowest first */
  of(series) {
    return this.#kept.get(series) ?? [];
  }
}
