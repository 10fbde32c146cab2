/**
 * Keeps the slowest values of each series with their attribution, and as many drawn at random,
 * which show the usual case. A value that is not kept costs two comparisons and a random number.
 *
 * Source of the draw: Vitter, "Random Sampling with a Reservoir" (1985), algorithm R.
 */

/**
 * @typedef {object} Exemplar
 * @property {"slowest" | "random"} kept the reason
 * @property {number} value
 * @property {number} at ms since the time origin
 * @property {import("./readers.js").Attribution} attribution
 */

/** @typedef {{ seen: number, slowest: Exemplar[], random: Exemplar[] }} Reservoir slowest first */

export class Exemplars {
  #size;
  #random;
  /** @type {Map<number, Reservoir>} by series */
  #kept = new Map();

  /** @param {number} size of each kind, for each series @param {() => number} random */
  constructor(size, random) {
    this.#size = size;
    this.#random = random;
  }

  /**
   * @param {number} series @param {number} value @param {number} at ms since the time origin
   * @param {() => import("./readers.js").Attribution} describe called only for a value that is kept
   */
  offer(series, value, at, describe) {
    const size = this.#size;
    let kept = this.#kept.get(series);
    if (!kept) {
      kept = { seen: 0, slowest: [], random: [] };
      this.#kept.set(series, kept);
    }
    const { slowest, random } = kept;
    /** @type {Pick<Exemplar, "value" | "at" | "attribution"> | undefined} */
    let known;
    const described = () => {
      known ??= { value, at, attribution: describe() };
      return known;
    };
    if (slowest.length < size || value > slowest[size - 1]?.value) {
      if (slowest.length === size) slowest.pop();
      const place = slowest.findIndex((other) => other.value < value);
      const end = place < 0 ? slowest.length : place;
      slowest.splice(end, 0, { kept: "slowest", ...described() });
    }
    // Each of n values is drawn with the same probability, size / n.
    const draw = kept.seen < size ? kept.seen : Math.floor(this.#random() * (kept.seen + 1));
    kept.seen++;
    if (draw < size) random[draw] = { kept: "random", ...described() };
  }

  /** @param {number} series @returns {readonly Exemplar[]} the slowest first, then the drawn */
  of(series) {
    const { slowest = [], random = [] } = this.#kept.get(series) ?? {};
    return [...slowest, ...random];
  }
}
