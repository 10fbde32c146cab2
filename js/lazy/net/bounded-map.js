/**
 * A Map of bounded size. The entry that was set the longest time ago makes room
 * for a new one.
 * @template K, V
 * @extends {Map<K, V>}
 */
export class BoundedMap extends Map {
  #limit;

  /** @param {number} limit */
  constructor(limit) {
    super();
    this.#limit = limit;
  }

  /** @override @param {K} key @param {V} value */
  set(key, value) {
    this.delete(key);
    if (this.size >= this.#limit) this.delete(/** @type {K} */ (this.keys().next().value));
    return super.set(key, value);
  }
}
