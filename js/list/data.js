import { integerIn } from "../core/check.js";
import { difference, spliceItems } from "./items.js";
import { Pages } from "./pages.js";

/** @typedef {import("./pages.js").Source} Source */
/** @typedef {[at: number, removed: number, inserted: number]} Splice */

/** What a list shows: an array of items, or pages of a source. */
export class ListData {
  /** @type {readonly any[]} */
  #items = [];
  /** @type {Source | undefined} */
  #source;
  /** @type {Pages | undefined} */
  #pages;
  #changed;
  #grown;

  /**
   * @param {(start: number, end: number) => void} changed rows [start, end) of a source have another state
   * @param {(...splice: Splice) => void} grown a source has another length
   */
  constructor(changed, grown) {
    this.#changed = changed;
    this.#grown = grown;
  }

  get length() {
    return this.#pages ? this.#pages.length : this.#items.length;
  }

  get items() {
    return this.#items;
  }

  get source() {
    return this.#source;
  }

  /** The item; of a source `undefined` while it is not there. @param {number} index @returns {any} */
  get(index) {
    return this.#pages ? this.#pages.get(index) : this.#items[index];
  }

  /** @param {number} index @returns {"ready" | "loading" | "error"} */
  state(index) {
    return this.#pages ? this.#pages.state(index) : "ready";
  }

  /** @param {number} index @param {string} name @throws {RangeError} unless it is one of the list's */
  check(index, name) {
    integerIn(0, this.length - 1)(index, name);
  }

  /** What is seen: a source stops fetching what is not. @param {number} start @param {number} end */
  window(start, end) {
    this.#pages?.window(start, end);
  }

  /** Asks again for a row that failed. @param {number} index */
  retry(index) {
    this.#pages?.retry(index);
  }

  /** Other items. @param {readonly any[]} items @returns {Splice} what it comes to */
  setItems(items) {
    const { length } = this;
    const old = this.#pages ? [] : this.#items;
    this.setSource(undefined);
    this.#items = items;
    const [at, removed, inserted] = difference(old, items);
    return [at, length - old.length + removed, inserted];
  }

  /**
   * Another source, or none.
   * @param {Source | undefined} source @returns {Splice} what it comes to
   * @throws {TypeError | RangeError} for a source that is none; nothing changed
   */
  setSource(source) {
    const { length } = this;
    const pages = source && new Pages(source, this.#changed, this.#grown);
    this.#pages?.dispose();
    this.#pages = pages;
    this.#source = source;
    this.#items = [];
    return [0, length, this.length];
  }

  /**
   * Replaces rows: items change in place, pages are fetched anew.
   * @param {number} at @param {number} removed
   * @param {readonly any[] | number} inserted items; of a source, how many
   * @returns {Splice}
   * @throws {RangeError} when it reaches beyond the end; nothing changed
   */
  splice(at, removed, inserted) {
    integerIn(0, this.length)(at, "splice: at");
    integerIn(0, this.length - at)(removed, "splice: removed");
    const more = typeof inserted === "number" ? inserted : inserted.length;
    if (this.#pages) this.#pages.splice(at, removed, more);
    else
      spliceItems(/** @type {any[]} */ (this.#items), at, removed, /** @type {any[]} */ (inserted));
    return [at, removed, more];
  }
}
