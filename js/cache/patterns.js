import { ApusError } from "../core/errors.js";
import { matcher } from "./match.js";

/** @typedef {(key: string, value: any) => unknown} Test */

/**
 * An invalidation whose records are not found yet.
 * @typedef {object} Pattern
 * @property {string | null} glob `null`: a RegExp or a function, which the disk cannot hold
 * @property {Test} test never throws
 * @property {boolean} byKey the value makes no difference
 * @property {number} stamp of the store's clock: what is newer stays
 * @property {boolean} own made by this page
 */

/** The record that notes on the disk what is pending. No key of a page begins like this. */
const NOTE = "\0apus:invalidated";
const PATIENCE = 2000; // ms that another tab is given to find what it has invalidated
const MOST = 256; // noted one by one; and pending, while the disk cannot be read

/**
 * Invalidations by pattern on the disk. The store's index knows keys by their
 * hashes alone, so which ones match shows only when all segments have been
 * read. Until then a pattern hides what it matches and is older, and a note in
 * the store, a record like any other, keeps it for the next page, should this one
 * end. Of RegExps and functions, which a page cannot leave to another, the note
 * says only that they were there: the next page then takes nothing over.
 */
export class Patterns {
  #store;
  #told;
  /** Oldest first. @type {Set<Pattern>} */ #pending = new Set();
  /** @type {Promise<boolean> | undefined} */ #finding;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** Resolves when what an earlier page has left is known. @type {Promise<void>} */ adopted;

  /**
   * @param {any} store an open Store
   * @param {(test: Test) => void} told called for a pattern of another tab
   */
  constructor(store, told) {
    this.#store = store;
    this.#told = told;
    store.addEventListener("change", (/** @type {CustomEvent} */ { detail }) => {
      if (detail.keys?.includes(NOTE)) void this.#adopt();
    });
    this.adopted = this.#adopt(true);
  }

  /**
   * Whether a key's stored value, if it has one, is invalidated.
   * @param {string} key
   * @param {{ value: any }} [record] without it, what only values show is left open
   */
  hides(key, record) {
    if (key === NOTE) return true;
    for (const { byKey, test, stamp } of this.#pending) {
      if ((byKey || record) && test(key, record?.value) && !this.#store.has(key, stamp)) {
        return true;
      }
    }
    return false;
  }

  /** Everything is gone, and what is pending with it. */
  clear() {
    this.#pending.clear();
  }

  /**
   * Invalidates what is stored, as of now.
   * @param {string | RegExp | Test} pattern
   * @returns {Test} that never throws
   */
  add(pattern) {
    const matches = matcher(pattern);
    let told = false;
    /** @type {Test} */
    const test = (key, value) => {
      try {
        return matches(key, value);
      } catch (cause) {
        if (!told) this.#failed(cause);
        told = true;
        return true; // rather gone than out of date
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
   * Deletes what the pending patterns match.
   * @returns {Promise<boolean>} false when the disk could not be read: a later call tries again
   */
  find() {
    if (this.#pending.size === 0) return Promise.resolve(true);
    this.#finding ??= this.#find();
    return this.#finding;
  }

  /** Nobody asks any more. */
  stop() {
    clearTimeout(this.#timer);
  }

  async #find() {
    try {
      while (this.#pending.size > 0) {
        const pending = [...this.#pending].reverse();
        for await (const records of this.#store.readAll()) {
          for (const [key, { value }] of records) {
            const by = pending.find(({ test }) => test(key, value));
            if (by && key !== NOTE && !this.#store.has(key, by.stamp)) {
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
   * Takes over what the note on the disk says.
   * @param {boolean} [opening] whether whoever wrote it has gone, as far as this page knows
   */
  async #adopt(opening = false) {
    const notes = this.#store.has(NOTE) ? (await this.#store.read([NOTE])).get(NOTE)?.value : [];
    const now = this.#store.mark();
    const over = new Set([...this.#pending].filter(({ own }) => !own));
    for (const note of Array.isArray(notes) ? notes : []) {
      const [glob, stamp] = Array.isArray(note) ? note : [];
      if (!Number.isSafeInteger(stamp)) continue;
      const known = [...this.#pending].find((one) => one.glob === glob && one.stamp === stamp);
      if (known) over.delete(known);
      else if (typeof glob === "string") this.#take(glob, Math.min(stamp, now));
      else if (opening) this.#store.clear();
    }
    for (const pattern of over) this.#pending.delete(pattern); // its tab has found all
    clearTimeout(this.#timer);
    if (opening) void this.find();
    else if (this.#pending.size > 0) this.#timer = setTimeout(() => void this.find(), PATIENCE);
  }

  /** @param {string} glob @param {number} stamp */
  #take(glob, stamp) {
    try {
      const test = matcher(glob);
      this.#pending.add({ glob, test, byKey: true, stamp, own: false });
      this.#told(test);
    } catch {
      // No glob: nobody can have invalidated by it.
    }
  }

  /** @param {unknown} cause */
  #failed(cause) {
    const detail = new ApusError(
      "PREDICATE_FAILED",
      "invalidate: the predicate threw for a stored record, which is deleted then",
      { cause },
    );
    this.#store.dispatchEvent(new CustomEvent("error", { detail }));
  }
}
