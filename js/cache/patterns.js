import { ApusError } from "../core/errors.js";
import { matcher } from "./match.js";

/** @typedef {(key: string, value: any, tags?: readonly string[]) => unknown} Test whether an entry matches */

/**
 * An invalidation whose records are still to be found.
 * @typedef {object} Pattern
 * @property {string | null} glob `null` for a RegExp or a function, which the disk cannot hold
 * @property {Test} test never throws
 * @property {boolean} byKey whether the key alone decides
 * @property {number} stamp of the store's clock; newer records stay
 * @property {boolean} own made by this page
 */

/** Begins the keys of the cache's own records, which no key of a page does. */
export const OWN = "\0apus:";
/** The record that lists pending patterns on the disk. */
const NOTE = `${OWN}invalidated`;
const GRACE = 2000; // ms in which another tab may apply its own pattern
const MOST = 256; // patterns listed one by one, and pending while the disk cannot be read

/**
 * Invalidations by pattern on the disk. The store's index knows keys by their hashes alone, so
 * all segments must be read to find the matching ones. Until then a pattern hides older records
 * that it matches. A note in the store, a record like any other, keeps the pattern for the next
 * page in case this one ends. RegExps and functions cannot be handed to another page; the note
 * only counts them, and the next page then starts with an empty store.
 */
export class Patterns {
  #store;
  #told;
  /** Oldest first. @type {Set<Pattern>} */ #pending = new Set();
  /** @type {Promise<boolean> | undefined} */ #finding;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** Resolves when the patterns of an earlier page are known. @type {Promise<void>} */ adopted;

  /**
   * @param {import("../store/segment-store.js").SegmentStore} store open
   * @param {(test: Test) => void} told called with a pattern of another tab
   */
  constructor(store, told) {
    this.#store = store;
    this.#told = told;
    store.addEventListener(
      "change",
      (/** @type {CustomEventInit<{ keys?: string[] }>} */ event) => {
        if (event.detail?.keys?.includes(NOTE)) void this.#adopt();
      },
    );
    this.adopted = this.#adopt(true);
  }

  /**
   * Whether a key's stored value, if it has one, is invalidated.
   * @param {string} key
   * @param {{ value: unknown, tags?: string[] }} [record] without it, only patterns of keys count
   */
  hides(key, record) {
    if (key.startsWith(OWN)) return true;
    for (const { byKey, test, stamp } of this.#pending) {
      if (
        (byKey || record) &&
        test(key, record?.value, record?.tags) &&
        !this.#store.has(key, stamp)
      ) {
        return true;
      }
    }
    return false;
  }

  /** The store was cleared: nothing is left to find. */
  clear() {
    this.#pending.clear();
  }

  /**
   * Invalidates the matching records that exist now.
   * @param {string | RegExp | Test} pattern
   * @returns {Test} that never throws
   */
  add(pattern) {
    const matches = matcher(pattern);
    let told = false;
    /** @type {Test} */
    const test = (key, value, tags) => {
      try {
        return matches(key, value, tags);
      } catch (cause) {
        if (!told) this.#failed(cause);
        told = true;
        return true; // better deleted than out of date
      }
    };
    if (this.#pending.size >= MOST && this.#store.stats.degraded) {
      this.#store.clear();
      this.clear();
    }
    this.#pending.add({
      glob: typeof pattern === "string" ? pattern : null,
      test,
      byKey: typeof pattern !== "function",
      stamp: this.#store.mark(),
      own: true,
    });
    this.#note();
    void this.find();
    return test;
  }

  /**
   * Deletes the records that pending patterns match.
   * @returns {Promise<boolean>} false when the disk could not be read; a later call tries again
   */
  find() {
    if (this.#pending.size === 0) return Promise.resolve(true);
    this.#finding ??= this.#find();
    return this.#finding;
  }

  /** The last cache of this store has closed. */
  stop() {
    clearTimeout(this.#timer);
  }

  async #find() {
    try {
      while (this.#pending.size > 0) {
        const pending = [...this.#pending].reverse();
        for await (const records of this.#store.readAll()) {
          for (const [key, { value, tags }] of records) {
            const by = pending.find(({ test }) => test(key, value, tags));
            if (by && !key.startsWith(OWN) && !this.#store.has(key, by.stamp)) {
              this.#store.delete(key, by.stamp);
            }
          }
        }
        if (this.#store.stats.degraded) return false;
        for (const pattern of pending) this.#pending.delete(pattern);
        this.#note();
      }
      return true;
    } catch {
      return false; // the store was closed meanwhile
    } finally {
      this.#finding = undefined;
    }
  }

  #note() {
    const notes = [...this.#pending].slice(-MOST - 1).map(({ glob, stamp }) => [glob, stamp]);
    if (notes.length > MOST) this.#store.put(NOTE, [[null, notes[MOST][1]]]);
    else if (notes.length > 0) this.#store.put(NOTE, notes);
    else this.#store.delete(NOTE);
  }

  /**
   * Adopts the patterns that the note on the disk lists.
   * @param {boolean} [opening] whether the page that wrote it may have gone
   */
  async #adopt(opening = false) {
    const notes = this.#store.has(NOTE) ? (await this.#store.read([NOTE])).get(NOTE)?.value : [];
    const now = this.#store.mark();
    const over = new Set([...this.#pending].filter(({ own }) => !own));
    const missing = new Set([...this.#pending].filter(({ own }) => own));
    for (const note of Array.isArray(notes) ? notes : []) {
      const [glob, stamp] = Array.isArray(note) ? note : [];
      if (!Number.isSafeInteger(stamp)) continue;
      const known = [...this.#pending].find((one) => one.glob === glob && one.stamp === stamp);
      if (known) {
        over.delete(known);
        missing.delete(known);
      } else if (typeof glob === "string") this.#take(glob, Math.min(stamp, now));
      else if (opening) this.#store.clear();
    }
    for (const pattern of over) this.#pending.delete(pattern); // its tab has applied it
    // Another tab wrote the note without them. (A note of too many lists none.)
    if (missing.size > 0 && this.#pending.size <= MOST) this.#note();
    clearTimeout(this.#timer);
    if (opening) void this.find();
    else if (this.#pending.size > 0) this.#timer = setTimeout(() => void this.find(), GRACE);
  }

  /** @param {string} glob @param {number} stamp */
  #take(glob, stamp) {
    try {
      const test = matcher(glob);
      this.#pending.add({ glob, test, byKey: true, stamp, own: false });
      this.#told(test);
    } catch {
      // Not a glob, so no invalidation can have used it.
    }
  }

  /** @param {unknown} cause */
  #failed(cause) {
    const detail = new ApusError(
      "PREDICATE_FAILED",
      "invalidate: the predicate threw for a stored record, which is therefore deleted",
      { cause },
    );
    this.#store.dispatchEvent(new CustomEvent("error", { detail }));
  }
}
