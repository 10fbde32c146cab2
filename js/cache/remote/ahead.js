import { compare } from "../../sync/position.js";

/** @typedef {import("../../sync/position.js").Position} Position */
/** @typedef {{ asOf: Position, tagsAsOf: Position, tags: readonly string[] }} Place */

const MOST = 10_000; // beyond, the oldest may be dropped for a change that they contain

/**
 * Values that are newer than the changes heard so far. When a change is heard that such a value
 * contains already, the value stays.
 */
export class Ahead {
  /** @type {Map<string, Place>} */
  #places = new Map();

  /** @param {string} key @param {Place} place */
  add(key, place) {
    this.#places.delete(key);
    this.#places.set(key, place);
    if (this.#places.size > MOST) {
      const [oldest] = this.#places.keys();
      this.#places.delete(oldest);
    }
  }

  /** @param {string} key */
  delete(key) {
    this.#places.delete(key);
  }

  /** Whether the value contains this change of its key. @param {string} key @param {Position} at */
  has(key, at) {
    const place = this.#places.get(key);
    return place !== undefined && compare(place.asOf, at) >= 0;
  }

  /**
   * The keys whose values contain an invalidation.
   * @param {Position} at in the log of tags
   * @param {(key: string, tags: readonly string[]) => boolean} concerns
   * @returns {string[]}
   */
  spared(at, concerns) {
    const keys = [];
    for (const [key, { tagsAsOf, tags }] of this.#places) {
      if (compare(tagsAsOf, at) >= 0 && concerns(key, tags)) keys.push(key);
    }
    return keys;
  }

  /**
   * Forgets the values that all heard changes are newer than.
   * @param {(key: string) => Position} heard the last change heard in the log of a key
   * @param {Position} tagsHeard
   */
  sweep(heard, tagsHeard) {
    for (const [key, { asOf, tagsAsOf }] of this.#places) {
      if (compare(asOf, heard(key)) <= 0 && compare(tagsAsOf, tagsHeard) <= 0) {
        this.#places.delete(key);
      }
    }
  }
}
