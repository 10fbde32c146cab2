/** Names series of numbers: one for each name with its tags, up to a bound. */

/** @typedef {Record<string, string | number | boolean>} Tags */

/**
 * @typedef {object} Series
 * @property {number} id
 * @property {string} name
 * @property {Tags} tags
 * @property {boolean} own whether the page measured it itself; the browser made the others
 */

const overflowTags = Object.freeze({ overflow: true });

export class SeriesNames {
  #maxSeries;
  #maxPerName;
  /** By id. The first one counts everything beyond the bound. @type {Series[]} */
  #all = [{ id: 0, name: "overflow", tags: overflowTags, own: false }];
  /** @type {Map<string, Series>} */
  #byKey = new Map([[keyOf("overflow", overflowTags), this.#all[0]]]);
  /** @type {Map<string, number>} tagged series of each name */
  #perName = new Map();

  /** @param {{ maxSeries: number, maxPerName: number }} bounds */
  constructor({ maxSeries, maxPerName }) {
    this.#maxSeries = maxSeries;
    this.#maxPerName = maxPerName;
  }

  /** By id. @returns {readonly Series[]} */
  get all() {
    return this.#all;
  }

  /** @param {string} name @param {Tags} [tags] @returns {Series | undefined} */
  find(name, tags) {
    return this.#byKey.get(tags ? keyOf(name, tags) : name);
  }

  /**
   * The series of a name and tags, created at first use. Beyond the bound, it is the
   * series `{ overflow: true }` of the name, or of all names.
   * @param {string} name @param {Tags} [tags] @param {boolean} [own]
   * @returns {Series}
   */
  series(name, tags, own = false) {
    const key = tags ? keyOf(name, tags) : name;
    return this.#byKey.get(key) ?? this.#add(key, name, tags ?? {}, own);
  }

  /** @param {string} key @param {string} name @param {Tags} tags @param {boolean} own @returns {Series} */
  #add(key, name, tags, own) {
    if (this.#all.length >= this.#maxSeries) return this.#all[0];
    if (key !== name && tags !== overflowTags) {
      const siblings = this.#perName.get(name) ?? 0;
      if (siblings >= this.#maxPerName) return this.series(name, overflowTags, own);
      this.#perName.set(name, siblings + 1);
    }
    const series = { id: this.#all.length, name, tags, own };
    this.#all.push(series);
    this.#byKey.set(key, series);
    return series;
  }
}

/** @param {string} name @param {Tags} tags */
function keyOf(name, tags) {
  let key = name;
  const names = Object.keys(tags);
  if (names.length > 1) names.sort();
  for (const tag of names) key += `\0${tag}\0${tags[tag]}`;
  return key;
}
