/** What a run recorded. */
export class RunResult {
  /** @type {Map<string, number> | undefined} */
  #counts;

  /**
   * @param {number} width bits of an outcome
   * @param {number} shots
   * @param {number} seed
   * @param {{ values: Uint32Array, counts: Uint32Array, time: number }} raw
   */
  constructor(width, shots, seed, { values, counts, time }) {
    /** Bits of an outcome: the circuit's classical bits, or its qubits if it measures nothing. */
    this.width = width;
    this.shots = shots;
    /** That gives the same outcomes again. */
    this.seed = seed;
    /** ms that the run took in the simulator. */
    this.time = time;
    /** The outcomes that occurred, ascending: bit b of one is classical bit b. @type {BigUint64Array} */
    this.values = new BigUint64Array(values.buffer, values.byteOffset, counts.length);
    /** How often each of `values` occurred. */
    this.times = counts;
  }

  /** How often each outcome occurred, the most frequent first. Its last digit is bit 0. O(n log n) once. @returns {ReadonlyMap<string, number>} */
  get counts() {
    this.#counts ??= new Map(
      [...this.times]
        .map((count, i) => ({ count, value: this.values[i] }))
        .sort((a, b) => b.count - a.count)
        .map(({ count, value }) => [value.toString(2).padStart(this.width, "0"), count]),
    );
    return this.#counts;
  }
}
