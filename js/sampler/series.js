/** Names series of numbers: one for each name with its tags, up to a bound. */

/** @typedef {Record<string, string | number | boolean>} Tags */

/**
 * @typedef {object} Series
 * @property {number} id
 * @property {string} name
 * @property {Tags} tags
 * @property {boolean} own whether the page measured it itself; the browser made the others
 * @property {number} born when it was made, in ms of the sampler's clock
 * @property {string} unit by UCUM, e.g. `ms`, `By`, `1`; empty when the page did not state it
 */

const overflowTags = Object.freeze({ overflow: true });

export class SeriesNames {
  #maxSeries;
  #maxPerName;
  /** By id. The first one counts everything beyond the bound. @type {Series[]} */
  #all = [{ id: 0, name: "overflow", tags: overflowTags, own: false, born: 0, unit: "" }];
  /** Those without tags. @type {Map<string, Series>} */
  #byName = new Map();
  /** Those with tags. @type {Map<string, Series>} */
  #byKey = new Map([[keyOf("overflow", overflowTags), this.#all[0]]]);
  /** @type {Map<string, number>} tagged series of each name */
  #perName = new Map();

  #now;

  /** @param {{ maxSeries: number, maxPerName: number, now: () => number }} bounds `now` in ms */
  constructor({ maxSeries, maxPerName, now }) {
    this.#now = now;
    this.#maxSeries = maxSeries;
    this.#maxPerName = maxPerName;
  }

  /** By id. @returns {readonly Series[]} */
  get all() {
    return this.#all;
  }

  /** @param {string} name @param {Tags} [tags] @returns {Series | undefined} */
  find(name, tags) {
    const key = tags && keyOf(name, tags);
    return key ? this.#byKey.get(key) : this.#byName.get(name);
  }

  /**
   * The series of a name and tags, created at first use. Beyond the bound, it is the
   * series `{ overflow: true }` of the name, or of all names.
   * @param {string} name @param {Tags} [tags] @param {boolean} [own]
   * @param {string} [unit] the first one counts; default: that of the browser's series of this name
   * @returns {Series}
   */
  series(name, tags, own = false, unit = own ? "" : unitOf(name)) {
    const key = tags && keyOf(name, tags);
    const known = key ? this.#byKey.get(key) : this.#byName.get(name);
    return known ?? this.#add(key, name, tags ?? {}, own, unit);
  }

  /**
   * @param {string | undefined} key @param {string} name @param {Tags} tags @param {boolean} own
   * @param {string} unit @returns {Series}
   */
  #add(key, name, tags, own, unit) {
    if (this.#all.length >= this.#maxSeries) return this.#all[0];
    if (key && tags !== overflowTags) {
      const siblings = this.#perName.get(name) ?? 0;
      if (siblings >= this.#maxPerName) return this.series(name, overflowTags, own, unit);
      this.#perName.set(name, siblings + 1);
    }
    const series = {
      id: this.#all.length,
      name,
      tags: copyOf(tags),
      own,
      born: this.#now(),
      unit: String(unit),
    };
    this.#all.push(series);
    if (key) this.#byKey.set(key, series);
    else this.#byName.set(name, series);
    return series;
  }
}

/**
 * Lengths keep parts apart, whatever they contain. Empty without tags.
 * @param {string} name @param {Tags} tags
 */
function keyOf(name, tags) {
  const names = Object.keys(tags);
  if (names.length === 0) return "";
  if (names.length > 1) names.sort();
  let key = `${name.length} ${name}`;
  for (const tag of names) {
    const value = String(tags[tag]);
    key += `${tag.length} ${tag}${value.length} ${value}`;
  }
  return key;
}

/** The page may change its own object later. @param {Tags} tags @returns {Tags} */
function copyOf(tags) {
  const plain = Object.entries(tags).map(([tag, value]) => [
    tag,
    typeof value === "boolean" || typeof value === "number" ? value : String(value),
  ]);
  return Object.freeze(Object.fromEntries(plain));
}

/** The unit of a series that the browser or Apus made. @param {string} name */
function unitOf(name) {
  if (name.endsWith("bytes")) return "By";
  return /^(errors|lifecycle|layout-shift|frame\.dropped)$|[rR]atio$/.test(name) ? "1" : "ms";
}
